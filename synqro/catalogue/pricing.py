"""Prices of single variants: the base price, and what the storefront charges."""

from collections.abc import Collection, Mapping

from sqlalchemy import select

from synqro.catalogue.errors import ProductNotFound
from synqro.catalogue.models import Product, Variant
from synqro.catalogue.products import locked
from synqro.catalogue.rules import wrong_price
from synqro.core.clock import now
from synqro.core.db import db, transaction
from synqro.core.errors import Invalid


@transaction()
def set_price(store_id: str, variant_id: str, price: int) -> Variant:
    """Make `price` (minor units) the base price of a variant. Followers are not told.

    Raises ProductNotFound, Invalid.
    """
    mine = (Variant.id == variant_id, Variant.store_id == store_id, Variant.active)
    variant = db.session.scalar(select(Variant).where(*mine))
    if variant is None:
        raise ProductNotFound("There is no such variant in this shop.")
    product = locked(store_id, variant.product_id)
    if problems := list(wrong_price("price", price, product.currency)):
        raise Invalid(problems[0]["message"], fields=problems)
    variant.price = price
    product.updated_at = now()
    db.session.flush()
    return variant


def lock_some(store_id: str, product_ids: Collection[str]) -> frozenset[str]:
    """Lock products until the transaction ends, and give back the ids of those that are.

    One is waited for. The others are not, so that nobody waits in a circle: orders lock them
    in the order of their variants, which is another.
    """
    first, *others = sorted(product_ids) or [""]
    mine = select(Product.id).where(Product.store_id == store_id)
    waited = mine.where(Product.id == first).with_for_update()
    free = mine.where(Product.id.in_(others)).with_for_update(skip_locked=True)
    return frozenset([*db.session.scalars(waited), *(db.session.scalars(free) if others else ())])


@transaction()
def put_on_shelf(store_id: str, prices: Mapping[str, int | None]) -> None:
    """Set what the storefront charges, by variant id; None where it does not offer that one.

    Only the listings know, so only they call this.
    """
    mine = select(Variant).where(Variant.store_id == store_id, Variant.id.in_(prices))
    for variant in db.session.scalars(mine):
        variant.shelf_price = prices[variant.id]
    db.session.flush()
