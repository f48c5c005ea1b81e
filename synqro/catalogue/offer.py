"""What can be bought now, for baskets and orders: the hot path, so one plain query."""

from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import bindparam, select

from synqro.catalogue.models import Product, Status, Variant
from synqro.core.db import db

_product = Product.__table__.c
_variant = Variant.__table__.c

OFFERS = (
    select(
        _product.id.label("product_id"),
        _variant.id.label("variant_id"),
        _product.title,
        _variant.sku,
        _variant.options,
        _variant.shelf_price.label("price"),
        _product.max_quantity,
        _product.lead_time_days,
        _variant.stock,
        _variant.held,
    )
    .join_from(Product.__table__, Variant.__table__, _variant.product_id == _product.id)
    .where(
        _product.store_id == bindparam("store"),
        _product.id.in_(bindparam("products", expanding=True)),
        _product.status == Status.ACTIVE,
        _variant.active,
        _variant.shelf_price.is_not(None),
    )
    .order_by(_product.id, _variant.position)
)


class Offer(NamedTuple):
    """One variant as it can be bought now: `price` in minor units, `stock` None if uncounted."""

    product_id: str
    variant_id: str
    title: str
    sku: str | None
    options: dict[str, str]
    price: int
    max_quantity: int
    lead_time_days: int | None
    stock: int | None
    held: int

    @property
    def left(self) -> int | None:
        """How many can be bought now; None where nobody counts."""
        return None if self.stock is None else max(0, self.stock - self.held)


def for_sale(store_id: str, product_ids: Iterable[str]) -> dict[str, list[Offer]]:
    """Give back the variants of those products that are on this store's shelf, by product."""
    wanted = [key for key in set(product_ids) if key.isascii() and key.isprintable()]
    found: dict[str, list[Offer]] = {}
    for row in db.session.execute(OFFERS, {"store": store_id, "products": wanted}):
        found.setdefault(row.product_id, []).append(Offer._make(row))
    return found
