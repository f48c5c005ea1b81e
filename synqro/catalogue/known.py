"""What is known of single variants, whether or not anybody can buy them."""

from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import ColumnElement, literal_column, select

from synqro.catalogue.models import Product, Variant
from synqro.catalogue.tidy import text
from synqro.core.db import db

# As the index of SKUs has it, else SQLite reads every variant there is. That a SKU is named
# follows from what it is compared with; said beside a list, SQLite reads every SKU there is.
OFFERED: ColumnElement[bool] = literal_column("variants.active")

KNOWN = select(
    Variant.product_id,
    Variant.id,
    Product.title,
    Variant.sku,
    Variant.stock,
    Variant.options,
    Variant.active,
).join(Product, Product.id == Variant.product_id)


class Known(NamedTuple):
    """`title` is the product's; `stock` is None where nobody counts; not `offered` has no page."""

    product_id: str
    variant_id: str
    title: str
    sku: str | None
    stock: int | None
    options: dict[str, str]
    offered: bool


def known(store_id: str, variant_ids: Iterable[str]) -> dict[str, Known]:
    """Give back what is known of these variants of the store, by id."""
    mine = KNOWN.where(Variant.store_id == store_id, Variant.id.in_(set(variant_ids)))
    return {row.id: Known._make(row) for row in db.session.execute(mine)}


def by_skus(store_id: str, skus: Iterable[str]) -> dict[str, Known]:
    """Give back what has these SKUs now, by SKU as `tidy.text` writes it."""
    mine = KNOWN.where(Variant.store_id == store_id, Variant.sku.in_(set(skus)), OFFERED)
    return {row.sku: Known._make(row) for row in db.session.execute(mine)}


def by_sku(store_id: str, sku: str) -> tuple[str, str] | None:
    """Give back product and variant that have this SKU now; None where none has."""
    mine = (Variant.store_id == store_id, Variant.sku == text(sku), OFFERED)
    found = db.session.execute(select(Variant.product_id, Variant.id).where(*mine)).first()
    return (found[0], found[1]) if found else None
