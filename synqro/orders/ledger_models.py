"""The ledger's rows, and the refunds and disputes behind them."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from synqro.core.db import Id, Model, word

NOT_PAID_OUT = "settlement_id IS NULL AND kind = 'payment'"


class EntryKind(StrEnum):
    """What moved money, and which sign its amount has, seen from the merchant."""

    PAYMENT = "payment"  # + what a customer paid
    REFUND = "refund"  # - given back
    REFUND_FAILED = "refund_failed"  # + came back, for the bank could not place it
    DISPUTE = "dispute"  # - taken by the customer's bank
    DISPUTE_REVERSED = "dispute_reversed"  # + given back by it
    FEE = "fee"  # - what Stripe keeps; + where it gives a fee back


class Entry(Model):
    """A row of the ledger: money that really moved. Only ever added to, but for the mark
    that says with which payout it reached the bank.

    `amount` is signed, in minor units of `currency`, which for a fee is the one that the
    Stripe account is paid out in. `reference` is the provider's id of the movement, so that
    a repeat changes nothing; `payment` the id of the payment that it belongs to.
    """

    __tablename__ = "ledger_entries"
    __table_args__ = (
        UniqueConstraint("order_id", "kind", "reference", name="uq_ledger_entry"),
        Index("ix_ledger_entries_payment", "payment"),
        Index(
            "ix_ledger_entries_waiting",
            "store_id",
            "id",
            sqlite_where=text(NOT_PAID_OUT),
            postgresql_where=text(NOT_PAID_OUT),
        ),
        Index(
            "ix_ledger_entries_settlement",
            "settlement_id",
            sqlite_where=text("settlement_id IS NOT NULL"),
            postgresql_where=text("settlement_id IS NOT NULL"),
        ),
    )

    id: Mapped[Id]
    store_id: Mapped[str]
    order_id: Mapped[str] = mapped_column(ForeignKey("orders.id"))
    kind: Mapped[EntryKind] = mapped_column(word(EntryKind))
    amount: Mapped[int]
    currency: Mapped[str]
    reference: Mapped[str]
    payment: Mapped[str | None]
    account_id: Mapped[str | None]
    """The Stripe account it moved on."""
    surplus: Mapped[bool]
    """True for a payment that nobody asked for: it pays for nothing."""
    settlement_id: Mapped[str | None]
    """The settlement whose payout brought it to the bank, None while it is still to come."""
    at: Mapped[datetime]


class RefundStatus(StrEnum):
    """`requested` until Stripe has answered; then as Stripe says."""

    REQUESTED = "requested"
    PENDING = "pending"
    SUCCEEDED = "succeeded"
    FAILED = "failed"


class Refund(Model):
    """Money on its way back to a customer, whoever began it.

    Written before Stripe is asked, so that a crash loses nothing: `id` is the idempotency
    key of the call, and what stays `requested` is asked again until Stripe says yes or no.
    """

    __tablename__ = "refunds"
    __table_args__ = (
        UniqueConstraint("order_id", "reference", name="uq_refunds_reference"),
        UniqueConstraint("order_id", "request_key", "payment", name="uq_refunds_request"),
        Index("ix_refunds_order", "order_id", "id"),
        Index(
            "ix_refunds_due",
            "next_at",
            sqlite_where=text("status = 'requested'"),
            postgresql_where=text("status = 'requested'"),
        ),
    )

    id: Mapped[Id]
    store_id: Mapped[str]
    order_id: Mapped[str] = mapped_column(ForeignKey("orders.id"))
    payment: Mapped[str]
    """The payment that is given back, by its provider's id."""
    account_id: Mapped[str]
    reference: Mapped[str | None]
    """The provider's id of the refund, once there is one."""
    request_key: Mapped[str | None]
    """What tells a repeated request from a second one."""
    amount: Mapped[int]
    currency: Mapped[str]
    status: Mapped[RefundStatus] = mapped_column(word(RefundStatus))
    failure: Mapped[str | None]
    """Why it failed, in a sentence."""
    note: Mapped[str | None]
    """Why the merchant gives it back; only the merchant reads it."""
    restock: Mapped[dict[str, Any] | None]
    """Pieces to put back on the shelf with it: {variant id: quantity}."""
    cancels: Mapped[bool]
    """True where the order is cancelled with it."""
    person_id: Mapped[str | None]
    """Who asked for it here; None for one begun at Stripe."""
    attempts: Mapped[int]
    next_at: Mapped[datetime]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class DisputeStatus(StrEnum):
    """What the merchant can still do: answer, wait, or nothing."""

    NEEDS_RESPONSE = "needs_response"
    UNDER_REVIEW = "under_review"
    WON = "won"
    LOST = "lost"
    CLOSED = "closed"  # an inquiry that ended without money moving


class Dispute(Model):
    """A payment that the customer has contested at the bank, as Stripe tells it."""

    __tablename__ = "disputes"
    __table_args__ = (UniqueConstraint("order_id", "reference", name="uq_disputes_reference"),)

    id: Mapped[Id]
    store_id: Mapped[str]
    order_id: Mapped[str] = mapped_column(ForeignKey("orders.id"), index=True)
    payment: Mapped[str]
    account_id: Mapped[str]
    reference: Mapped[str]
    amount: Mapped[int]
    currency: Mapped[str]
    reason: Mapped[str]
    """Stripe's word, as in `fraudulent`."""
    status: Mapped[DisputeStatus] = mapped_column(word(DisputeStatus))
    inquiry: Mapped[bool]
    """True for a question of the bank's, before any money is taken."""
    respond_by: Mapped[datetime | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
