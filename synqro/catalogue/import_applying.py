"""Applying the rows of an import: each once, in the transaction that changes its count."""

from typing import Any, NamedTuple, cast

from sqlalchemy import Table, bindparam, select, update

from synqro import stores
from synqro.catalogue import moving
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
from synqro.core.db import db, transaction
from synqro.stores import By, Store

ROWS = 500  # in one transaction
_row = cast(Table, ImportRow.__table__).c
BECAME = (
    update(cast(Table, ImportRow.__table__))
    .where(_row.import_id == bindparam("of"), _row.line == bindparam("at"))
    .values(
        outcome=bindparam("became", type_=_row.outcome.type),
        was=bindparam("before"),
        wanted=bindparam("after"),
        low=bindparam("made_low"),
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


@transaction()
def apply_some(store_id: str, import_id: str, limit: int = ROWS) -> bool:
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
    return len(due) > limit


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
    why = moving.Why(kind, by=By(person_id=found.applied_by), import_id=found.id)
    return moving.write(store, why, steps, mails=False)


def _became(one: Result, low: set[str]) -> dict[str, object]:
    row, step = one.row, one.step
    return {
        "of": row.import_id,
        "at": row.line,
        "became": Outcome.APPLIED if step else Outcome.SKIPPED,
        "before": step.count.stock if step else row.was,
        "after": step.after if step else row.wanted,
        "made_low": bool(step and step.count.variant_id in low),
        "said_now": one.message,
    }
