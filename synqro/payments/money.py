"""A payment read back whole: what came in, went back, was contested, and what it cost."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from synqro.core.clock import now
from synqro.payments.client import (
    BalanceTransaction,
    StripeCharge,
    StripeDispute,
    StripePayment,
    StripeRefund,
    options,
    speaking,
)
from synqro.payments.models import Provider, StripeEvent
from synqro.payments.units import from_stripe

PAGE = 100
INQUIRY = "warning_"
# Stripe's words for a dispute, in those of `orders.DisputeStatus`.
DISPUTE_STATUS = {"closed": "closed", "prevented": "closed"} | {
    word: word for word in ("needs_response", "under_review", "won", "lost")
}
REFUND_STATUS = {
    "pending": "pending",
    "requires_action": "pending",
    "succeeded": "succeeded",
    "failed": "failed",
    "canceled": "failed",
}


@dataclass(frozen=True)
class Payment:
    """A payment as Stripe tells it; `amount` is what was received, in our minor units."""

    id: str
    provider: Provider
    account_id: str
    livemode: bool
    order_id: str | None
    status: str
    amount: int
    currency: str


@dataclass(frozen=True)
class ToldRefund:
    """A refund: `status` is pending, succeeded or failed; `refund_id` ours, where we began it."""

    id: str
    amount: int
    currency: str
    status: str
    failure: str | None
    refund_id: str | None


@dataclass(frozen=True)
class ToldDispute:
    """A dispute: `taken` and `given_back` are what really moved, as positive amounts."""

    id: str
    amount: int
    currency: str
    reason: str
    status: str
    inquiry: bool
    respond_by: datetime | None
    taken: int
    given_back: int


@dataclass(frozen=True)
class Fee:
    """What Stripe kept for one movement (negative where it gave some back)."""

    id: str
    amount: int
    currency: str


@dataclass(frozen=True)
class Movements:
    """All money of one payment, as it stood at `read_at`."""

    payment: Payment
    refunds: list[ToldRefund]
    disputes: list[ToldDispute]
    fees: list[Fee]
    read_at: datetime


def read_money(provider: Provider, account_id: str, payment_id: str) -> Movements:
    """Read a payment back with its refunds, disputes and fees. Three network calls or more.

    Raises PaymentProviderError, NotThere, AccountRefused.
    """
    at = now()
    with speaking(provider) as client:
        intent = client.v1.payment_intents.retrieve(
            payment_id, {"expand": ["latest_charge.balance_transaction"]}, options(account_id)
        )
        refunds = client.v1.refunds.list(
            {
                "payment_intent": payment_id,
                "limit": PAGE,
                "expand": ["data.balance_transaction", "data.failure_balance_transaction"],
            },
            options(account_id),
        )
        returned = list(refunds.auto_paging_iter())
        disputes = client.v1.disputes.list(
            {"payment_intent": payment_id, "limit": PAGE}, options(account_id)
        )
        contested = list(disputes.auto_paging_iter())
        return Movements(
            payment=_payment(provider, account_id, intent),
            refunds=[told_refund(refund) for refund in reversed(returned)],
            disputes=[_dispute(dispute) for dispute in reversed(contested)],
            fees=list(_fees(intent, returned, contested)),
            read_at=at,
        )


def payment_of(event: StripeEvent) -> tuple[str | None, str | None]:
    """Give back which payment an event about money speaks of, and which order of ours it names.

    Never anything to believe: both are only asked about.
    """
    thing = (json.loads(event.payload).get("data") or {}).get("object") or {}
    payment = thing.get("payment_intent")
    found = payment.get("id") if isinstance(payment, dict) else payment
    metadata = thing.get("metadata")
    order_id = metadata.get("order_id") if isinstance(metadata, dict) else None
    return _word(found), _word(order_id)


def told_refund(refund: StripeRefund) -> ToldRefund:
    """Give back a refund in our units and words."""
    currency = refund.currency.upper()
    metadata = refund.metadata.to_dict() if refund.metadata else {}
    failure = getattr(refund, "failure_reason", None)  # there only once it has failed
    return ToldRefund(
        id=refund.id,
        amount=amount_of(refund.amount, currency),
        currency=currency,
        status=REFUND_STATUS.get(refund.status or "", "pending"),
        failure=failure or (refund.status if refund.status == "canceled" else None),
        refund_id=metadata.get("refund_id"),
    )


def amount_of(amount: int, currency: str) -> int:
    """Turn an amount that has moved into our units, to the nearest where a fraction is left."""
    whole = from_stripe(amount, currency)
    return whole if whole is not None else round(amount / 100)


def _payment(provider: Provider, account_id: str, intent: StripePayment) -> Payment:
    currency = intent.currency.upper()
    metadata = intent.metadata.to_dict() if intent.metadata else {}
    return Payment(
        id=intent.id,
        provider=provider,
        account_id=account_id,
        livemode=intent.livemode,
        order_id=_word(metadata.get("order_id")),
        status=intent.status,
        amount=amount_of(intent.amount_received or 0, currency),
        currency=currency,
    )


def _dispute(dispute: StripeDispute) -> ToldDispute:
    currency = dispute.currency.upper()
    due = dispute.evidence_details.due_by
    status = dispute.status.removeprefix(INQUIRY)
    moved = [_moved(dispute, row) for row in dispute.balance_transactions]
    return ToldDispute(
        id=dispute.id,
        amount=amount_of(dispute.amount, currency),
        currency=currency,
        reason=dispute.reason,
        status=DISPUTE_STATUS.get(status, "under_review"),
        inquiry=dispute.status.startswith(INQUIRY),
        respond_by=datetime.fromtimestamp(due, UTC) if due else None,
        taken=-sum(amount for amount in moved if amount < 0),
        given_back=sum(amount for amount in moved if amount > 0),
    )


def _moved(dispute: StripeDispute, row: BalanceTransaction) -> int:
    """What a row of the balance means in the payment's own currency."""
    currency = dispute.currency.upper()
    if row.currency == dispute.currency:
        return amount_of(row.amount, currency)
    amount = amount_of(dispute.amount, currency)
    return -amount if row.amount < 0 else amount


def _fees(
    intent: StripePayment, refunds: list[StripeRefund], disputes: list[StripeDispute]
) -> Iterator[Fee]:
    charge = intent.latest_charge
    if isinstance(charge, StripeCharge) and isinstance(
        charge.balance_transaction, BalanceTransaction
    ):
        yield _fee(charge.balance_transaction)
    rows = [row for refund in refunds for row in _rows(refund)]
    rows += [row for dispute in disputes for row in dispute.balance_transactions]
    for row in rows:
        if row.fee:
            yield _fee(row)


def _rows(refund: StripeRefund) -> Iterator[BalanceTransaction]:
    for name in ("balance_transaction", "failure_balance_transaction"):
        row = getattr(refund, name, None)
        if isinstance(row, BalanceTransaction):
            yield row


def _fee(row: BalanceTransaction) -> Fee:
    currency = row.currency.upper()
    return Fee(row.id, amount_of(row.fee, currency), currency)


def _word(value: object) -> str | None:
    return value if isinstance(value, str) and value.isprintable() and value else None
