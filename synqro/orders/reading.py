"""Finding orders, and what belongs to one."""

from collections.abc import Collection, Sequence
from typing import NamedTuple

from sqlalchemy import select

from synqro.core.crypto import fingerprint, unseal
from synqro.core.db import db
from synqro.orders.errors import OrderNotFound
from synqro.orders.ledger_models import Entry
from synqro.orders.models import Happening, Order, TimelineKind

MOST_COUNTED = 100


class Sales(NamedTuple):
    """What was paid in a span of time: how many orders, and their totals in minor units."""

    orders: int
    total: int


def find(store_id: str, order_id: str) -> Order:
    """Give back one order of this store. Raises OrderNotFound."""
    order = db.session.get(Order, order_id) if order_id.isprintable() else None
    if order is None or order.store_id != store_id:
        raise OrderNotFound("There is no such order.")
    return order


def several(store_id: str, order_ids: Sequence[str]) -> Sequence[Order]:
    """Give back those of the orders that are this store's, in two queries."""
    mine = select(Order).where(Order.store_id == store_id, Order.id.in_(order_ids))
    return db.session.scalars(mine).all()


def numbers(store_id: str, order_ids: Collection[str]) -> dict[str, int]:
    """Give back the numbers of those of the orders that are this store's, by id."""
    mine = (Order.store_id == store_id, Order.id.in_(order_ids))
    found = db.session.execute(select(Order.id, Order.number).where(*mine))
    return {row.id: row.number for row in found}


def by_token(store_id: str, token: str) -> Order:
    """Give back the order that a customer's private link names. Raises OrderNotFound."""
    mine = select(Order).where(Order.token_hash == fingerprint(token), Order.store_id == store_id)
    order = db.session.scalar(mine)
    if order is None:
        raise OrderNotFound("There is no such order.")
    return order


def timeline(order: Order) -> list[Happening]:
    """Give back what happened to the order, the oldest first, from its placing on."""
    placed = Happening(
        id=f"{order.id}:placed",
        order_id=order.id,
        kind=TimelineKind.PLACED,
        text=None,
        person_id=None,
        at=order.created_at,
    )
    mine = select(Happening).where(Happening.order_id == order.id)
    return [placed, *db.session.scalars(mine.order_by(Happening.id))]


def ledger(order: Order) -> list[Entry]:
    """Give back the money that moved for the order, the oldest first."""
    mine = select(Entry).where(Entry.order_id == order.id)
    return list(db.session.scalars(mine.order_by(Entry.id)))


def link_token(order: Order) -> str:
    """Give back the token of the customer's private link, for mails."""
    return unseal(order.token_sealed)
