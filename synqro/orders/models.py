"""Orders as stored: lines copied from the catalogue, money in minor units."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from babel import Locale
from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, composite, mapped_column, relationship

from synqro.core.db import Id, Model, word
from synqro.core.money import Money

NO_QUOTE = "quote_id IS NULL"


class Status(StrEnum):
    AWAITING_PAYMENT = "awaiting_payment"
    PAID = "paid"
    IN_PROGRESS = "in_progress"
    SHIPPED = "shipped"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    REFUNDED = "refunded"


@dataclass(frozen=True)
class Address:
    """Where it goes. A free text stands in `line1` as it was typed, lines and all."""

    line1: str
    line2: str | None = None
    city: str | None = None
    region: str | None = None
    postal_code: str | None = None
    country: str | None = None

    @property
    def text(self) -> str:
        """All lines, the country as its code."""
        return self._lines(self.country)

    def label(self, locale: str) -> str:
        """All lines as on a label, the country by its name in `locale`."""
        names = Locale.parse(locale.replace("-", "_")).territories
        return self._lines(names.get(self.country, self.country) if self.country else None)

    def _lines(self, country: str | None) -> str:
        town = " ".join(part for part in (self.postal_code, self.city) if part)
        lines = (self.line1, self.line2, town, self.region, country)
        return "\n".join(line for line in lines if line)


@dataclass(frozen=True)
class Customer:
    name: str
    email: str
    phone: str | None = None
    address: Address | None = None


@dataclass(frozen=True)
class Tracking:
    carrier: str
    tracking_number: str


class Order(Model):
    """`attempt` counts the Stripe sessions opened for it; `settling` means that a session
    was completed and its money is still on the way, so the hold stays.

    One made from a quote holds no pieces and does not lapse: only its pages do, one after
    the other, and `look_at` is set while one of them is open or its money on the way.
    """

    __tablename__ = "orders"
    __table_args__ = (
        UniqueConstraint("store_id", "number", name="uq_orders_number"),
        Index("ix_orders_store", "store_id", "id"),
        Index("ix_orders_updated", "store_id", "updated_at", "id"),
        Index("ix_orders_marketplace", "store_id", "marketplace", "id"),
        Index("ix_orders_queue", "store_id", "status", "id"),
        Index("ix_orders_worklist", "store_id", "status", "ship_by", "id"),
        Index("ix_orders_paid", "store_id", "paid_at", "total"),
        Index(
            "ix_orders_quote",
            "quote_id",
            sqlite_where=text("quote_id IS NOT NULL"),
            postgresql_where=text("quote_id IS NOT NULL"),
        ),
        Index("ix_orders_email", "store_id", "customer_email"),
        Index(
            "ix_orders_problems",
            "store_id",
            sqlite_where=text("payment_problem IS NOT NULL"),
            postgresql_where=text("payment_problem IS NOT NULL"),
        ),
        Index(
            "ix_orders_due",
            "expires_at",
            sqlite_where=text(f"status = 'awaiting_payment' AND {NO_QUOTE}"),
            postgresql_where=text(f"status = 'awaiting_payment' AND {NO_QUOTE}"),
        ),
        Index(
            "ix_orders_look",
            "look_at",
            sqlite_where=text(f"status = 'awaiting_payment' AND {NO_QUOTE}"),
            postgresql_where=text(f"status = 'awaiting_payment' AND {NO_QUOTE}"),
        ),
        Index(
            "ix_orders_pages",
            "look_at",
            sqlite_where=text("quote_id IS NOT NULL AND look_at IS NOT NULL"),
            postgresql_where=text("quote_id IS NOT NULL AND look_at IS NOT NULL"),
        ),
        Index(
            "ix_orders_money_look",
            "money_look_at",
            sqlite_where=text("money_look_at IS NOT NULL"),
            postgresql_where=text("money_look_at IS NOT NULL"),
        ),
        CheckConstraint("total >= 0", name="total"),
    )

    id: Mapped[Id]
    store_id: Mapped[str] = mapped_column(ForeignKey("stores.id"))
    number: Mapped[int]
    marketplace: Mapped[str]
    status: Mapped[Status] = mapped_column(word(Status))
    currency: Mapped[str]
    subtotal: Mapped[int]
    shipping: Mapped[int]
    tax: Mapped[int]
    total: Mapped[int]
    tax_rate_bp: Mapped[int]
    tax_label: Mapped[str | None]
    tax_included: Mapped[bool]
    shipping_option: Mapped[str | None]
    """The name of the chosen option, copied."""
    lead_time_days: Mapped[int | None]
    customer_name: Mapped[str]
    customer_email: Mapped[str]
    customer_phone: Mapped[str | None]
    customer_address: Mapped[dict[str, Any] | None]
    note: Mapped[str | None]
    meta: Mapped[dict[str, str]] = mapped_column("metadata")
    token_hash: Mapped[str] = mapped_column(unique=True)
    token_sealed: Mapped[str]
    return_url: Mapped[str | None]
    cancel_url: Mapped[str | None]
    quote_id: Mapped[str | None]
    """The quote that it was made from."""
    deposit: Mapped[int | None]
    """What is due first, where that is not the whole total; the balance is paid later."""
    attempt: Mapped[int]
    session_amount: Mapped[int]
    """What the open session asks for: the total, the deposit or the balance."""
    session_id: Mapped[str | None]
    session_account: Mapped[str | None]
    session_expires_at: Mapped[datetime]
    checkout_url: Mapped[str | None]
    expires_at: Mapped[datetime]
    look_at: Mapped[datetime | None]
    """When Stripe is asked about an unpaid order whose event has not come."""
    money_look_at: Mapped[datetime | None]
    """When its payments are read back next, should Stripe's events not come."""
    settling: Mapped[bool]
    oversold: Mapped[bool]
    payment_problem: Mapped[str | None]
    """Why a payment needs a person's look, in a sentence."""
    tracking: Mapped[Tracking | None] = composite(
        mapped_column("carrier", nullable=True), mapped_column("tracking_number", nullable=True)
    )
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    paid_at: Mapped[datetime | None]
    ship_by: Mapped[str | None]
    """The day it should leave (YYYY-MM-DD where the store is), known once it is paid."""
    shipped_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column()

    lines: Mapped[list["Line"]] = relationship(
        order_by="Line.position", lazy="selectin", viewonly=True
    )

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
        """Give back `amount` minor units in the order's currency."""
        return Money(amount, self.currency)


