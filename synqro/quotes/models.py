"""Quotes as stored: what was asked, every version of the answer, and what was said."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from synqro.core.db import Id, Model, word
from synqro.core.money import Money
from synqro.orders import Address, Customer


class Status(StrEnum):
    PENDING = "pending"
    QUOTED = "quoted"
    ACCEPTED = "accepted"
    PAID = "paid"
    DECLINED = "declined"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


class Party(StrEnum):
    """Who did it. The system is the clock, and money that came in."""

    CUSTOMER = "customer"
    MERCHANT = "merchant"
    SYSTEM = "system"


# What the box narrows to, word for word in its queries, so that the indexes below are used.
TO_DO = "status = 'pending' OR unread OR problem IS NOT NULL"
WAITING = "status IN ('quoted', 'accepted')"


class Quote(Model):
    """`offered` is the number of the version that holds, 0 before the first answer; the row's
    own `version` guards against two people writing at once.

    `news_at` orders the box: when the customer was heard of last. `expires_on` is a day where
    the store is, and `expires_at` the moment at which that day is over.
    """

    __tablename__ = "quotes"
    __table_args__ = (
        UniqueConstraint("store_id", "number", name="uq_quotes_number"),
        Index("ix_quotes_store", "store_id", "id"),
        Index("ix_quotes_box", "store_id", "news_at", "id"),
        Index(
            "ix_quotes_todo",
            "store_id",
            "news_at",
            "id",
            sqlite_where=text(TO_DO),
            postgresql_where=text(TO_DO),
        ),
        Index(
            "ix_quotes_waiting",
            "store_id",
            "news_at",
            "id",
            sqlite_where=text(WAITING),
            postgresql_where=text(WAITING),
        ),
        Index("ix_quotes_box_status", "store_id", "status", "news_at", "id"),
        Index("ix_quotes_email", "store_id", "customer_email"),
        Index("ix_quotes_asked", "store_id", "created_at"),
        Index("ix_quotes_similar", "store_id", "material", "volume"),
        Index(
            "ix_quotes_due",
            "expires_at",
            sqlite_where=text("status = 'quoted'"),
            postgresql_where=text("status = 'quoted'"),
        ),
        Index(
            "ix_quotes_remind",
            "remind_at",
            sqlite_where=text("status = 'quoted' AND remind_at IS NOT NULL"),
            postgresql_where=text("status = 'quoted' AND remind_at IS NOT NULL"),
        ),
        Index(
            "ix_quotes_files",
            "files_at",
            sqlite_where=text("files_at IS NOT NULL"),
            postgresql_where=text("files_at IS NOT NULL"),
        ),
        CheckConstraint("offered >= 0", name="offered"),
    )

    id: Mapped[Id]
    store_id: Mapped[str] = mapped_column(ForeignKey("stores.id"))
    number: Mapped[int]
    status: Mapped[Status] = mapped_column(word(Status))
    offered: Mapped[int]
    currency: Mapped[str]
    customer_name: Mapped[str]
    customer_email: Mapped[str]
    customer_phone: Mapped[str | None]
    customer_address: Mapped[dict[str, Any] | None]
    description: Mapped[str | None]
    quantity: Mapped[int]
    product_id: Mapped[str | None]
    product_title: Mapped[str | None]
    material: Mapped[str | None]
    color: Mapped[str | None]
    needed_by: Mapped[str | None]
    """YYYY-MM-DD where the store is."""
    file_url: Mapped[str | None]
    parts: Mapped[list[dict[str, Any]]]
    """What was measured of each file: [{id, name, volume, area, size, watertight, doubt}], as
    `costing.Part` has them; None where there is nothing to measure. `doubt`: its units were
    asked about and not answered.
    """
    volume: Mapped[int | None] = mapped_column(BigInteger)
    """mm³ of the first part that was measured, by which similar quotes are found."""
    meta: Mapped[dict[str, str]] = mapped_column("metadata")
    previous_id: Mapped[str | None]
    """The quote that this one asks again."""
    token_hash: Mapped[str] = mapped_column(unique=True)
    token_sealed: Mapped[str]
    expires_on: Mapped[str | None]
    expires_at: Mapped[datetime | None]
    remind_at: Mapped[datetime | None]
    order_id: Mapped[str | None] = mapped_column(index=True)
    """The order made when the version that holds was accepted."""
    reason: Mapped[str | None]
    """Why it was declined or cancelled, in that person's words."""
    ended_by: Mapped[Party | None] = mapped_column(word(Party))
    problem: Mapped[str | None]
    """What a person of the store has to look at, in a sentence."""
    words: Mapped[str]
    """All that the box is searched for, folded: number, customer, wish and file names."""
    unread: Mapped[bool]
    news_at: Mapped[datetime]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    """When the store answered first, with a price or by declining."""
    quoted_at: Mapped[datetime | None]
    accepted_at: Mapped[datetime | None]
    paid_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    """When it ended: its files and messages have their time from then."""
    files_at: Mapped[datetime | None]
    """When it is asked next whether its files may go."""
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}

    @property
    def customer(self) -> Customer:
        found = self.customer_address
        return Customer(
            self.customer_name,
            self.customer_email,
            self.customer_phone,
            Address(**found) if found else None,
        )

    def money(self, amount: int) -> Money:
        """Give back `amount` minor units in the quote's currency."""
        return Money(amount, self.currency)


