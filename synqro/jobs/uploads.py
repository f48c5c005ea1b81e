"""What crashes leave behind of files on their way in."""

from synqro import uploads
from synqro.jobs.job import job


@job
def sweep() -> None:
    """Remove it once it is a day old."""
    uploads.sweep()
