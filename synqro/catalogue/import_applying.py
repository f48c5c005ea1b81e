"""Applying an import: a few hundred rows a transaction, killed and gone on with at any point."""

from collections.abc import Sequence
from time import monotonic
from typing import Any, NamedTuple, cast

from sqlalchemy import Table, bindparam, select, text, update

from synqro import stores
from synqro.catalogue import lowness, moving
from synqro.catalogue.import_errors import ImportNotReady
from synqro.catalogue.importing import locked
from synqro.catalogue.models import Status
from synqro.catalogue.rules import MOST_STOCK
from synqro.catalogue.stock_models import (
    ImportRow,
    ImportStatus,
    MoveKind,
    Outcome,
    StockImport,
)
from synqro.core.clock import now
from synqro.core.db import after_commit, db, transaction
from synqro.stores import NOBODY, By, Store

AT_ONCE = 500  # rows in one transaction; so many are applied in the request itself
LOW = "Low now."
_row = cast(Table, ImportRow.__table__).c
APPLYING = text("status = 'applying'")
BECAME = (
    update(cast(Table, ImportRow.__table__))
    .where(_row.import_id == bindparam("of"), _row.line == bindparam("at"))
    .values(
        outcome=bindparam("became", type_=_row.outcome.type),
        was=bindparam("before"),
        wanted=bindparam("after"),
        message=bindparam("said_now"),
    )
)


class Skip(Exception):
    """The row must not be applied any more; the message says why."""


class Result(NamedTuple):
    """What becomes of a row: its count beside it where it moves, else why it does not."""

    row: Any
    step: moving.Step | None
    message: str | None


def apply_import(store_id: str, import_id: str, *, by: By = NOBODY) -> StockImport:
    """Apply what an import was read to change: at once where it is little, else by a job.

    Of two people one wins. Raises ImportNotFound, ImportNotReady.
    """
    found = _start(store_id, import_id, by)
    if found.changes <= AT_ONCE:
        go_on_importing(found)
    return found


def go_on_importing(found: StockImport, seconds: float = 0.0) -> None:
    """Apply rows for so long, one transaction at least, and end it behind the last of them."""
    until, store_id, import_id = monotonic() + seconds, found.store_id, found.id
    while apply_some(store_id, import_id):
        if monotonic() > until:
            return
    # Read before the lock is taken: where no row is due any more, none of them changes.
    low = _made_low(import_id)
    _end(store_id, import_id, low)


def half_applied(limit: int = 20) -> Sequence[StockImport]:
    """Give back imports in the middle of being applied, the oldest first."""
    wanted = select(StockImport).where(APPLYING).order_by(StockImport.id).limit(limit)
    return db.session.scalars(wanted).all()


@transaction()
def apply_some(store_id: str, import_id: str, limit: int = AT_ONCE) -> bool:
    """Apply the next rows of an import, each once; True while there are more.

    Raises ImportNotFound.
    """
    store = stores.steady(store_id)
    found = locked(store_id, import_id)
    if found.status is not ImportStatus.APPLYING:
        return False
    mine = (_row.import_id == found.id, _row.outcome == Outcome.CHANGE)
    due = db.session.execute(select(*_row).where(*mine).order_by(_row.line).limit(limit + 1)).all()
    rows = due[:limit]
    counts = moving.lock(store, [row.variant_id for row in rows if row.variant_id])
    results = [_result(row, counts.get(row.variant_id or "")) for row in rows]
    low = {
        *_write(store, found, MoveKind.COUNTED, [one for one in results if not one.row.adds]),
        *_write(store, found, MoveKind.RECEIVED, [one for one in results if one.row.adds]),
    }
    if results:
        db.session.execute(BECAME, [_became(one, low) for one in results])
    found.applied += len(rows)
    return len(due) > limit


@transaction()
def _start(store_id: str, import_id: str, by: By) -> StockImport:
    found = locked(store_id, import_id)
    if found.status is not ImportStatus.READY:
        raise ImportNotReady("Somebody has applied this import already.")
    if not found.changes:
        raise ImportNotReady("There is nothing to change.")
    found.status = ImportStatus.APPLYING
    found.person_id = by.person_id
    if found.changes > AT_ONCE:
        after_commit("stock_imports.apply", found.id, store_id)
    return found


def _result(row: Any, count: moving.Count | None) -> Result:
    try:
        return Result(row, _step(row, count), None)
    except Skip as why:
        return Result(row, None, str(why))


def _step(row: Any, count: moving.Count | None) -> moving.Step:
    if count is None or not count.active:
        raise Skip("This variant is not offered any more.")
    if count.status is Status.ARCHIVED:
        raise Skip("This product is archived by now.")
    if row.adds:
        return moving.Step(count, _added(row.wanted - row.was, count.stock))
    if count.stock == row.wanted:
        raise Skip(f"It is {row.wanted:,} by now.")
    if count.stock != row.was:
        raise Skip(_moved_on(row.was, count.stock))
    return moving.Step(count, row.wanted)


def _added(pieces: int, stock: int | None) -> int:
    if stock is None:
        raise Skip("Nobody counts this one any more.")
    if stock + pieces > MOST_STOCK:
        raise Skip(f"There are {stock:,} now, and the most is {MOST_STOCK:,}.")
    return stock + pieces


def _moved_on(was: int | None, stock: int | None) -> str:
    if stock is None:
        return "Nobody counts this one any more. Count again."
    there = f"There {'is' if stock == 1 else 'are'} {stock:,} now"
    if was is None:
        return f"{there}, nobody counted when the file was read. Count again."
    return f"{there}, the file was read at {was:,}. Count again."


def _write(store: Store, found: StockImport, kind: MoveKind, some: list[Result]) -> list[str]:
    steps = [one.step for one in some if one.step]
    why = moving.Why(kind, by=By(person_id=found.person_id), import_id=found.id)
    return moving.write(store, why, steps, mails=False)


def _became(one: Result, low: set[str]) -> dict[str, object]:
    row, step = one.row, one.step
    told = LOW if step and step.count.variant_id in low else one.message
    return {
        "of": row.import_id,
        "at": row.line,
        "became": Outcome.APPLIED if step else Outcome.SKIPPED,
        "before": step.count.stock if step else row.was,
        "after": step.after if step else row.wanted,
        "said_now": told,
    }


def _made_low(import_id: str) -> list[str]:
    low = select(_row.variant_id).where(
        _row.import_id == import_id, _row.outcome == Outcome.APPLIED, _row.message == LOW
    )
    return list(db.session.scalars(low.order_by(_row.line)))


@transaction()
def _end(store_id: str, import_id: str, low: Sequence[str]) -> None:
    """Close it, and ask for one mail about all that it made low."""
    store = stores.steady(store_id)
    found = locked(store_id, import_id)
    if found.status is ImportStatus.APPLYING:
        found.status = ImportStatus.DONE
        found.applied_at = now()
        lowness.mail_low(store, low)
