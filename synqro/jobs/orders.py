"""Orders whose time is over."""

from synqro import orders
from synqro.jobs.job import job


@job
def expire_due() -> None:
    """Free the pieces of checkouts that nobody finished, a batch at a time."""
    orders.expire_due()
