"""Payouts that are read now and then, for their events may be lost."""

from synqro import settlements
from synqro.core.queue import push
from synqro.jobs.job import job


@job
def look_after_payouts() -> None:
    """Ring for every account whose payouts are to be read."""
    for store_id, account_id in settlements.due_syncs():
        push("settlements.sync", store_id, account_id)


@job
def sync(store_id: str, account_id: str) -> None:
    """Read the payouts of one account, if that is due."""
    settlements.sync(store_id, account_id)
