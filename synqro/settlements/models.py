"""Payouts as they were reconciled, line by line."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

from sqlalchemy import BigInteger, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from synqro.core.db import Id, Model, word

Amount = Annotated[int, mapped_column(BigInteger)]  # sums of many lines
TO_LOOK_AT = "reconciliation = 'unbalanced' AND accepted_at IS NULL"


class Source(StrEnum):
    """Who pays out."""

    STRIPE = "stripe"
    EBAY = "ebay"
    ETSY = "etsy"
    AMAZON = "amazon"
    MANUAL = "manual"


class Status(StrEnum):
    """`completed` once it was reconciled; `failed` where the bank sent it back, even later."""

    PENDING = "pending"
    COMPLETED = "completed"
    FAILED = "failed"
    REVERSED = "reversed"


class Reconciliation(StrEnum):
    BALANCED = "balanced"
    UNBALANCED = "unbalanced"
    INCOMPLETE = "incomplete"  # its lines are not known yet
    NOT_APPLICABLE = "not_applicable"  # paid out by hand: nobody knows which lines it holds


class Settlement(Model):
    """A payout with what it is made of. All amounts are signed, in minor units of `currency`.

    gross_sales + refunds + fees + labels + disputes + adjustments + tax_withheld + reserve
    + payout_fee = net - difference, where `net` is what arrives at the bank.
    """

    __tablename__ = "settlements"
    __table_args__ = (
        UniqueConstraint("store_id", "source", "external_payout_id", name="uq_settlements_payout"),
        Index("ix_settlements_store", "store_id", "id"),
        Index("ix_settlements_status", "store_id", "status", "id"),
        Index("ix_settlements_arrival", "store_id", "arrival_date", "id"),
        Index(
            "ix_settlements_to_look_at",
            "store_id",
            "id",
            sqlite_where=text(TO_LOOK_AT),
            postgresql_where=text(TO_LOOK_AT),
        ),
    )

    id: Mapped[Id]
    """Sorts by when the payout was begun, not by when we heard of it."""
    store_id: Mapped[str] = mapped_column(ForeignKey("stores.id"))
    source: Mapped[Source] = mapped_column(word(Source))
    account_id: Mapped[str]
    """The account that paid out."""
    external_payout_id: Mapped[str]
    status: Mapped[Status] = mapped_column(word(Status))
    currency: Mapped[str]
    period_from: Mapped[datetime | None]
    """When the money of its first line moved."""
    period_to: Mapped[datetime | None]
    initiated_at: Mapped[datetime]
    arrival_date: Mapped[str]
    """The day it is at the bank (YYYY-MM-DD)."""
    bank_reference: Mapped[str | None]
    destination_last4: Mapped[str | None]
    failure: Mapped[str | None]
    """Why it failed, in a sentence."""
    gross_sales: Mapped[Amount]
    refunds: Mapped[Amount]
    fees: Mapped[Amount]
    labels: Mapped[Amount]
    disputes: Mapped[Amount]
    adjustments: Mapped[Amount]
    tax_withheld: Mapped[Amount]
    reserve: Mapped[Amount]
    payout_fee: Mapped[Amount]
    net: Mapped[Amount]
    order_count: Mapped[int]
    line_count: Mapped[int]
    unmatched_lines: Mapped[int]
    reconciliation: Mapped[Reconciliation] = mapped_column(word(Reconciliation))
    difference: Mapped[Amount]
    """What arrives less what the lines add up to: never plugged."""
    checked_at: Mapped[datetime | None]
    completed_at: Mapped[datetime | None]
    """When `settlement.completed` was sent, once ever."""
    accepted_at: Mapped[datetime | None]
    """When somebody said that the difference is all right."""
    accepted_by: Mapped[str | None]
    accepted_note: Mapped[str | None]
    reversed_by: Mapped[str | None]
    """The provider's id of the payout that took this one back from the bank."""
    carried_by: Mapped[str | None]
    """Of a failed or reversed one: the settlement with which its money came after all."""
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class LineType(StrEnum):
    SALE = "sale"
    REFUND = "refund"
    FEE = "fee"
    SHIPPING_LABEL = "shipping_label"
    DISPUTE = "dispute"
    ADJUSTMENT = "adjustment"
    TAX_WITHHELD = "tax_withheld"
    TRANSFER = "transfer"
    RESERVE = "reserve"


class SettlementLine(Model):
    """A movement that a payout is made of: gross + fee = net, signed, in minor units of the
    settlement's currency (`fee` is at most 0 where it was charged).

    `external_id` is the provider's id of the movement, `source_id` of what caused it (a
    charge, a refund, a dispute, a failed payout), `payment` of the payment behind that.
    """

    __tablename__ = "settlement_lines"
    __table_args__ = (
        UniqueConstraint("settlement_id", "external_id", name="uq_settlement_lines_external"),
        Index(
            "ix_settlement_lines_order",
            "order_id",
            sqlite_where=text("order_id IS NOT NULL"),
            postgresql_where=text("order_id IS NOT NULL"),
        ),
        Index(
            "ix_settlement_lines_unmatched",
            "settlement_id",
            "position",
            sqlite_where=text("unmatched"),
            postgresql_where=text("unmatched"),
        ),
    )

    settlement_id: Mapped[str] = mapped_column(ForeignKey("settlements.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    """From 0, as the provider tells them, the newest first."""
    id: Mapped[str] = mapped_column(unique=True)
    store_id: Mapped[str]
    type: Mapped[LineType] = mapped_column(word(LineType))
    category: Mapped[str]
    """The provider's own word for it."""
    external_id: Mapped[str]
    source_id: Mapped[str | None]
    payment: Mapped[str | None]
    order_id: Mapped[str | None]
    order_number: Mapped[int | None]
    external_order_id: Mapped[str | None]
    unmatched: Mapped[bool]
    """True where it should belong to an order and no order of this shop is known for it."""
    gross: Mapped[Amount]
    fee: Mapped[Amount]
    net: Mapped[Amount]
    fee_details: Mapped[list[dict[str, Any]]]
    """[{type, amount}], signed as `fee`, in minor units."""
    tax_collected: Mapped[int | None] = mapped_column(BigInteger)
    """What the marketplace collected and keeps: shown, never counted."""
    description: Mapped[str]
    occurred_at: Mapped[datetime]


class PayoutSync(Model):
    """How far the payouts of a store's account were read, should no event come."""

    __tablename__ = "payout_syncs"
    __table_args__ = (Index("ix_payout_syncs_due", "next_at"),)

    store_id: Mapped[str] = mapped_column(ForeignKey("stores.id"), primary_key=True)
    account_id: Mapped[str] = mapped_column(primary_key=True)
    cursor: Mapped[str | None]
    """While older payouts are being read: the last one that was."""
    complete: Mapped[bool]
    """True once all older payouts were read."""
    next_at: Mapped[datetime]
    checked_at: Mapped[datetime | None]
    attempts: Mapped[int]
    error: Mapped[str | None]
