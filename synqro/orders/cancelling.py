"""Calling an order off: the open page is closed, or the money goes back."""

from synqro import catalogue, payments, stores
from synqro.core.db import db, transaction
from synqro.orders import announcing
from synqro.orders.asking_back import Pieces, ask, asked_before, checked_pieces
from synqro.orders.books import being_cancelled, left_by_payment, waiting
from synqro.orders.errors import NotCancellable, PaymentProcessing
from synqro.orders.giving_back import OPEN, cancelled
from synqro.orders.models import Order, Status
from synqro.orders.noting import find_locked
from synqro.orders.reading import by_token, find
from synqro.orders.refunding import send_all
from synqro.orders.settling import UNPAID, follow
from synqro.payments import PaymentsNotSetUp, Session
from synqro.stores import Store

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


def can_cancel(order: Order) -> bool:
    """True where `cancel` may be asked for."""
    unpaid = order.status is Status.AWAITING_PAYMENT and not order.settling
    return unpaid or (order.status in OPEN and not being_cancelled(order))


def _call_off(order: Order, *, note: str | None, person_id: str | None, tells: bool) -> Order:
    if order.settling:
        raise PaymentProcessing(PROCESSING)
    store = stores.by_id(order.store_id)
    session = _closed(store, order)
    if session and session.status != "expired":
        follow(session)
    return _cancel_unpaid(store, order.id, note=note, person_id=person_id, tells=tells)


def _closed(store: Store, order: Order) -> Session | None:
    """Close the order's page at Stripe; None where there is none, or Stripe lets us in no more."""
    provider = payments.provider_of(store)
    if provider is None or order.session_account is None or order.session_id is None:
        return None
    account_id, session_id = order.session_account, order.session_id
    try:
        try:
            return payments.expire_session(provider, account_id, session_id)
        except payments.NotThere:
            return None
        except payments.Refused:  # it was open no longer
            return payments.read_session(provider, account_id, session_id)
    except (payments.NotThere, PaymentsNotSetUp):
        return None


@transaction()
def _cancel_unpaid(
    store: Store, order_id: str, *, note: str | None, person_id: str | None, tells: bool
) -> Order:
    order = find_locked(store.id, order_id)
    if order.settling:
        raise PaymentProcessing(PROCESSING)
    if order.status not in UNPAID:
        raise NotCancellable("It was paid a moment ago. Look at the order again.")
    catalogue.stock.release(order.id)
    cancelled(store, order, person_id=person_id, note=note)
    if tells:
        announcing.mail_customer(store, order, "orders/cancelled")
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
    catalogue.stock.put_back(order.id, checked_pieces(order, restock) or {})
    cancelled(stores.by_id(store_id), order, note=note, person_id=person_id)
    return []


def _too_late(order: Order) -> NotCancellable:
    if order.status is Status.SHIPPED:
        return NotCancellable("It was shipped already. Refund it instead.")
    return NotCancellable("This order is over already.")


def _now(order: Order) -> Order:
    return db.session.get_one(Order, order.id, populate_existing=True)
