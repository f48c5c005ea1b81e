"""Calling an order off: the open page is closed, or the money goes back."""

from collections.abc import Callable
from functools import partial

from synqro import catalogue, stores
from synqro.core.clock import now
from synqro.core.db import transaction
from synqro.orders import announcing
from synqro.orders.asking_back import Pieces, ask, asked_before, checked_pieces
from synqro.orders.attempting import end_attempt, read_again
from synqro.orders.books import being_cancelled, left_by_payment, waiting
from synqro.orders.errors import NotCancellable, PaymentProcessing
from synqro.orders.giving_back import OPEN, cancelled
from synqro.orders.listening import Change
from synqro.orders.models import Order, Status, TimelineKind
from synqro.orders.noting import find_locked, tell
from synqro.orders.opening import close_page
from synqro.orders.reading import by_token, find
from synqro.orders.refunding import send_all
from synqro.orders.settling import UNPAID, follow
from synqro.payments import PaymentProviderError
from synqro.stores import By, Store

TRIES = 3
PAID_MEANWHILE = "It was paid a moment ago. Look at the order again."
PROCESSING = "The payment was made and the bank has not settled it yet."


def cancel(
    store_id: str,
    order_id: str,
    *,
    restock: bool | Pieces = True,
    note: str | None = None,
    key: str | None = None,
    person_id: str | None = None,
) -> Order:
    """Call an order off: an unpaid one's page is closed, a paid one's money goes back.

    `restock`, `key` and what may stay `requested` are as in `refund`. Network calls. Raises
    OrderNotFound, NotCancellable, PaymentProcessing, PaymentProviderError (nothing has
    changed then), and RefundRefused.
    """
    order = _now(find(store_id, order_id))
    if order.status is Status.AWAITING_PAYMENT:
        return _call_off(order, note=note, person_id=person_id, tells=True)
    _no_page_left(order)
    asked = _begin(store_id, order_id, restock=restock, note=note, key=key, person_id=person_id)
    return send_all(store_id, order_id, asked)


def cancel_by_customer(store: Store, token: str) -> Order:
    """Call off an order that its customer has not paid. Network calls.

    Raises OrderNotFound, NotCancellable, PaymentProcessing, PaymentProviderError.
    """
    order = _now(by_token(store.id, token))
    if order.status is not Status.AWAITING_PAYMENT:
        raise NotCancellable("Only an order that is not paid yet can be cancelled here.")
    return _call_off(order, note=None, person_id=None, tells=False)


def withdraw(store: Store, order: Order) -> Order:
    """Take back an unpaid order made from a quote, as if it had never been. Network calls.

    Its page is closed first. Nobody is told: who asked for it knows. The second time changes
    nothing. Raises NotCancellable where it turned out paid, PaymentProcessing,
    PaymentProviderError.
    """
    order = _now(order)
    if order.settling:
        raise PaymentProcessing(PROCESSING)
    return _without_page(store, order, partial(_withdrawn, store.id, order.id))


def can_cancel(order: Order) -> bool:
    """True where `cancel` may be asked for."""
    unpaid = order.status is Status.AWAITING_PAYMENT and not order.settling
    paid_for = order.status in OPEN and not (order.quote_id and order.settling)
    return unpaid or (paid_for and not being_cancelled(order))


def _call_off(order: Order, *, note: str | None, person_id: str | None, tells: bool) -> Order:
    if order.settling:
        raise PaymentProcessing(PROCESSING)
    store = stores.by_id(order.store_id)

    def ends(closed: str | None) -> Order | None:
        return _cancel_unpaid(store, order.id, closed, note=note, person_id=person_id, tells=tells)

    return _without_page(store, order, ends)


def _without_page(store: Store, order: Order, ends: Callable[[str | None], Order | None]) -> Order:
    """Close the order's page and end the order, again where another page opened meanwhile."""
    for _ in range(TRIES):
        closed, session = order.session_id, close_page(store, order)
        if session and (order.quote_id or session.status != "expired"):
            follow(session)
        if ended := ends(closed):
            return ended
        order = _now(order)
    raise PaymentProviderError


def _no_page_left(order: Order) -> None:
    """Close what a quote's order may still be paid on, and follow what became of it."""
    if order.quote_id is None or order.session_id is None:
        return
    if order.settling:
        raise PaymentProcessing(PROCESSING)
    if (session := close_page(stores.by_id(order.store_id), order)) is not None:
        follow(session)


@transaction()
def _cancel_unpaid(
    store: Store,
    order_id: str,
    closed: str | None,
    *,
    note: str | None,
    person_id: str | None,
    tells: bool,
) -> Order | None:
    """End an order whose page is closed; None where it has another page by now."""
    order = find_locked(store.id, order_id)
    if order.settling:
        raise PaymentProcessing(PROCESSING)
    if order.status not in UNPAID:
        raise NotCancellable(PAID_MEANWHILE)
    if order.session_id not in (None, closed):
        return None
    catalogue.stock.release(order.id)
    if order.quote_id:
        end_attempt(order)
    change = Change.CANCELLED if tells else Change.CANCELLED_BY_CUSTOMER
    cancelled(store, order, person_id=person_id, note=note, change=change)
    if tells:
        announcing.mail_customer(store, order, "orders/cancelled")
    return order


@transaction()
def _withdrawn(store_id: str, order_id: str, closed: str | None) -> Order | None:
    order = find_locked(store_id, order_id)
    if order.status is Status.CANCELLED and order.paid_at is None:
        return order
    if order.settling:
        raise PaymentProcessing(PROCESSING)
    if order.quote_id is None or order.status is not Status.AWAITING_PAYMENT:
        raise NotCancellable(PAID_MEANWHILE)
    if order.session_id not in (None, closed):
        return None
    end_attempt(order)
    order.status, order.cancelled_at = Status.CANCELLED, now()
    tell(order, TimelineKind.CANCELLED)
    return order


@transaction()
def _begin(
    store_id: str,
    order_id: str,
    *,
    restock: bool | Pieces,
    note: str | None,
    key: str | None,
    person_id: str | None,
) -> list[str]:
    """Ask for all that is left; an order without any is cancelled at once."""
    order = find_locked(store_id, order_id)
    if key and (known := asked_before(order, key)):
        return known
    if order.status not in OPEN:
        raise _too_late(order)
    if any(left_by_payment(order).values()):
        return ask(
            store_id,
            order_id,
            restock=restock,
            note=note,
            key=key,
            person_id=person_id,
            cancels=True,
        )
    if waiting(order):
        raise NotCancellable("Its money is already on its way back.")
    store, pieces = stores.steady(store_id), checked_pieces(order, restock) or {}
    catalogue.stock.put_back(store, order.id, pieces, by=By(person_id=person_id))
    cancelled(store, order, note=note, person_id=person_id)
    return []


def _too_late(order: Order) -> NotCancellable:
    if order.status is Status.SHIPPED:
        return NotCancellable("It was shipped already. Refund it instead.")
    return NotCancellable("This order is over already.")


def _now(order: Order) -> Order:
    return read_again(order.id)
