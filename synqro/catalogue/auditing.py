"""The counts added up again from their moves: what does not fit together is named."""

from collections.abc import Iterator

from sqlalchemy import and_, func, select
from sqlalchemy.orm import aliased

from synqro import stores
from synqro.catalogue.models import Hold, HoldState, Product, Variant
from synqro.catalogue.stock_models import Move
from synqro.core.db import db


def unaccounted() -> Iterator[tuple[str, str]]:
    """Give back variants whose count is not what their moves or holds say: (id, a sentence)."""
    yield from _wrong_numbers()
    yield from _wrong_ends()
    yield from _broken_chains()
    yield from _wrong_holds()
    yield from _wrongly_low()


def _wrong_numbers() -> Iterator[tuple[str, str]]:
    there = func.count(Move.id)
    wanted = select(Variant.id, Variant.moves, there).outerjoin(Move, Move.variant_id == Variant.id)
    wrong = wanted.group_by(Variant.id, Variant.moves).having(there != Variant.moves)
    for variant_id, said, found in db.session.execute(wrong):
        yield variant_id, f"It has moved {said} times, but {found} moves are there."


def _wrong_ends() -> Iterator[tuple[str, str]]:
    last = and_(Move.variant_id == Variant.id, Move.number == Variant.moves)
    wanted = select(Variant.id, Variant.stock, Move.after).join(Move, last)
    for variant_id, stock, after in db.session.execute(
        wanted.where(Variant.stock.is_distinct_from(Move.after))
    ):
        yield variant_id, f"It counts {stock}, but its last move has left {after}."


def _broken_chains() -> Iterator[tuple[str, str]]:
    before = aliased(Move)
    pair = and_(before.variant_id == Move.variant_id, before.number == Move.number - 1)
    wanted = select(Move.variant_id, Move.number).join(before, pair)
    for variant_id, number in db.session.execute(
        wanted.where(Move.before.is_distinct_from(before.after))
    ):
        yield variant_id, f"Its move {number} begins with another count than the last one left."


def _wrong_holds() -> Iterator[tuple[str, str]]:
    out = Hold.quantity - Hold.returned
    taken = Hold.state == HoldState.TAKEN
    too_many = (Hold.counted > 0) & ((Hold.counted > out) | ~taken)
    wrong = (Hold.counted < 0) | too_many
    for variant_id, order_id in db.session.execute(
        select(Hold.variant_id, Hold.order_id).where(wrong)
    ):
        yield variant_id, f"Order {order_id} has taken fewer pieces than shall come back to it."


def _wrongly_low() -> Iterator[tuple[str, str]]:
    for store in stores.all_stores():
        threshold = func.coalesce(Product.low_stock_threshold, store.low_stock_threshold)
        low = func.coalesce(Variant.stock <= threshold, False)
        wanted = select(Variant.id, Variant.low).join(Product, Product.id == Variant.product_id)
        for variant_id, said in db.session.execute(
            wanted.where(Variant.store_id == store.id, Variant.low != low)
        ):
            yield (
                variant_id,
                "It is marked as low, but is not." if said else "It is low, but not marked.",
            )
