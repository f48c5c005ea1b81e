"""Stripe's page: opened from what the order's row says, and closed before its time."""

from contextlib import suppress
from urllib.parse import parse_qsl, urlencode, urlsplit

from synqro import payments
from synqro.core.crypto import unseal
from synqro.core.wiring import settings
from synqro.orders.attempting import NOTHING_DUE, next_attempt, read_again, remember_page
from synqro.orders.errors import NotPayable
from synqro.orders.models import Order
from synqro.payments import LineItem, PaymentProviderError, PaymentsNotSetUp, Session, StaleAttempt
from synqro.stores import Store

TRIES = 3
MOST_LINES = 90  # Stripe lists a hundred, with shipping and tax among them


def open_page(store: Store, order: Order, back: str | None = None) -> str:
    """Open the page of the order's attempt, or find the one that is open, and give back its URL.

    `back` is where Stripe sends the buyer, the order's own page where it is not given. A
    network call. Raises NotPayable where the order is called off meanwhile, and what
    `payments.open_checkout` raises.
    """
    for _ in range(TRIES):
        try:
            session = _open(store, order, back)
        except StaleAttempt:
            order = next_attempt(order)
        else:
            if session.url is None:
                raise PaymentProviderError
            if remember_page(order, session.id, session.url):
                return session.url
            order = read_again(order.id)
            if order.session_id != session.id:
                _close_orphan(session)
        if order.cancelled_at:
            raise NotPayable(NOTHING_DUE)
        if order.checkout_url:
            return order.checkout_url
    raise PaymentProviderError


def close_page(store: Store, order: Order) -> Session | None:
    """Close the order's page at Stripe; None where there is none, or Stripe lets us in no more.

    A network call; whoever calls follows the session. Raises PaymentProviderError.
    """
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


def _open(store: Store, order: Order, back: str | None) -> Session:
    provider = payments.provider_of(store)
    if provider is None or order.session_account is None:
        raise PaymentsNotSetUp
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
            success_url=_back(store, order, order.return_url, back, "success"),
            cancel_url=_back(store, order, order.cancel_url, back, "cancel"),
            expires_at=order.session_expires_at,
        )
    except payments.AccountRefused:
        payments.forget_account(provider, order.session_account)
        raise


def _close_orphan(session: Session) -> None:
    """Close a page that nobody was shown; where that fails it ends by itself."""
    with suppress(PaymentProviderError, PaymentsNotSetUp):
        payments.expire_session(session.provider, session.account_id, session.id)


def _line_items(order: Order) -> list[LineItem]:
    """List what is charged; the parts of an order, or what does not add up, in one line."""
    lines = _whole(order)
    charged = sum(line.unit_amount * line.quantity for line in lines)
    if charged == order.session_amount and len(order.lines) <= MOST_LINES:
        return lines
    if order.session_amount == order.total:
        name = f"Order {order.number}"
    elif order.paid_at is None:
        name = f"Deposit, order {order.number}"
    else:
        name = f"Balance, order {order.number}"
    return [LineItem(name, order.session_amount)]


def _whole(order: Order) -> list[LineItem]:
    lines = [
        LineItem(", ".join((line.title, *line.options.values())), line.unit_price, line.quantity)
        for line in order.lines
    ]
    if order.shipping:
        lines.append(LineItem(order.shipping_option or "Shipping", order.shipping))
    if order.tax and not order.tax_included:
        lines.append(LineItem(order.tax_label or "Tax", order.tax))
    return lines


def _back(store: Store, order: Order, wanted: str | None, ours: str | None, result: str) -> str:
    """Where Stripe sends the buyer: the shop's own page, told no secret, or ours."""
    if wanted is None:
        page = f"{settings().public_url}/s/{store.publishable_key}/orders"
        ours = ours or f"{page}/{unseal(order.token_sealed)}"
        return f"{ours}{'&' if urlsplit(ours).query else '?'}result={result}"
    parts = urlsplit(wanted)
    told = {"order_id": order.id, "result": result}
    query = [pair for pair in parse_qsl(parts.query, True) if pair[0] not in told]
    return parts._replace(query=urlencode([*query, *told.items()])).geturl()
