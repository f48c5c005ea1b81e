"""Files that nobody holds any more."""

from synqro import uploads
from synqro.jobs.job import job

BATCH = 100
ROUNDS = 20


@job
def purge() -> None:
    """Remove the files whose day is over, batch after batch, and what crashes left behind."""
    for _ in range(ROUNDS):
        if uploads.purge(BATCH) < BATCH:
            break
    uploads.sweep()
