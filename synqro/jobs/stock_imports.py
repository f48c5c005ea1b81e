"""Large files of counts, worked on a few seconds at a time so that no other job waits long."""

from time import monotonic

from structlog import get_logger

from synqro import catalogue
from synqro.jobs.job import job

log = get_logger()
TURN = 4.0  # seconds


@job
def apply(import_id: str, store_id: str) -> None:
    """Begin with an import at once; the sweep goes on with it."""
    catalogue.go_on_importing(catalogue.find_import(store_id, import_id), TURN)


@job
def sweep() -> None:
    """Go on with imports in the middle, the oldest first, for as long as one turn lasts.

    Here and now: bells for a long import would stand in the queue when the next sweep rings.
    """
    end = monotonic() + TURN
    for found in catalogue.half_applied():
        if monotonic() > end:
            break
        try:
            catalogue.go_on_importing(found, end - monotonic())
        except Exception:  # it is tried again, and must not keep the others waiting
            log.exception("an import of counts stumbled", stock_import=found.id)


@job
def purge() -> None:
    """Forget the lines of old imports."""
    catalogue.purge_imports()
