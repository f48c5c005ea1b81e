"""A variant offered somewhere, at a price of its own."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from synqro.core.db import Id, Model, word

OPEN = "status <> 'ended'"


class Status(StrEnum):
    DRAFT = "draft"
    PENDING = "pending"
    ACTIVE = "active"
    PAUSED = "paused"
    ENDED = "ended"
    FAILED = "failed"


class Listing(Model):
    """`base_price` is what a person last set, `price` what is charged now, `price_version`
    counts its changes, so that of two writers one loses. All amounts are in minor units.

    `quantity` is kept only for a marketplace with a count of its own; the storefront sells
    the variant's. `status_reason` is a sentence.
    """

    __tablename__ = "listings"
    __table_args__ = (
        Index("ix_listings_store", "store_id", "id"),
        Index("ix_listings_store_marketplace", "store_id", "marketplace", "status", "id"),
        Index("ix_listings_product", "product_id"),
        Index(
            "uq_listings_variant",
            "variant_id",
            "marketplace",
            unique=True,
            sqlite_where=text(OPEN),
            postgresql_where=text(OPEN),
        ),
        CheckConstraint("price >= 0 AND base_price >= 0", name="price"),
    )

    id: Mapped[Id]
    store_id: Mapped[str] = mapped_column(ForeignKey("stores.id"))
    product_id: Mapped[str] = mapped_column(ForeignKey("products.id"))
    variant_id: Mapped[str] = mapped_column(ForeignKey("variants.id"))
    marketplace: Mapped[str]
    external_id: Mapped[str | None]
    url: Mapped[str | None]
    title: Mapped[str | None]
    """Its own title, where it is not the product's."""
    currency: Mapped[str]
    base_price: Mapped[int]
    price: Mapped[int]
    price_version: Mapped[int]
    base_version: Mapped[int] = mapped_column(server_default="1", default=1)
    """Counts the times that a person set the base price."""
    min_price: Mapped[int | None]
    max_price: Mapped[int | None]
    quantity: Mapped[int | None]
    status: Mapped[Status] = mapped_column(word(Status))
    status_reason: Mapped[str | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class PriceCause(StrEnum):
    """What made a price what it is."""

    LISTED = "listed"  # it began with it
    SET = "set"  # set on the listing
    PRODUCT = "product"  # set on the product or its variant
    REPRICED = "repriced"  # a rule moved it
    UNDONE = "undone"  # a change was taken back


class Price(Model):
    """One change of a listing's price, of its base price or of both, in minor units.

    Only ever added to. `number` counts the changes of the listing without a gap; the first
    has nothing before it.
    """

    __tablename__ = "listing_prices"
    __table_args__ = (
        UniqueConstraint("listing_id", "number", name="uq_listing_prices_number"),
        Index("ix_listing_prices_store", "store_id", "id"),
        Index("ix_listing_prices_at", "listing_id", "at"),
    )

    id: Mapped[Id]
    store_id: Mapped[str] = mapped_column(ForeignKey("stores.id"))
    listing_id: Mapped[str] = mapped_column(ForeignKey("listings.id"))
    number: Mapped[int]
    cause: Mapped[PriceCause] = mapped_column(word(PriceCause))
    price_before: Mapped[int | None]
    price: Mapped[int]
    base_before: Mapped[int | None]
    base_price: Mapped[int]
    currency: Mapped[str]
    reason: Mapped[str | None]
    """Why, in a sentence, where it was not a person."""
    person_id: Mapped[str | None]
    key_id: Mapped[str | None]
    """The secret key, where a program set it."""
    rule_id: Mapped[str | None]
    run_id: Mapped[str | None]
    at: Mapped[datetime]
