"""The log of /v1 calls reaches back a month."""

from synqro import stores
from synqro.jobs.job import job


@job
def purge() -> None:
    """Forget the calls that are older."""
    stores.purge_requests()
