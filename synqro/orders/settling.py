"""What Stripe says about an order's money, and what that makes of the order."""

from datetime import timedelta

from synqro import catalogue, payments, stores
from synqro.core.clock import now
from synqro.core.db import db, transaction
from synqro.core.money import Money
from synqro.orders.announcing import announce_paid
from synqro.orders.entering import enter
from synqro.orders.errors import OrderNotFound
from synqro.orders.ledger_models import EntryKind
from synqro.orders.models import Order, Status, TimelineKind
from synqro.orders.noting import flag, flag_problem, locked, tell
from synqro.orders.worklist import leaves_on
from synqro.payments import Session

UNPAID = (Status.AWAITING_PAYMENT, Status.EXPIRED)
LOOKS_AGAIN = timedelta(hours=1)
FEE_IS_LATE = timedelta(minutes=10)


def follow(session: Session) -> None:
    """Make of the session's order what the session says, in whatever order news arrives.

    `session` was read back from Stripe. One of an account, amount or currency that is not
    the order's never makes it paid: it is shown to the merchant. One of another mode, and
    one without an order of ours, is ignored.
    """
    known = session.order_id and db.session.get(Order, session.order_id, populate_existing=True)
    order = known or None
    if order is None or not _same_mode(order, session):
        return
    problem = _mismatch(order, session)
    if session.payment_status == "paid":
        if problem:
            flag_problem(order.id, problem)
        else:
            reference, amount, currency = session.payment_id, order.total, order.currency
            mark_paid(order.id, reference=reference, amount=amount, currency=currency)
    elif problem or session.id != (order.session_id or session.id):
        return
    elif session.status == "expired":
        give_up(order.id)
    elif session.payment_failed:
        payment_failed(order.id)
    elif session.status == "complete":
        mark_settling(order.id)


@transaction()
def mark_paid(order_id: str, *, reference: str, amount: int, currency: str) -> Order:
    """Record money for an order, by its provider's `reference`, and move it to the queue.

    Money has moved by now: nothing refuses but an unknown id (OrderNotFound). A repeat
    changes nothing; a payment for an order that has one is kept and shown to the merchant.
    """
    order = locked(order_id)
    if order is None:
        raise OrderNotFound("There is no such order.")
    money, account_id = Money(amount, currency), order.session_account
    payment = EntryKind.PAYMENT, reference, money
    if not enter(order, *payment, payment=reference, account_id=account_id):
        return order
    order.money_look_at = now() + FEE_IS_LATE
    if order.status not in UNPAID:
        flag(order, _unwanted(order, reference, money))
        return order
    taken = catalogue.stock.commit if order.status is not Status.EXPIRED else catalogue.stock.take
    order.oversold = not taken(order.id)
    order.status, order.settling = Status.PAID, False
    order.paid_at = order.updated_at = now()
    store = stores.by_id(order.store_id)
    order.ship_by = leaves_on(order.paid_at, order.lead_time_days, store.timezone)
    tell(order, TimelineKind.PAID)
    db.session.flush()
    announce_paid(store, order, paid=amount)
    return order


@transaction()
def mark_settling(order_id: str) -> None:
    """Keep the hold of an order whose payment was made and is not settled yet."""
    order = locked(order_id)
    if order and order.status is Status.AWAITING_PAYMENT and not order.settling:
        order.settling = True
        order.expires_at = now() + LOOKS_AGAIN
        order.updated_at = now()
        tell(order, TimelineKind.PAYMENT_STARTED)


@transaction()
def payment_failed(order_id: str) -> None:
    """Free the pieces of an order whose payment was made and then failed."""
    _end(order_id, TimelineKind.PAYMENT_FAILED, even_if_settling=True)


@transaction()
def give_up(order_id: str) -> None:
    """Let an unpaid order expire and free its pieces; not while a payment is on its way."""
    _end(order_id, TimelineKind.EXPIRED, even_if_settling=False)


def _unwanted(order: Order, reference: str, money: Money) -> str:
    if order.status is Status.CANCELLED:
        return f"{money} came in after this order was cancelled ({reference}). Refund it."
    return f"Another payment of {money} came in ({reference}). Look at it."


def _same_mode(order: Order, session: Session) -> bool:
    store = stores.by_id(order.store_id)
    served = payments.provider_of(store) is session.provider
    return served and session.livemode == payments.livemode(session.provider)


def _mismatch(order: Order, session: Session) -> str | None:
    if session.account_id != order.session_account:
        return f"A payment for this order came in on another Stripe account ({session.id})."
    if (session.amount, session.currency) != (order.total, order.currency):
        total = Money(order.total, order.currency)
        came = Money(session.amount or 0, session.currency)
        return f"A payment of {came} came in, but the total is {total} ({session.id})."
    return None


def _end(order_id: str, kind: TimelineKind, *, even_if_settling: bool) -> None:
    order = locked(order_id)
    if order is None or order.status is not Status.AWAITING_PAYMENT:
        return
    if order.settling and not even_if_settling:
        return
    order.status, order.settling = Status.EXPIRED, False
    order.updated_at = now()
    catalogue.stock.release(order.id)
    tell(order, kind)
