"""The way to Stripe's page: opened once per attempt, from what the order's row says."""

from urllib.parse import parse_qsl, urlencode, urlsplit

from sqlalchemy import update

from synqro import payments
from synqro.core.clock import now
from synqro.core.crypto import unseal
from synqro.core.db import db, transaction
from synqro.core.errors import DomainError
from synqro.core.wiring import settings
from synqro.orders.errors import NotPayable, OrderExpired, PaymentProcessing
from synqro.orders.models import Order, Status
from synqro.orders.reading import by_token, find
from synqro.orders.rows import HELD, SESSION_LIVES
from synqro.orders.settling import give_up
from synqro.payments import LineItem, PaymentProviderError, StaleAttempt
from synqro.stores import Store

TRIES = 3


def checkout_page(store: Store, order: Order) -> str:
    """Open the Stripe page where a new order is paid and give back its URL. A network call.

    Whatever keeps it from opening makes the order expired and frees its pieces. Raises
    PaymentProviderError, PaymentsNotSetUp, AmountTooSmall, Invalid for the email.
    """
    try:
        return _opened(store, order)
    except DomainError:
        give_up(order.id)
        raise


def pay(store: Store, token: str) -> Order:
    """Give back an unpaid order with the `checkout_url` of its open page.

    A page is opened (a network call) only where a crash left none. Raises OrderNotFound,
    NotPayable, OrderExpired, PaymentProcessing, and what `checkout_page` raises.
    """
    order = by_token(store.id, token)
    if order.settling:
        raise PaymentProcessing("Your payment is on its way. Your bank has not settled it yet.")
    if order.status not in (Status.AWAITING_PAYMENT, Status.EXPIRED):
        raise NotPayable("Nothing is due on this order.")
    if not can_pay(order):
        raise OrderExpired("This order was not paid in time. Order again.")
    if order.checkout_url is None:
        try:
            _opened(store, order)
        except DomainError as error:
            if type(error) is not PaymentProviderError:  # else it may open a moment later
                give_up(order.id)
            raise
    return by_token(store.id, token)


def can_pay(order: Order) -> bool:
    """True while the buyer can still be sent to Stripe's page."""
    open_until = order.session_expires_at if order.session_id else order.expires_at
    waiting = order.status is Status.AWAITING_PAYMENT and not order.settling
    return waiting and now() < open_until


def _opened(store: Store, order: Order) -> str:
    for _ in range(TRIES):
        try:
            session = _open(store, order)
        except StaleAttempt:
            order = _next_attempt(store.id, order.id, order.attempt)
            continue
        if session.url is None:
            raise PaymentProviderError
        _remember(order.id, order.attempt, session.id, session.url)
        return session.url
    raise PaymentProviderError


def _open(store: Store, order: Order) -> payments.Session:
    provider = payments.provider_of(store)
    if provider is None or order.session_account is None:
        raise payments.PaymentsNotSetUp
    try:
        return payments.open_checkout(
            provider,
            order.session_account,
            order_id=order.id,
            number=order.number,
            attempt=order.attempt,
            currency=order.currency,
            lines=_line_items(order),
            email=order.customer_email,
            success_url=_back(store, order, order.return_url, "success"),
            cancel_url=_back(store, order, order.cancel_url, "cancel"),
            expires_at=order.session_expires_at,
        )
    except payments.AccountRefused:
        payments.forget_account(provider, order.session_account)
        raise


def _line_items(order: Order) -> list[LineItem]:
    lines = [
        LineItem(", ".join((line.title, *line.options.values())), line.unit_price, line.quantity)
        for line in order.lines
    ]
    if order.shipping:
        lines.append(LineItem(order.shipping_option or "Shipping", order.shipping))
    if order.tax and not order.tax_included:
        lines.append(LineItem(order.tax_label or "Tax", order.tax))
    return lines


def _back(store: Store, order: Order, wanted: str | None, result: str) -> str:
    """Where Stripe sends the buyer: the shop's own page, told no secret, or ours."""
    if wanted is None:
        token = unseal(order.token_sealed)
        ours = f"{settings().public_url}/s/{store.publishable_key}/orders/{token}"
        return f"{ours}?result={result}"
    parts = urlsplit(wanted)
    told = {"order_id": order.id, "result": result}
    query = [pair for pair in parse_qsl(parts.query, True) if pair[0] not in told]
    return parts._replace(query=urlencode([*query, *told.items()])).geturl()


@transaction()
def _remember(order_id: str, attempt: int, session_id: str, url: str) -> None:
    unopened = update(Order).where(
        Order.id == order_id, Order.attempt == attempt, Order.session_id.is_(None)
    )
    db.session.execute(
        unopened.values(session_id=session_id, checkout_url=url, version=Order.version + 1)
    )


@transaction()
def _next_attempt(store_id: str, order_id: str, attempt: int) -> Order:
    """Begin another attempt with fresh times, unless someone else just has."""
    at = now()
    still = update(Order).where(
        Order.id == order_id,
        Order.attempt == attempt,
        Order.session_id.is_(None),
        Order.status == Status.AWAITING_PAYMENT,
    )
    fresh = {"session_expires_at": at + SESSION_LIVES, "expires_at": at + HELD}
    db.session.execute(still.values(attempt=attempt + 1, version=Order.version + 1, **fresh))
    return find(store_id, order_id)
