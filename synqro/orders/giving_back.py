"""What a refund makes of its order, once Stripe has said how it stands."""

from synqro import catalogue, payments, stores
from synqro.core.clock import now
from synqro.core.db import db
from synqro.orders import announcing
from synqro.orders.books import left_by_payment, sums
from synqro.orders.entering import add_refund, enter
from synqro.orders.ledger_models import EntryKind, Refund, RefundStatus
from synqro.orders.listening import Change, tell_followers
from synqro.orders.models import Order, Status, TimelineKind
from synqro.orders.noting import tell
from synqro.payments import ToldRefund
from synqro.stores import By, Store

FAILED = "A refund of "
FORWARDS = list(RefundStatus)
OPEN = (Status.PAID, Status.IN_PROGRESS)
PAID_FOR = (*OPEN, Status.SHIPPED)


def follow_refund(
    store: Store, order: Order, payment_id: str, account_id: str, told: ToldRefund
) -> Refund:
    """Bring a refund in line with what Stripe says, whoever began it, only ever forwards.

    The order is locked by the caller. A row of ours is known by Stripe's id, or by our id
    in Stripe's metadata where its answer never reached us.
    """
    row = _row(order, payment_id, told)
    if row is None:  # begun at Stripe
        row = add_refund(order, payment_id, account_id, told.amount)
    unknown = row.reference is None or row.status is RefundStatus.REQUESTED
    status = RefundStatus(told.status)
    if not unknown and FORWARDS.index(status) <= FORWARDS.index(row.status):
        return row
    row.reference, row.status, row.updated_at = told.id, status, now()
    row.failure = _why(told) if status is RefundStatus.FAILED else None
    # A refund that Stripe has made left the balance at once; one that failed came back to it.
    _enter(order, EntryKind.REFUND, row, -told.amount)
    if status is RefundStatus.FAILED:
        _enter(order, EntryKind.REFUND_FAILED, row, told.amount)
        came_back(store, order, row)
    elif unknown:
        _gave_back(store, order, row)
    else:
        _touch(store, order)
    return row


def came_back(store: Store, order: Order, row: Refund) -> None:
    """Show the merchant a refund that did not reach its customer."""
    amount = order.money(row.amount)
    order.payment_problem = f"{FAILED}{amount} did not go through: {row.failure}"
    tell(order, TimelineKind.REFUND_FAILED, f"{amount}: {row.failure}", person_id=row.person_id)
    _touch(store, order)
    announcing.mail_owners(store, order, "orders/refund_failed", refund_id=row.id)


def cancelled(
    store: Store,
    order: Order,
    *,
    person_id: str | None,
    note: str | None,
    change: Change = Change.CANCELLED,
) -> None:
    """Write down that an order is cancelled, and tell the merchant's systems."""
    order.status = Status.CANCELLED
    order.cancelled_at = order.updated_at = now()
    tell(order, TimelineKind.CANCELLED, note, person_id=person_id)
    db.session.flush()
    announcing.announce(store, order, "order.cancelled")
    tell_followers(order, change)


def _gave_back(store: Store, order: Order, row: Refund) -> None:
    order.updated_at = now()
    amount = order.money(row.amount)
    said = f"{amount}: {row.note}" if row.note else str(amount)
    tell(order, TimelineKind.REFUNDED, said, person_id=row.person_id)
    if row.restock:
        by = By(person_id=row.person_id)
        catalogue.stock.put_back(stores.steady(store.id), order.id, row.restock, by=by)
    template = "orders/refunded"
    if row.cancels and order.status in OPEN:
        cancelled(store, order, person_id=row.person_id, note=row.note)
        template = "orders/cancelled"
    elif order.status in PAID_FOR:
        db.session.flush()
        found = sums(order)
        if found.refunded >= found.paid > 0:
            order.status = Status.REFUNDED
    if _nothing_left(order) and (order.payment_problem or "").startswith(FAILED):
        order.payment_problem = None
    db.session.flush()
    announcing.announce(store, order, "order.refunded")
    announcing.mail_customer(store, order, template, refund_id=row.id)
    tell_followers(order, Change.REFUNDED)


def _nothing_left(order: Order) -> bool:
    db.session.flush()
    return not any(left_by_payment(order).values())


def _touch(store: Store, order: Order) -> None:
    order.updated_at = now()
    db.session.flush()
    announcing.announce(store, order, "order.updated")


def _enter(order: Order, kind: EntryKind, row: Refund, amount: int) -> None:
    money, reference = order.money(amount), row.reference or row.id
    enter(order, kind, reference, money, payment=row.payment, account_id=row.account_id)


def _why(told: ToldRefund) -> str:
    return f"{payments.why_failed(told.failure)}. Give it back in another way."


def _row(order: Order, payment_id: str, told: ToldRefund) -> Refund | None:
    mine = db.session.query(Refund).filter_by(order_id=order.id, payment=payment_id)
    known = mine.filter_by(reference=told.id).populate_existing().one_or_none()
    if known or told.refund_id is None:
        return known
    return mine.filter_by(id=told.refund_id, reference=None).populate_existing().one_or_none()
