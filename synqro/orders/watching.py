"""Payments read back at Stripe now and then, for its events may be lost."""

from datetime import timedelta

from sqlalchemy import select, update
from structlog import get_logger

from synqro import payments, stores
from synqro.core.clock import now
from synqro.core.db import db, transaction
from synqro.core.errors import DomainError
from synqro.orders.following_money import follow_money, look_later
from synqro.orders.ledger_models import Entry, EntryKind
from synqro.orders.models import Order
from synqro.orders.noting import locked
from synqro.payments import PaymentProviderError, PaymentsNotSetUp, Refused

log = get_logger()
LEASE = timedelta(minutes=5)


def due_looks(limit: int = 20) -> list[str]:
    """Give back the ids of orders whose payments are to be read back, the longest due first."""
    waiting = select(Order.id).where(Order.money_look_at <= now())
    return list(db.session.scalars(waiting.order_by(Order.money_look_at).limit(limit)))


def look_at_money(order_id: str) -> None:
    """Read an order's payments back, where that is due, and follow them. Network calls.

    Where Stripe does not answer it is due again a little later.
    """
    order = _claim(order_id)
    if order is None:
        return
    provider = payments.provider_of(stores.by_id(order.store_id))
    if provider is None:
        return
    for entry in _payments_of(order):
        try:
            follow_money(payments.read_money(provider, entry.account_id or "", entry.reference))
        except (Refused, PaymentsNotSetUp) as error:
            log.warning("a payment cannot be read", order_id=order_id, code=error.code)
            _later(order_id)
        except PaymentProviderError:
            return
        except DomainError as error:
            log.warning("a payment could not be followed", order_id=order_id, code=error.code)


def _payments_of(order: Order) -> list[Entry]:
    mine = select(Entry).where(Entry.order_id == order.id, Entry.kind == EntryKind.PAYMENT)
    return list(db.session.scalars(mine.order_by(Entry.id)))


@transaction()
def _claim(order_id: str) -> Order | None:
    mine = update(Order).where(Order.id == order_id, Order.money_look_at <= now())
    taken = mine.values(money_look_at=now() + LEASE).returning(Order.id)
    if db.session.execute(taken, execution_options={"synchronize_session": False}).first() is None:
        return None
    return db.session.get_one(Order, order_id, populate_existing=True)


@transaction()
def _later(order_id: str) -> None:
    order = locked(order_id)
    if order:
        look_later(order)
