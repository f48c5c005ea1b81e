"""Stored answers are kept for a day."""

from synqro.core import idempotency
from synqro.jobs.job import job


@job
def purge() -> None:
    """Forget the answers whose day is over."""
    idempotency.purge()
