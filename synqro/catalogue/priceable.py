"""What a price is worked out from, of single variants."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sqlalchemy import select

from synqro.catalogue.models import Product, Variant
from synqro.core.db import db


class Priceable(NamedTuple):
    """`cost` is that of making one, in minor units; `available` is what is on hand less what is
    promised to open checkouts, None where nobody counts.
    """

    sku: str | None
    tags: Sequence[str]
    cost: int | None
    available: int | None


def priceable(store_id: str, variant_ids: Iterable[str]) -> dict[str, Priceable]:
    """Give back these of the store's variants by id, in one query and as the database has them."""
    wanted = (
        select(Variant.id, Variant.sku, Product.tags, Product.cost, Variant.stock, Variant.held)
        .join(Product, Product.id == Variant.product_id)
        .where(Variant.store_id == store_id, Variant.id.in_(set(variant_ids)))
    )
    return {
        id: Priceable(sku, tags, cost, None if stock is None else max(0, stock - held))
        for id, sku, tags, cost, stock, held in db.session.execute(wanted)
    }