class Line(Model):
    __tablename__ = "order_lines"
    __table_args__ = (CheckConstraint("quantity > 0", name="quantity"),)

    order_id: Mapped[str] = mapped_column(ForeignKey("orders.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    product_id: Mapped[str | None]
    variant_id: Mapped[str | None]
    title: Mapped[str]
    sku: Mapped[str | None]
    options: Mapped[dict[str, str]]
    unit_price: Mapped[int]
    quantity: Mapped[int]

    @property
    def amount(self) -> int:
        return self.unit_price * self.quantity


class Counter(Model):
    """The last order number of each store."""

    __tablename__ = "order_counters"

    store_id: Mapped[str] = mapped_column(ForeignKey("stores.id"), primary_key=True)
    last: Mapped[int]


class TimelineKind(StrEnum):
    PLACED = "placed"
    PAID = "paid"
    BALANCE_PAID = "balance_paid"
    STARTED = "started"
    SHIPPED = "shipped"
    EXPIRED = "expired"
    PAYMENT_STARTED = "payment_started"
    PAYMENT_FAILED = "payment_failed"
    PAYMENT_PROBLEM = "payment_problem"
    PROBLEM_SETTLED = "problem_settled"
    CANCELLED = "cancelled"
    REFUND_REQUESTED = "refund_requested"
    REFUNDED = "refunded"
    REFUND_FAILED = "refund_failed"
    DISPUTED = "disputed"
    DISPUTE_ENDED = "dispute_ended"
    NOTE = "note"


class Happening(Model):
    """A row of an order's timeline; a note of the merchant's is one of them."""

    __tablename__ = "order_timeline"
    __table_args__ = (Index("ix_order_timeline_order", "order_id", "id"),)

    id: Mapped[Id]
    order_id: Mapped[str] = mapped_column(ForeignKey("orders.id"))
    kind: Mapped[TimelineKind] = mapped_column(word(TimelineKind))
    text: Mapped[str | None]
    person_id: Mapped[str | None]
    at: Mapped[datetime]
