"""The attempts at being paid: one page at Stripe after the other, never two that are open."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, or_, update

from synqro.core.clock import now
from synqro.core.db import db, transaction
from synqro.orders.books import amount_due
from synqro.orders.errors import NotPayable, OrderNotFound, PaymentProcessing
from synqro.orders.models import Order, Status
from synqro.orders.noting import locked
from synqro.orders.rows import FIRST_LOOK, HELD, SESSION_LIVES

PROCESSING = "The payment is on its way. The bank has not settled it yet."
NOTHING_DUE = "Nothing is due on this order."
# Stripe opens no page that would live less than 30 minutes.
JOINED = SESSION_LIVES - timedelta(seconds=50)


def read_again(order_id: str) -> Order:
    """Give back an order as it stands now."""
    return db.session.get_one(Order, order_id, populate_existing=True)


def is_open(order: Order) -> bool:
    """True while the order's page can be finished at leisure."""
    soon = now() + timedelta(minutes=1)
    return order.checkout_url is not None and order.session_expires_at > soon


@transaction()
def begin_attempt(order_id: str, *, amount: int, account_id: str) -> Order:
    """Begin the next attempt at a quote's order, unless another tab just has.

    `amount` (minor units) is what its page will ask for. Raises NotPayable where that is not
    due any more, PaymentProcessing.
    """
    order = locked(order_id)
    if order is None:
        raise OrderNotFound("There is no such order.")
    if order.settling:
        raise PaymentProcessing(PROCESSING)
    if amount_due(order) != amount:
        raise NotPayable("Something was paid a moment ago. Look at the order again.")
    wanted = (order.session_amount, order.session_account) == (amount, account_id)
    if wanted and (is_open(order) or _being_opened(order)):
        return order
    order.attempt += 1
    order.session_id = order.checkout_url = None
    order.session_amount, order.session_account = amount, account_id
    for name, moment in _times(now()).items():
        setattr(order, name, moment)
    return order


@transaction()
def next_attempt(order: Order) -> Order:
    """Begin another attempt with fresh times, unless someone else just has."""
    still = update(Order).where(*_unopened(order), _payable())
    db.session.execute(
        still.values(attempt=order.attempt + 1, version=Order.version + 1, **_times(now()))
    )
    return read_again(order.id)


@transaction()
def remember_page(order: Order, session_id: str, url: str) -> bool:
    """Keep the page that was opened; False where another was, or the order is called off."""
    opened = update(Order).where(*_unopened(order), Order.cancelled_at.is_(None))
    kept = opened.values(session_id=session_id, checkout_url=url, version=Order.version + 1)
    return db.session.execute(kept.returning(Order.id)).first() is not None


@transaction()
def drop_attempt(order: Order) -> None:
    """Give an attempt up whose page did not open, so that the next one is a fresh one."""
    unopened = update(Order).where(*_unopened(order), Order.quote_id.is_not(None))
    db.session.execute(unopened.values(look_at=None))


def end_attempt(order: Order, session_id: str | None = None) -> bool:
    """Leave a locked order of a quote without a page; False where it has another by now."""
    if session_id is not None and order.session_id != session_id:
        return False
    order.session_id = order.checkout_url = order.look_at = None
    order.settling = False
    order.updated_at = now()
    return True


def _being_opened(order: Order) -> bool:
    """True for an attempt of this minute whose page has not come yet: the same call finds it."""
    begun = order.look_at is not None and order.session_id is None
    return begun and order.session_expires_at > now() + JOINED


def _unopened(order: Order) -> tuple[ColumnElement[bool], ...]:
    return (
        Order.id == order.id,
        Order.attempt == order.attempt,
        Order.session_id.is_(None),
    )


def _payable() -> ColumnElement[bool]:
    waiting = Order.status == Status.AWAITING_PAYMENT
    return or_(waiting, and_(Order.quote_id.is_not(None), Order.cancelled_at.is_(None)))


def _times(at: datetime) -> dict[str, datetime]:
    return {
        "session_expires_at": at + SESSION_LIVES,
        "expires_at": at + HELD,
        "look_at": at + FIRST_LOOK,
    }
