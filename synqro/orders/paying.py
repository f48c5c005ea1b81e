"""The way to Stripe's page, for an order that is new and for one that waits."""

from synqro import payments
from synqro.core.clock import now
from synqro.core.errors import DomainError
from synqro.orders.attempting import (
    NOTHING_DUE,
    PROCESSING,
    begin_attempt,
    drop_attempt,
    is_open,
    read_again,
)
from synqro.orders.books import amount_due
from synqro.orders.errors import NotPayable, OrderExpired, PaymentProcessing
from synqro.orders.models import Order, Status
from synqro.orders.opening import close_page, open_page
from synqro.orders.reading import by_token
from synqro.orders.settling import follow, give_up
from synqro.payments import PaymentProviderError
from synqro.stores import Store


def checkout_page(store: Store, order: Order) -> str:
    """Open the Stripe page where a new order is paid and give back its URL. A network call.

    Whatever keeps it from opening makes the order expired and frees its pieces. Raises
    PaymentProviderError, PaymentsNotSetUp, AmountTooSmall, Invalid for the email.
    """
    try:
        return open_page(store, order)
    except DomainError:
        give_up(order.id)
        raise


def pay(store: Store, token: str) -> Order:
    """Give back an order with something due, and the `checkout_url` of its open page.

    A page is opened (a network call) where a crash left none; for an order made from a
    quote, and its balance, as `payable_page` does. Raises OrderNotFound, NotPayable,
    OrderExpired, PaymentProcessing, and what `checkout_page` raises.
    """
    order = by_token(store.id, token)
    if order.quote_id is not None:
        return payable_page(store, order)
    if order.settling:
        raise PaymentProcessing("Your payment is on its way. Your bank has not settled it yet.")
    if order.status not in (Status.AWAITING_PAYMENT, Status.EXPIRED):
        raise NotPayable(NOTHING_DUE)
    if not can_pay(order):
        raise OrderExpired("This order was not paid in time. Order again.")
    if order.checkout_url is None:
        try:
            open_page(store, order)
        except DomainError as error:
            if type(error) is not PaymentProviderError:  # else it may open a moment later
                give_up(order.id)
            raise
    return by_token(store.id, token)


def payable_page(store: Store, order: Order, *, back: str | None = None) -> Order:
    """Give back a quote's order with the page where `amount_due` is paid. Network calls.

    The page that is open stays the one while it asks for that amount on the account that is
    connected now, and Stripe, asked once, still shows it; else it is closed first, and the
    next one opened. `back` is the page of
    ours that Stripe returns to, told `result=success` or `result=cancel`; the order's own
    where it is not given. Whatever keeps the page from opening, the order stays payable.

    Raises NotPayable, PaymentProcessing, PaymentsNotSetUp, PaymentProviderError,
    AmountTooSmall, Invalid for the email.
    """
    order = read_again(order.id)
    due = _due(order)
    account_id = payments.chargeable(store)
    if account_id is None:
        raise payments.PaymentsNotSetUp
    wanted = (order.session_amount, order.session_account) == (due, account_id)
    if wanted and is_open(order):
        if _shown(store, order):
            return order
    elif (session := close_page(store, order)) is not None:
        follow(session)
    order = begin_attempt(order.id, amount=due, account_id=account_id)
    if not order.checkout_url:
        try:
            open_page(store, order, back)
        except DomainError:
            drop_attempt(order)
            raise
    return read_again(order.id)


def can_pay(order: Order) -> bool:
    """True while the buyer can still be sent to Stripe's page."""
    if order.quote_id is not None:
        return not order.settling and amount_due(order) > 0
    open_until = order.session_expires_at if order.session_id else order.expires_at
    waiting = order.status is Status.AWAITING_PAYMENT and not order.settling
    return waiting and now() < open_until


def _shown(store: Store, order: Order) -> bool:
    """Tell whether Stripe still shows the open page, whose event may be late, and follow it."""
    provider = payments.provider_of(store)
    if provider is None or order.session_account is None or order.session_id is None:
        return False
    try:
        session = payments.read_session(provider, order.session_account, order.session_id)
    except PaymentProviderError:  # it cannot say, and the page most likely stands
        return True
    if session.status == "open":
        return True
    follow(session)
    return False


def _due(order: Order) -> int:
    if order.settling:
        raise PaymentProcessing(PROCESSING)
    due = amount_due(order)
    if not due:
        raise NotPayable(NOTHING_DUE)
    return due
