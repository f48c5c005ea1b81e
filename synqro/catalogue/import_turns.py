"""Applying an import, or taking it back: killed at any point, and gone on with."""

from collections.abc import Sequence
from time import monotonic

from sqlalchemy import select

from synqro import stores
from synqro.catalogue import lowness
from synqro.catalogue.import_applying import apply_some
from synqro.catalogue.import_errors import ImportNotReady
from synqro.catalogue.import_undoing import undo_some
from synqro.catalogue.importing import in_order, locked
from synqro.catalogue.stock_models import UNDER_WAY, ImportRow, ImportStatus, Outcome, StockImport
from synqro.core.clock import now
from synqro.core.db import after_commit, db, transaction
from synqro.stores import NOBODY, By

AT_ONCE = 500  # rows that are worked on in the request itself
PATIENCE = 20.0  # seconds; the sweep does what is left
WORK = {
    ImportStatus.APPLYING: (apply_some, Outcome.APPLIED),
    ImportStatus.UNDOING: (undo_some, Outcome.UNDONE),
}


def apply_import(store_id: str, import_id: str, *, by: By = NOBODY) -> StockImport:
    """Apply what an import was read to change: at once where it is little, else by a job.

    Of two people one wins. Raises ImportNotFound, ImportNotReady.
    """
    return _at_once(_start(store_id, import_id, by))


def undo_import(store_id: str, import_id: str, *, by: By = NOBODY) -> StockImport:
    """Take back what an import changed, in the same way.

    What was sold or came in since then stays. Raises ImportNotFound, ImportNotReady.
    """
    return _at_once(_start_undoing(store_id, import_id, by))


def go_on_importing(found: StockImport, seconds: float = 0.0) -> None:
    """Work on rows for so long, one transaction at least, and end it behind the last of them."""
    until, store_id, import_id = monotonic() + seconds, found.store_id, found.id
    status = found.status
    if status not in WORK:
        return
    work, outcome = WORK[status]
    while work(store_id, import_id):
        if monotonic() > until:
            return
    # Read before the lock is taken: where no row is due any more, none of them changes.
    low = _made_low(import_id, outcome)
    _end(store_id, import_id, status, low)


def half_applied(limit: int = 20) -> Sequence[StockImport]:
    """Give back imports in the middle of being applied or taken back, the oldest first."""
    wanted = select(StockImport).where(UNDER_WAY, StockImport.status.in_(WORK))
    return db.session.scalars(wanted.order_by(StockImport.id).limit(limit)).all()


def _at_once(found: StockImport) -> StockImport:
    if found.changes <= AT_ONCE:
        go_on_importing(found, PATIENCE)
    return found


@transaction()
def _start(store_id: str, import_id: str, by: By) -> StockImport:
    found = locked(store_id, import_id)
    if found.status is not ImportStatus.READY:
        raise ImportNotReady("Somebody has applied this import already.")
    if not found.changes:
        raise ImportNotReady("There is nothing to change.")
    found.applied_by = by.person_id
    return _begun(found, ImportStatus.APPLYING)


@transaction()
def _start_undoing(store_id: str, import_id: str, by: By) -> StockImport:
    found = locked(store_id, import_id)
    if found.status in (ImportStatus.UNDOING, ImportStatus.UNDONE):
        raise ImportNotReady("Somebody has taken this import back already.")
    if found.status is not ImportStatus.DONE:
        raise ImportNotReady("This import is not applied, or is being worked on.")
    if not in_order(import_id, limit=1):
        raise ImportNotReady("The lines of this import are gone. Undo single changes instead.")
    found.undone_by = by.person_id
    return _begun(found, ImportStatus.UNDOING)


def _begun(found: StockImport, status: ImportStatus) -> StockImport:
    found.status = status
    if found.changes > AT_ONCE:
        after_commit("stock_imports.apply", found.id, found.store_id)
    return found


def _made_low(import_id: str, outcome: Outcome) -> list[str]:
    mine = (ImportRow.import_id == import_id, ImportRow.outcome == outcome, ImportRow.low)
    low = select(ImportRow.variant_id).where(*mine)
    return [id for id in db.session.scalars(low.order_by(ImportRow.line)) if id]


@transaction()
def _end(store_id: str, import_id: str, status: ImportStatus, low: Sequence[str]) -> None:
    """Close it where it still is what it was, and ask for one mail about all it made low."""
    store = stores.steady(store_id)
    found = locked(store_id, import_id)
    if found.status is not status:
        return
    if status is ImportStatus.APPLYING:
        found.status, found.applied_at = ImportStatus.DONE, now()
    else:
        found.status, found.undone_at = ImportStatus.UNDONE, now()
    lowness.mail_low(store, low)
