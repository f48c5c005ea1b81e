"""Finding the products behind the variants in a basket."""

from collections.abc import Iterable

from sqlalchemy import select

from synqro.catalogue.models import Product, Status, Variant
from synqro.core.db import db


def by_variants(store_id: str, variant_ids: Iterable[str]) -> dict[str, Product]:
    """Give back the product on this store's shelf that each of these variants belongs to.

    A variant that is unknown, foreign or no longer sold has no entry.
    """
    wanted = (
        select(Variant.id, Product)
        .join(Product, Product.id == Variant.product_id)
        .where(
            Product.store_id == store_id,
            Product.status == Status.ACTIVE,
            Variant.active,
            Variant.shelf_price.is_not(None),
            Variant.id.in_(set(variant_ids)),
        )
    )
    return {variant_id: product for variant_id, product in db.session.execute(wanted)}