class Version(Model):
    """An answer as it was sent; it never changes. All amounts in minor units."""

    __tablename__ = "quote_versions"
    __table_args__ = (CheckConstraint("total >= 0", name="total"),)

    quote_id: Mapped[str] = mapped_column(ForeignKey("quotes.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    lines: Mapped[list[dict[str, Any]]]
    """[{description, quantity, unit_price}]"""
    subtotal: Mapped[int]
    shipping: Mapped[int]
    tax: Mapped[int]
    total: Mapped[int]
    tax_rate_bp: Mapped[int]
    tax_label: Mapped[str | None]
    tax_included: Mapped[bool]
    deposit_bp: Mapped[int]
    """Basis points of the total that are due at acceptance; 0: all of it."""
    due: Mapped[int]
    """What is due at acceptance: the deposit, or the total."""
    lead_time_days: Mapped[int | None]
    message: Mapped[str | None]
    working: Mapped[dict[str, Any] | None]
    """The estimate that it was made from, as `costing.Estimate.packed` writes it."""
    automatic: Mapped[bool]
    """True where the rules sent it and no person did."""
    person_id: Mapped[str | None]
    created_at: Mapped[datetime]


class File(Model):
    """A file of the quote; `units` is the customer's answer: mm, cm, m or in."""

    __tablename__ = "quote_files"
    __table_args__ = (Index("ix_quote_files_upload", "upload_id"),)

    quote_id: Mapped[str] = mapped_column(ForeignKey("quotes.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    upload_id: Mapped[str]
    filename: Mapped[str]
    units: Mapped[str | None]


class Message(Model):
    __tablename__ = "quote_messages"
    __table_args__ = (Index("ix_quote_messages_quote", "quote_id", "id"),)

    id: Mapped[Id]
    quote_id: Mapped[str] = mapped_column(ForeignKey("quotes.id"))
    sender: Mapped[Party] = mapped_column(word(Party))
    text: Mapped[str]
    person_id: Mapped[str | None]
    created_at: Mapped[datetime]


class TimelineKind(StrEnum):
    ASKED = "asked"
    SENT = "sent"
    RESENT = "resent"
    EXTENDED = "extended"
    REMINDED = "reminded"
    ACCEPTED = "accepted"
    PAYMENT_FAILED = "payment_failed"
    PAID = "paid"
    BALANCE_PAID = "balance_paid"
    DECLINED = "declined"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    MESSAGE = "message"
    NOTE = "note"
    PROBLEM = "problem"
    PROBLEM_SETTLED = "problem_settled"


class Happening(Model):
    """A row of a quote's timeline; an internal note is one of them, never shown outside.

    An acceptance names the order it made, so that money is known by its version for ever.
    """

    __tablename__ = "quote_timeline"
    __table_args__ = (Index("ix_quote_timeline_quote", "quote_id", "id"),)

    id: Mapped[Id]
    quote_id: Mapped[str] = mapped_column(ForeignKey("quotes.id"))
    kind: Mapped[TimelineKind] = mapped_column(word(TimelineKind))
    by: Mapped[Party] = mapped_column(word(Party))
    offered: Mapped[int]
    """The number of the version that held then."""
    order_id: Mapped[str | None]
    text: Mapped[str | None]
    person_id: Mapped[str | None]
    at: Mapped[datetime]


class Counter(Model):
    """The last quote number of each store."""

    __tablename__ = "quote_counters"

    store_id: Mapped[str] = mapped_column(ForeignKey("stores.id"), primary_key=True)
    last: Mapped[int]


class Draft(Model):
    """What a person has typed of an answer and not sent yet, by field name."""

    __tablename__ = "quote_drafts"
    __table_args__ = (Index("ix_quote_drafts_person", "person_id", "saved_at"),)

    quote_id: Mapped[str] = mapped_column(ForeignKey("quotes.id"), primary_key=True)
    person_id: Mapped[str] = mapped_column(primary_key=True)
    typed: Mapped[dict[str, str]]
    saved_at: Mapped[datetime]


class Reply(Model):
    """A saved reply: words that are said again and again, with {placeholders}."""

    __tablename__ = "quote_replies"
    __table_args__ = (Index("ix_quote_replies_store", "store_id", "id"),)

    id: Mapped[Id]
    store_id: Mapped[str] = mapped_column(ForeignKey("stores.id"))
    title: Mapped[str]
    text: Mapped[str]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
