"""Applying an import, or taking it back: killed at any point, and gone on with."""

from collections.abc import Sequence
from time import monotonic

from sqlalchemy import select, text

from synqro import stores
from synqro.catalogue import lowness
from synqro.catalogue.import_applying import LOW, apply_some
from synqro.catalogue.import_errors import ImportNotReady
from synqro.catalogue.import_undoing import TAKEN_LOW, undo_some
from synqro.catalogue.importing import header, locked, taken_back
from synqro.catalogue.stock_models import ImportRow, ImportStatus, Outcome, StockImport
from synqro.core.clock import now
from synqro.core.db import after_commit, db, transaction
from synqro.stores import NOBODY, By

AT_ONCE = 500  # rows that are worked on in the request itself
PATIENCE = 20.0  # seconds; the sweep does what is left
APPLYING = text("status = 'applying'")


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
    work = undo_some if taken_back(found) else apply_some
    while work(store_id, import_id):
        if monotonic() > until:
            return
    # Read before the lock is taken: where no row is due any more, none of them changes.
    low = _made_low(import_id)
    _end(store_id, import_id, low)


def half_applied(limit: int = 20) -> Sequence[StockImport]:
    """Give back imports in the middle of being applied or taken back, the oldest first."""
    wanted = select(StockImport).where(APPLYING).order_by(StockImport.id).limit(limit)
    return db.session.scalars(wanted).all()


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
    return _begun(found, by)


@transaction()
def _start_undoing(store_id: str, import_id: str, by: By) -> StockImport:
    found = locked(store_id, import_id)
    if found.status is not ImportStatus.DONE:
        raise ImportNotReady("This import is not applied, or is being worked on.")
    first = header(import_id)
    if first is None:
        raise ImportNotReady("The lines of this import are gone. Undo single changes instead.")
    if first.outcome is Outcome.SKIPPED:
        raise ImportNotReady("Somebody has taken this import back already.")
    first.outcome = Outcome.SKIPPED
    found.applied = 0
    return _begun(found, by)


def _begun(found: StockImport, by: By) -> StockImport:
    found.status = ImportStatus.APPLYING
    found.person_id = by.person_id
    if found.changes > AT_ONCE:
        after_commit("stock_imports.apply", found.id, found.store_id)
    return found


def _made_low(import_id: str) -> list[str]:
    low = select(ImportRow.variant_id).where(
        ImportRow.import_id == import_id,
        ImportRow.outcome.in_((Outcome.APPLIED, Outcome.SKIPPED)),
        ImportRow.message.in_((LOW, TAKEN_LOW)),
    )
    return [id for id in db.session.scalars(low.order_by(ImportRow.line)) if id]


@transaction()
def _end(store_id: str, import_id: str, low: Sequence[str]) -> None:
    """Close it, and ask for one mail about all that it made low."""
    store = stores.steady(store_id)
    found = locked(store_id, import_id)
    if found.status is ImportStatus.APPLYING:
        found.status = ImportStatus.DONE
        found.applied_at = now()
        lowness.mail_low(store, low)
