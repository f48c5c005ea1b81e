"""Taking the rows of an import back: each by the rule of a single move, where it still can be."""

from collections.abc import Iterable
from typing import Any, cast

from sqlalchemy import Table, bindparam, select, update

from synqro import stores
from synqro.catalogue import moving, undoing
from synqro.catalogue.errors import MoveNotUndoable
from synqro.catalogue.importing import locked
from synqro.catalogue.stock_models import (
    ImportRow,
    ImportStatus,
    Move,
    MoveKind,
    Outcome,
    StockImport,
)
from synqro.core.db import db, transaction
from synqro.stores import By, Store

ROWS = 100  # in one transaction; each takes a few statements
_row = cast(Table, ImportRow.__table__).c
BECAME = (
    update(cast(Table, ImportRow.__table__))
    .where(_row.import_id == bindparam("of"), _row.line == bindparam("at"))
    .values(
        outcome=bindparam("became", type_=_row.outcome.type),
        low=bindparam("made_low"),
        message=bindparam("said_now"),
    )
)


@transaction()
def undo_some(store_id: str, import_id: str, limit: int = ROWS) -> bool:
    """Take the next rows of an import back, each once; True while there are more.

    One that cannot be taken back stays, and its message says why. Raises ImportNotFound.
    """
    store = stores.steady(store_id)
    found = locked(store_id, import_id)
    if found.status is not ImportStatus.UNDOING:
        return False
    mine = (_row.import_id == found.id, _row.outcome == Outcome.APPLIED)
    due = db.session.execute(select(*_row).where(*mine).order_by(_row.line).limit(limit + 1)).all()
    rows = due[:limit]
    ids = [row.variant_id for row in rows]
    counts, moves = moving.lock(store, ids), _moves(found, ids)
    if rows:
        became = [
            _undone(store, found, row, counts[row.variant_id], moves[row.variant_id])
            for row in rows
        ]
        db.session.execute(BECAME, became)
    return len(due) > limit


def _moves(found: StockImport, variant_ids: Iterable[str]) -> dict[str, Move]:
    made = select(Move).where(
        Move.variant_id.in_(list(variant_ids)),
        Move.import_id == found.id,
        Move.kind.in_((MoveKind.COUNTED, MoveKind.RECEIVED)),
    )
    return {move.variant_id: move for move in db.session.scalars(made)}


def _undone(
    store: Store, found: StockImport, row: Any, count: moving.Count, move: Move
) -> dict[str, object]:
    became = {"of": row.import_id, "at": row.line}
    try:
        step = moving.Step(count, undoing.without(move, count))
    except MoveNotUndoable as error:
        return {**became, "became": Outcome.KEPT, "made_low": row.low, "said_now": str(error)}
    by = By(person_id=found.undone_by)
    why = moving.Why(MoveKind.UNDONE, by=by, import_id=found.id, undoes=move.id)
    low = moving.write(store, why, [step], mails=False)
    return {**became, "became": Outcome.UNDONE, "made_low": bool(low), "said_now": None}
