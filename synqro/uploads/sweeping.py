"""One store's files whose day is over, and which store has some."""

from collections.abc import Collection

from sqlalchemy import select

from synqro.agents import Problem, Report, longest_waiting
from synqro.core.words import sentence, several
from synqro.uploads.keeping import over_by_now, remove_due
from synqro.uploads.models import Upload

BATCH = 100
ROUNDS = 20
KEPT = Problem("storage_unavailable", "Some files could not be removed. They are tried again soon.")


def stores_to_purge(skip: Collection[str] = frozenset(), limit: int = 50) -> list[str]:
    """Give back the ids of stores with files whose day is over: the longest waiting first, none
    of `skip`.
    """
    due = select(Upload.id).where(*over_by_now())
    return longest_waiting(Upload.store_id, [(due, Upload.expires_at)], skip, limit)


def purge_of(store_id: str) -> Report:
    """Remove the files of a store whose day is over, batch after batch; their rows stay."""
    gone: list[bool] = []
    for _ in range(ROUNDS):
        batch = remove_due(store_id, BATCH)
        gone += batch
        if len(batch) < BATCH or not all(batch):
            break
    removed = sum(gone)
    return Report(
        seen=len(gone),
        changed=removed,
        failed=len(gone) - removed,
        summary=sentence(removed and f"removed {several(removed, 'file', 'files')}"),
        problem=None if all(gone) else KEPT,
    )
