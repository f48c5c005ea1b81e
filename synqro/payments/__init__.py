"""Stripe: connected accounts, checkout, and the inbox of events."""

from .accounts import account_of, chargeable, forget_account, ready
from .checkout import LineItem, Session, expire_session, open_checkout, read_session
from .connect import connect, connect_by_operator, disconnect, refresh, refresh_account
from .errors import (
    AccountNotFound,
    AccountRefused,
    AmountTooSmall,
    BadEvent,
    BadSignature,
    NotThere,
    PaymentProviderError,
    PaymentsNotSetUp,
    Refused,
    StaleAttempt,
)
from .inbox import Facts, claim, done, due_events, failed, forget_old, read, receive
from .models import Account, Provider, StripeEvent
from .providers import livemode, provider_of
from .stamp import account_stamp

__all__ = [
    "Account", "AccountNotFound", "AccountRefused", "AmountTooSmall", "BadEvent", "BadSignature",
    "Facts", "LineItem", "NotThere", "PaymentProviderError", "PaymentsNotSetUp", "Provider",
    "Refused", "Session", "StaleAttempt", "StripeEvent", "account_of", "account_stamp",
    "chargeable", "claim", "connect", "connect_by_operator", "disconnect", "done", "due_events",
    "expire_session", "failed", "forget_account", "forget_old", "livemode", "open_checkout",
    "provider_of", "read", "read_session", "ready", "receive", "refresh", "refresh_account",
]  # fmt: skip
