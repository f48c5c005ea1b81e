"""Checkout sessions: direct charges on the merchant's own account."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from synqro.payments.client import (
    CheckoutSession,
    LineItemParams,
    SessionParams,
    options,
    speaking,
)
from synqro.payments.errors import PaymentProviderError
from synqro.payments.models import Provider
from synqro.payments.units import from_stripe, to_stripe

NAME_LENGTH = 250
FAILED = ("requires_payment_method", "canceled")


@dataclass(frozen=True)
class LineItem:
    """What Stripe's page lists: `unit_amount` in our minor units."""

    name: str
    unit_amount: int
    quantity: int = 1


@dataclass(frozen=True)
class Session:
    """A session as Stripe tells it.

    `amount` is in our minor units (None where it cannot be), `currency` upper-case;
    `payment_failed` means that it was completed and the money will not come.
    """

    id: str
    url: str | None
    provider: Provider
    account_id: str
    livemode: bool
    order_id: str | None
    status: str
    payment_status: str
    payment_failed: bool
    amount: int | None
    currency: str
    payment_id: str


def open_checkout(
    provider: Provider,
    account_id: str,
    *,
    order_id: str,
    number: int,
    attempt: int,
    currency: str,
    lines: Sequence[LineItem],
    email: str,
    success_url: str,
    cancel_url: str,
    expires_at: datetime,
) -> Session:
    """Open the page where an order is paid; the same order and attempt open the same page.

    A network call. Raises PaymentProviderError, AccountRefused, AmountTooSmall, Invalid for
    the email, and StaleAttempt where only another attempt can open one.
    """
    about = {"order_id": order_id, "order_number": str(number)}
    params: SessionParams = {
        "mode": "payment",
        "ui_mode": "hosted_page",
        "line_items": [_line(item, currency) for item in lines],
        "adaptive_pricing": {"enabled": False},
        "customer_email": email,
        "client_reference_id": order_id,
        "metadata": about,
        "payment_intent_data": {"description": f"Order {number}", "metadata": about},
        "success_url": success_url,
        "cancel_url": cancel_url,
        "expires_at": int(expires_at.timestamp()),
        "expand": ["payment_intent"],
    }
    with speaking(provider) as client:
        opened = client.v1.checkout.sessions.create(
            params, options(account_id, key=f"{order_id}:{attempt}")
        )
        return _told(provider, account_id, opened)


def read_session(provider: Provider, account_id: str, session_id: str) -> Session:
    """Read a session back. A network call. Raises PaymentProviderError, AccountRefused."""
    with speaking(provider) as client:
        found = client.v1.checkout.sessions.retrieve(
            session_id, {"expand": ["payment_intent"]}, options(account_id)
        )
        return _told(provider, account_id, found)


def expire_session(provider: Provider, account_id: str, session_id: str) -> Session:
    """Close an open page, so that it takes no money any more. A network call.

    Raises PaymentProviderError, also where it was open no longer.
    """
    with speaking(provider) as client:
        found = client.v1.checkout.sessions.expire(
            session_id,
            {"expand": ["payment_intent"]},
            options(account_id, key=f"expire:{session_id}"),
        )
        return _told(provider, account_id, found)


def _line(item: LineItem, currency: str) -> LineItemParams:
    return {
        "quantity": item.quantity,
        "price_data": {
            "currency": currency.lower(),
            "unit_amount": to_stripe(item.unit_amount, currency),
            "product_data": {"name": item.name[:NAME_LENGTH]},
        },
    }


def _told(provider: Provider, account_id: str, found: CheckoutSession) -> Session:
    intent = found.payment_intent
    if isinstance(intent, str):
        raise PaymentProviderError
    currency = (found.currency or "").upper()
    metadata = found.metadata.to_dict() if found.metadata else {}
    return Session(
        id=found.id,
        url=found.url,
        provider=provider,
        account_id=account_id,
        livemode=found.livemode,
        order_id=metadata.get("order_id"),
        status=found.status or "",
        payment_status=found.payment_status,
        payment_failed=bool(intent and found.status == "complete" and intent.status in FAILED),
        amount=from_stripe(found.amount_total or 0, currency),
        currency=currency,
        payment_id=intent.id if intent else found.id,
    )
