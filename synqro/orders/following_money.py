"""What Stripe says about a payment after it was paid, and what that makes of the order."""

from datetime import datetime, timedelta

from sqlalchemy import exists, or_, select, update

from synqro import payments, stores
from synqro.core.clock import now
from synqro.core.db import db, transaction
from synqro.core.money import Money
from synqro.orders.contesting import OPEN, follow_dispute
from synqro.orders.entering import enter
from synqro.orders.fitting import may_be_paid_on, why_not
from synqro.orders.giving_back import follow_refund
from synqro.orders.ledger_models import Dispute, Entry, EntryKind, Refund, RefundStatus
from synqro.orders.listening import tell_of_ledger
from synqro.orders.models import Order
from synqro.orders.noting import locked
from synqro.orders.settling import mark_paid
from synqro.payments import Movements, Payment, Provider

FOLLOWED = timedelta(days=7)
DAILY = timedelta(days=1)
SOON = timedelta(hours=1)


@transaction()
def follow_money(movements: Movements) -> Order | None:
    """Bring ledger, refunds, disputes and status in line with a payment read back at Stripe.

    Repeats change nothing, and news may come in any order. None where the payment is for no
    order of ours on that account and in that mode; one that is and is not in the ledger
    yet makes its order paid.
    """
    order_id = _order_of(movements)
    order = locked(order_id) if order_id else None
    if order is None:
        return None
    store = stores.by_id(order.store_id)
    payment = movements.payment
    for refund in movements.refunds:
        follow_refund(store, order, payment.id, payment.account_id, refund)
    for dispute in movements.disputes:
        follow_dispute(store, order, movements, dispute)
    for fee in movements.fees:
        money, account_id = Money(-fee.amount, fee.currency), payment.account_id
        enter(order, EntryKind.FEE, fee.id, money, payment=payment.id, account_id=account_id)
    look_later(order)
    tell_of_ledger(order)
    return order


def knows_payment(account_id: str, payment_id: str, order_id: str | None) -> bool:
    """True where an event about this payment is worth asking Stripe.

    It stands in a ledger, or names an order of ours that is paid on this account.
    """
    if order_id and (order := db.session.get(Order, order_id, populate_existing=True)):
        return may_be_paid_on(order, account_id)
    return _in_ledger(account_id, payment_id) is not None


def look_later(order: Order) -> None:
    """Note when the order's payments are read back next, should no event come.

    Soon while a dispute is open or Stripe's fee is not known, daily for a week after it was
    paid and while a refund is under way. A look that is due stays so, for it reads all of the
    order's payments, and news is of one.
    """
    db.session.flush()
    not_due = or_(Order.money_look_at.is_(None), Order.money_look_at > now())
    moved = update(Order).where(Order.id == order.id, not_due)
    later = moved.values(money_look_at=_next_look(order))
    db.session.execute(later, execution_options={"synchronize_session": False})


def _next_look(order: Order) -> datetime | None:
    open_ones = (Dispute.order_id == order.id) & Dispute.status.in_(OPEN)
    if db.session.scalar(select(exists().where(open_ones))):
        return now() + SOON
    going = (Refund.order_id == order.id) & (Refund.status == RefundStatus.PENDING)
    if db.session.scalar(select(exists().where(going))):
        return now() + DAILY
    kinds = (EntryKind.PAYMENT, EntryKind.FEE)
    mine = select(Entry).where(Entry.order_id == order.id, Entry.kind.in_(kinds))
    entries = list(db.session.scalars(mine))
    came = {entry.payment: entry.at for entry in entries if entry.kind is EntryKind.PAYMENT}
    if order.paid_at is None or max(came.values(), default=order.paid_at) + FOLLOWED <= now():
        return None
    cost = {entry.payment for entry in entries if entry.kind is EntryKind.FEE}
    return now() + (DAILY if came.keys() <= cost else SOON)


def _order_of(movements: Movements) -> str | None:
    payment = movements.payment
    if known := _in_ledger(payment.account_id, payment.id):
        return known
    order = payment.order_id and db.session.get(Order, payment.order_id, populate_existing=True)
    if not order or not _is_paid_by(order, movements):
        return None
    amount, currency = payment.amount, payment.currency
    told = {"reference": payment.id, "currency": currency, "account_id": payment.account_id}
    return mark_paid(order.id, amount=amount, **told).id


def _is_paid_by(order: Order, movements: Movements) -> bool:
    payment = movements.payment
    return (
        payment.status == "succeeded"
        and not _mismatch(order, payment)
        and _served_by(order) is payment.provider
        and payment.livemode == payments.livemode(payment.provider)
    )


def _mismatch(order: Order, payment: Payment) -> str | None:
    return why_not(
        order,
        account_id=payment.account_id,
        amount=payment.amount,
        currency=payment.currency,
        session_id=payment.id,
    )


def _served_by(order: Order) -> Provider | None:
    return payments.provider_of(stores.by_id(order.store_id))


def _in_ledger(account_id: str, payment_id: str) -> str | None:
    mine = select(Entry.order_id).where(
        Entry.payment == payment_id,
        Entry.kind == EntryKind.PAYMENT,
        Entry.account_id == account_id,
    )
    return db.session.scalar(mine.limit(1))
