"""Taking back a move of stock: what it changed, and nothing that came after it."""

from sqlalchemy import select

from synqro import stores
from synqro.catalogue import moving
from synqro.catalogue.errors import MoveNotFound, MoveNotUndoable
from synqro.catalogue.moving import Count, Step, Why
from synqro.catalogue.rules import MOST_STOCK
from synqro.catalogue.stock_models import Move, MoveKind
from synqro.core.db import db, transaction
from synqro.stores import NOBODY, By

OF_ORDERS = (MoveKind.SOLD, MoveKind.RETURNED)


@transaction()
def undo_move(store_id: str, move_id: str, *, by: By = NOBODY) -> Move:
    """Take back what a person or a program did to a count; give back the move that does so.

    What was sold or came in since then stays. Raises MoveNotFound, and MoveNotUndoable with
    words: an order's move, one that was taken back, one that would leave fewer than none.
    """
    store = stores.steady(store_id)
    move = _found(store_id, move_id)
    count = moving.lock(store, [move.variant_id])[move.variant_id]
    step = Step(count, without(move, count))
    moving.write(store, Why(MoveKind.UNDONE, by=by, undoes=move.id), [step])
    mine = (Move.variant_id == count.variant_id, Move.number == count.moves + 1)
    return db.session.scalars(select(Move).where(*mine)).one()


def _found(store_id: str, move_id: str) -> Move:
    known = move_id.isascii() and move_id.isprintable()
    mine = select(Move).where(Move.id == move_id, Move.store_id == store_id)
    move = db.session.scalar(mine) if known else None
    if move is None:
        raise MoveNotFound("There is no such change of stock in this shop.")
    return move


def without(move: Move, count: Count) -> int | None:
    """Give back what the count is without `move`. Raises MoveNotUndoable."""
    if move.kind in OF_ORDERS:
        raise MoveNotUndoable("This belongs to an order. Refund or cancel the order instead.")
    if not count.active:
        raise MoveNotUndoable("This variant is not offered any more.")
    if db.session.scalar(select(Move.id).where(Move.undoes == move.id)):
        raise MoveNotUndoable("This was undone already.")
    if move.before == move.after:
        raise MoveNotUndoable("This changed nothing.")
    if move.change is None:
        return _before(move, count)
    if count.stock is None:
        raise MoveNotUndoable("These are not counted any more.")
    after = count.stock - move.change
    if after < 0:
        left = f"Only {count.stock:,} are left" if count.stock > 1 else "Only one is left"
        say = left if count.stock else "None are left"
        raise MoveNotUndoable(f"{say}, so {move.change:,} cannot be taken back. Count again.")
    if after > MOST_STOCK:
        raise MoveNotUndoable(f"A count can be {MOST_STOCK:,} at most. Count again.")
    return after


def _before(move: Move, count: Count) -> int | None:
    """Of a move from or to "not counted": nothing but what stood before it can be put back."""
    if count.moves != move.number:
        raise MoveNotUndoable("The count has changed since then. Count again.")
    return move.before
