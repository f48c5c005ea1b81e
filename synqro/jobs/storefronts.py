"""What is written down of a shop once its page was answered."""

from synqro import stores
from synqro.jobs.job import job


@job
def note_embedded(store_id: str) -> None:
    """Write down that the shop was seen inside a page of somebody's."""
    stores.note_embedded(store_id)
