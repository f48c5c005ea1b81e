"""Checkout sessions on the merchant's own account."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from synqro.payments.models import Provider


@dataclass(frozen=True)
class LineItem:
    """What Stripe's page lists: `unit_amount` in minor units."""

    name: str
    unit_amount: int
    quantity: int = 1


@dataclass(frozen=True)
class Session:
    """A session as Stripe tells it; `amount` in our minor units, `currency` upper-case."""

    id: str
    url: str | None
    provider: Provider
    account_id: str
    livemode: bool
    order_id: str | None
    status: str
    payment_status: str
    payment_failed: bool
    amount: int
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
    raise NotImplementedError


def read_session(provider: Provider, account_id: str, session_id: str) -> Session:
    raise NotImplementedError


def expire_session(provider: Provider, account_id: str, session_id: str) -> None:
    raise NotImplementedError
