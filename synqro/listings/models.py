"""A variant offered somewhere, at a price of its own."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
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
    min_price: Mapped[int | None]
    max_price: Mapped[int | None]
    quantity: Mapped[int | None]
    status: Mapped[Status] = mapped_column(word(Status))
    status_reason: Mapped[str | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}
