"""Stripe: connected accounts, checkout, and the inbox of events."""

from .accounts import (
    account_of,
    chargeable,
    forget_account,
    last_of,
    lately_closed,
    ready,
    stores_on,
    was_paid_on,
)
from .at_a_glance import can_charge
from .checkout import LineItem, Session, expire_session, open_checkout, read_session
from .connect import connect, connect_by_operator, disconnect, refresh, refresh_account
from .errors import (
    AccountNotFound,
    AccountRefused,
    AmountTooSmall,
    BadEvent,
    BadSignature,
    NotThere,
    OAuthFailed,
    PaymentProviderError,
    PaymentsNotSetUp,
    RefundRefused,
    Refused,
    StaleAttempt,
)
from .inbox import Facts, claim, done, due_events, failed, forget_old, read, receive
from .models import Account, Link, Provider, Standing, StripeEvent
from .money import Fee, Movements, Payment, ToldDispute, ToldRefund, payment_of, read_money
from .oauth import authorize_url, can_link, give_back, link
from .payouts import Payout, PayoutRow, list_payouts, paid_accounts, read_payout, read_payout_rows
from .providers import livemode, provider_of
from .refunds import create_refund, why_failed
from .requirements import why_stopped
from .stamp import account_stamp

__all__ = [
    "Account", "AccountNotFound", "AccountRefused", "AmountTooSmall", "BadEvent", "BadSignature",
    "Facts", "Fee", "LineItem", "Link", "Movements", "NotThere", "OAuthFailed", "Payment",
    "PaymentProviderError", "PaymentsNotSetUp", "Payout", "PayoutRow", "Provider", "RefundRefused",
    "Refused", "Session", "StaleAttempt", "Standing", "StripeEvent", "ToldDispute", "ToldRefund",
    "account_of", "account_stamp", "authorize_url", "can_charge", "can_link", "chargeable", "claim",
    "connect", "connect_by_operator", "create_refund", "disconnect", "done", "due_events",
    "expire_session", "failed", "forget_account", "forget_old", "give_back", "last_of",
    "lately_closed", "link", "list_payouts", "livemode", "open_checkout", "paid_accounts",
    "payment_of", "provider_of", "read", "read_money", "read_payout", "read_payout_rows",
    "read_session", "ready", "receive", "refresh", "refresh_account", "stores_on", "was_paid_on",
    "why_failed", "why_stopped",
]  # fmt: skip
