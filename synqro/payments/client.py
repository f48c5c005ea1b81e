"""The only file that speaks to Stripe's library: clients, timeouts, and what its errors mean."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import NoReturn

import stripe
from stripe import Account as StripeAccountV1
from stripe import BalanceTransaction, RequestOptions, RequestsClient, StripeClient, oauth_error
from stripe import Charge as StripeCharge
from stripe import Dispute as StripeDispute
from stripe import PaymentIntent as StripePayment
from stripe import Payout as StripePayout
from stripe import Refund as StripeRefund
from stripe.checkout import Session as CheckoutSession
from stripe.params.checkout import SessionCreateParams as SessionParams
from stripe.params.checkout import SessionCreateParamsLineItem as LineItemParams
from stripe.params.v2.core import AccountCreateParams as AccountParams
from stripe.v2.core import Account as StripeAccount
from structlog import get_logger

from synqro.core.db import db
from synqro.core.errors import field_error
from synqro.core.wiring import settings
from synqro.payments.errors import (
    AccountRefused,
    AmountTooSmall,
    NotThere,
    PaymentProviderError,
    Refused,
    StaleAttempt,
)
from synqro.payments.models import Provider
from synqro.payments.patience import CONFLICT, PatientClient, Places
from synqro.payments.providers import Access, access

__all__ = [
    "AccountParams", "BalanceTransaction", "CheckoutSession", "LineItemParams", "SessionParams",
    "StripeAccount", "StripeAccountV1", "StripeCharge", "StripeClient", "StripeDispute",
    "StripePayment", "StripePayout", "StripeRefund", "options", "signed", "speaking",
]  # fmt: skip

log = get_logger()
RETRIES = 2
SHARE = 3  # of the threads, one in so many may wait for Stripe
UNREADABLE = (AttributeError, KeyError, TypeError, ValueError)
LOST_ACCOUNT = ("account_invalid", "account_closed", "account_unsupported")
MISSING = ("resource_missing", "not_found")
NO_PROXY = RequestsClient._Proxy(http=None, https=None)

stripe.enable_telemetry = False


@contextmanager
def speaking(provider: Provider) -> Iterator[StripeClient]:
    """Give a client of `provider`; what goes wrong inside leaves as one of our errors.

    Never inside a transaction. Raises PaymentProviderError, NotThere, AccountRefused,
    AmountTooSmall, StaleAttempt, Invalid.
    """
    session = db.session()
    if "jobs" in session.info:
        raise RuntimeError("A call to Stripe inside a transaction holds the write lock.")
    session.commit()  # ends the read that is open, so that nothing is held while we wait
    how = access(provider)
    try:
        yield _client(how)
    except stripe.AuthenticationError as error:
        log.error("stripe does not know our key; see synqro check", setting=how.setting)
        raise PaymentProviderError from error
    except stripe.StripeError as error:
        _refuse(error)
    except UNREADABLE as error:  # an answer that is no answer of Stripe's
        log.exception("stripe's answer could not be read")
        raise PaymentProviderError from error


def options(account_id: str | None = None, *, key: str | None = None) -> RequestOptions:
    """Speak for a merchant's account, and once per idempotency key."""
    found: RequestOptions = {}
    if account_id:
        found["stripe_account"] = account_id
    if key:
        found["idempotency_key"] = key
    return found


def signed(raw: bytes, header: str, secret: str) -> int | None:
    """Give back when `raw` was signed with `secret` (Unix seconds), None if it was not."""
    try:
        stripe.WebhookSignature.verify_header(raw, header, secret)
        return int(dict(part.split("=", 1) for part in header.split(",") if "=" in part)["t"])
    except (stripe.SignatureVerificationError, KeyError, TypeError, ValueError):
        return None


@lru_cache(maxsize=8)
def _client(how: Access) -> StripeClient:
    # A sandbox on this machine is never behind the proxy that the environment may name.
    places = _places(max(2, settings().web_threads // SHARE))
    http = PatientClient(places, proxy=NO_PROXY if how.sandbox else None)
    return StripeClient(
        how.key,
        base_addresses={"api": how.api_base, "connect": how.connect_base},
        max_network_retries=RETRIES,
        http_client=http,
        client_id=how.client_id or None,
    )


@lru_cache(maxsize=1)
def _places(most: int) -> Places:
    return Places(most)


def _refuse(error: stripe.StripeError) -> NoReturn:
    code = error.code or (error.error and error.error.code)
    param = getattr(error, "param", None)
    if code == "amount_too_small":
        say = "The total is below the smallest amount that can be paid by card."
        raise AmountTooSmall(say) from error
    if code in LOST_ACCOUNT:
        raise AccountRefused from error
    if code in MISSING:
        raise NotThere from error
    if _of_other_words(error) or param == "expires_at":
        raise StaleAttempt from error
    if param == "customer_email":
        say = "Enter an email address like sam@example.com."
        raise field_error("customer.email", "invalid_email", say) from error
    if isinstance(error, stripe.InvalidRequestError | oauth_error.OAuthError):
        log.warning("stripe refused", code=code, param=param, message=error.user_message)
        raise Refused(reason=code or param) from error
    raise PaymentProviderError from error


def _of_other_words(error: stripe.StripeError) -> bool:
    """Whether the key belongs to a call of other parameters, not to one that still runs."""
    return isinstance(error, stripe.IdempotencyError) and error.http_status != CONFLICT
