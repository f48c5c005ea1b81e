"""What a store sells, and how many of it are left."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from synqro.core.db import Id, Model, word


class Status(StrEnum):
    ACTIVE = "active"
    ARCHIVED = "archived"


class Product(Model):
    """`position` orders the storefront; `options` is [{name, values}], empty for a plain product.

    `lead_time_days` counts working days until it leaves; `cost` is in minor units;
    `search` is what a search looks in: title, tags and SKUs, folded.
    """

    __tablename__ = "products"
    __table_args__ = (
        Index("ix_products_store", "store_id", "id"),
        Index("ix_products_shelf", "store_id", "status", "position", "id"),
        CheckConstraint("max_quantity > 0", name="max_quantity"),
    )

    id: Mapped[Id]
    store_id: Mapped[str] = mapped_column(ForeignKey("stores.id"))
    title: Mapped[str]
    description: Mapped[str]
    currency: Mapped[str]
    options: Mapped[list[dict[str, Any]]]
    lead_time_days: Mapped[int | None]
    max_quantity: Mapped[int]
    cost: Mapped[int | None]
    tags: Mapped[list[str]]
    low_stock_threshold: Mapped[int | None]
    meta: Mapped[dict[str, str]] = mapped_column("metadata")
    search: Mapped[str]
    status: Mapped[Status] = mapped_column(word(Status))
    position: Mapped[int]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()

    variants: Mapped[list["Variant"]] = relationship(
        primaryjoin="and_(Product.id == Variant.product_id, Variant.active)",
        order_by="Variant.position",
        lazy="selectin",
        viewonly=True,
    )
    images: Mapped[list["Image"]] = relationship(
        order_by="Image.position", lazy="selectin", viewonly=True
    )

    __mapper_args__ = {"version_id_col": version}

    @property
    def on_shelf(self) -> list["Variant"]:
        """The variants that the storefront offers."""
        return [variant for variant in self.variants if variant.on_shelf]


class Variant(Model):
    """What is really bought. A plain product has one, without options.

    `stock` is what is on hand less what is paid for, None where nobody counts (made to
    order); `held` of them are promised to checkouts that are still open. `price` is the
    base price: the last one that a person set.
    """

    __tablename__ = "variants"
    __table_args__ = (
        Index("ix_variants_product", "product_id", "position"),
        Index(
            "uq_variants_sku",
            "store_id",
            "sku",
            unique=True,
            sqlite_where=text("active AND sku IS NOT NULL"),
            postgresql_where=text("active AND sku IS NOT NULL"),
        ),
        Index(
            "ix_variants_low",
            "store_id",
            "id",
            sqlite_where=text("low AND active"),
            postgresql_where=text("low AND active"),
        ),
        Index(
            "ix_variants_untold",
            "store_id",
            "id",
            sqlite_where=text("untold AND active"),
            postgresql_where=text("untold AND active"),
        ),
        CheckConstraint("held >= 0", name="held"),
        CheckConstraint("price >= 0", name="price"),
    )

    id: Mapped[Id]
    store_id: Mapped[str] = mapped_column(ForeignKey("stores.id"))
    product_id: Mapped[str] = mapped_column(ForeignKey("products.id"))
    position: Mapped[int]
    active: Mapped[bool]
    sku: Mapped[str | None]
    options: Mapped[dict[str, str]]
    price: Mapped[int]
    stock: Mapped[int | None]
    held: Mapped[int]
    shelf_price: Mapped[int | None]
    """What the storefront charges, None while it is not offered there. Listings set it."""
    moves: Mapped[int] = mapped_column(server_default="0", default=0)
    """How many times `stock` has changed: the number of its last move."""
    low: Mapped[bool] = mapped_column(server_default=false(), default=False)
    """True while `stock` is counted and at its threshold or below, whoever made it so."""
    untold: Mapped[bool] = mapped_column(server_default=false(), default=False)
    """True while it runs low and `stock.low` waits, for the stock watch was paused."""

    @property
    def on_shelf(self) -> bool:
        return self.active and self.shelf_price is not None

    @property
    def current_price(self) -> int:
        """What the storefront charges; the base price where it is not offered there."""
        return self.price if self.shelf_price is None else self.shelf_price

    @property
    def left(self) -> int | None:
        """How many can be bought now; None where nobody counts."""
        return None if self.stock is None else max(0, self.stock - self.held)


class Image(Model):
    """A picture kept under its content's hash; `width` and `height` are the largest file's."""

    __tablename__ = "product_images"
    __table_args__ = (
        Index("ix_product_images_product", "product_id", "position"),
        Index("ix_product_images_digest", "store_id", "digest"),
    )

    id: Mapped[Id]
    store_id: Mapped[str] = mapped_column(ForeignKey("stores.id"))
    product_id: Mapped[str] = mapped_column(ForeignKey("products.id"))
    position: Mapped[int]
    alt: Mapped[str]
    digest: Mapped[str]
    width: Mapped[int]
    height: Mapped[int]


class HoldState(StrEnum):
    HELD = "held"
    RELEASED = "released"
    TAKEN = "taken"


class Hold(Model):
    """Pieces promised to one order. Its state moves once, so nothing is freed or taken twice."""

    __tablename__ = "stock_holds"
    __table_args__ = (CheckConstraint("quantity > 0", name="quantity"),)

    order_id: Mapped[str] = mapped_column(primary_key=True)
    variant_id: Mapped[str] = mapped_column(primary_key=True)
    quantity: Mapped[int]
    returned: Mapped[int] = mapped_column(server_default="0")
    """How many of the taken pieces were put back on the shelf."""
    counted: Mapped[int] = mapped_column(server_default="0", default=0)
    """How many of the taken pieces left a count and did not come back to it."""
    state: Mapped[HoldState] = mapped_column(word(HoldState))
    created_at: Mapped[datetime]
