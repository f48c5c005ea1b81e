"""Payouts that are read now and then, for their events may be lost."""

from synqro import agents, settlements
from synqro.agents import Kind, Trigger
from synqro.core.queue import push
from synqro.jobs.job import job


@job
def sync(store_id: str, account_id: str) -> None:
    """Read the payouts of one account, if that is due."""
    kind, clock = Kind.SETTLEMENT_SYNC, Trigger.SCHEDULE
    run = agents.work(store_id, kind, clock, lambda _: settlements.sync(store_id, account_id))
    if run is not None and not run.failed:
        # Whoever heard the bell for the next turn while this one was ending let it be.
        push("settlements.sync", store_id, account_id)
