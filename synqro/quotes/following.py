"""What becomes of a quote when its order's money moves."""

from collections.abc import Callable

from sqlalchemy import select

from synqro import events, orders, stores
from synqro.core.clock import now
from synqro.core.db import db
from synqro.orders import Change, Order
from synqro.quotes.closing import close, reopen
from synqro.quotes.ending import announce_end
from synqro.quotes.lifecycle import ACCEPTED, CUSTOMER, MERCHANT, PAID, SYSTEM, Step, after
from synqro.quotes.models import Happening, Party, Quote, TimelineKind
from synqro.quotes.noting import flag, locked, mail_customer, mail_owners, news, tell
from synqro.quotes.wire import as_wire
from synqro.stores import Store


def follow_order(order: Order, change: Change) -> None:
    """Bring the quote of an order in line with it, inside the transaction of the change."""
    quote = locked(order.quote_id) if order.quote_id else None
    if quote is not None:
        FOLLOWED[change](stores.by_id(quote.store_id), quote, order)


def _paid(store: Store, quote: Quote, order: Order) -> None:
    """The version that was paid holds from now on, whatever happened to the quote meanwhile."""
    if quote.status is PAID:
        flag(store, quote, f"Another order of this quote was paid: #{order.number}. Look at both.")
        return
    before, other = quote.status, quote.order_id != order.id
    quote.status = after(before, Step.PAY, SYSTEM)
    quote.offered, quote.order_id = _version_of(quote, order), order.id
    reopen(store, quote)
    quote.paid_at = quote.files_at = now()
    quote.remind_at = None
    quote.accepted_at = quote.accepted_at or now()
    news(quote, unread=False)
    tell(quote, TimelineKind.PAID, SYSTEM)
    if other or before is not ACCEPTED:
        say = f"Version {quote.offered} was paid, though the quote had moved on ({before})."
        flag(store, quote, f"{say} The price that was paid holds.")
    db.session.flush()
    events.emit(store.id, "quote.paid", as_wire(quote), mode=store.mode)
    mail_customer(store, quote, "quotes/paid", version=quote.offered)
    mail_owners(store, quote, "quotes/paid_merchant", version=quote.offered)


def _balance_paid(store: Store, quote: Quote, order: Order) -> None:
    tell(quote, TimelineKind.BALANCE_PAID, SYSTEM)
    news(quote, unread=False)
    mail_customer(store, quote, "quotes/balance_paid")
    mail_owners(store, quote, "quotes/paid_merchant", version=quote.offered, balance=True)


def _cancelled(store: Store, quote: Quote, order: Order) -> None:
    """An unpaid order that is called off takes its quote along."""
    _ended_with_order(store, quote, order, MERCHANT)


def _cancelled_by_customer(store: Store, quote: Quote, order: Order) -> None:
    _ended_with_order(store, quote, order, CUSTOMER)


def _ended_with_order(store: Store, quote: Quote, order: Order, by: Party) -> None:
    if quote.order_id != order.id:
        return
    if quote.status is ACCEPTED:
        quote.status = after(quote.status, Step.CANCEL, by)
        close(quote, by)
        # The customer of an order that the merchant cancels is told by the order's own mail.
        announce_end(store, quote, TimelineKind.CANCELLED, by, None, mails=by is CUSTOMER)
    elif quote.status is PAID:
        _over(quote)


def _refunded(_: Store, quote: Quote, order: Order) -> None:
    if (
        quote.status is PAID
        and quote.order_id == order.id
        and order.status is orders.Status.REFUNDED
    ):
        _over(quote)


def _over(quote: Quote) -> None:
    quote.closed_at = quote.closed_at or now()
    quote.files_at = now()
    quote.updated_at = now()


def _payment_failed(_: Store, quote: Quote, order: Order) -> None:
    if quote.order_id == order.id:
        tell(quote, TimelineKind.PAYMENT_FAILED, SYSTEM)


def _late_money(store: Store, quote: Quote, order: Order) -> None:
    ended = " after it was cancelled" if order.status is orders.Status.CANCELLED else ""
    say = f"Money came in for order #{order.number}{ended}. Look at it: refund it, or send anew."
    flag(store, quote, say)


def _version_of(quote: Quote, order: Order) -> int:
    """The number of the version whose acceptance made this order."""
    accepted = select(Happening.offered).where(
        Happening.quote_id == quote.id, Happening.order_id == order.id
    )
    return db.session.scalar(accepted.limit(1)) or quote.offered


FOLLOWED: dict[Change, Callable[[Store, Quote, Order], None]] = {
    Change.PAID: _paid,
    Change.BALANCE_PAID: _balance_paid,
    Change.CANCELLED: _cancelled,
    Change.CANCELLED_BY_CUSTOMER: _cancelled_by_customer,
    Change.REFUNDED: _refunded,
    Change.PAYMENT_FAILED: _payment_failed,
    Change.LATE_MONEY: _late_money,
}
