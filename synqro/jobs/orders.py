"""Orders whose time is over."""

from synqro import orders
from synqro.jobs.job import job

BATCH = 50
ROUNDS = 20


@job
def expire_due() -> None:
    """Free the pieces of checkouts that nobody finished, batch after batch."""
    for _ in range(ROUNDS):
        if orders.expire_due(BATCH) < BATCH:
            break
