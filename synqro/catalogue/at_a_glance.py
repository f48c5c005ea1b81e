"""What a shop's first page wants to know of its shelf, for a query that asks for more."""

from sqlalchemy import ColumnElement, exists, func, select

from synqro.catalogue.models import Product, Status, Variant
from synqro.catalogue.shelf import LOW, MOST_COUNTED
from synqro.core.db import db


def low_ones(store_id: str) -> tuple[ColumnElement[int], ColumnElement[str]]:
    """Give back how many variants run low, up to MOST_COUNTED, and the title of one of them."""
    on_sale = (Variant.store_id == store_id, LOW, Product.status == Status.ACTIVE)
    mine = select(Product.title).join(Variant, Variant.product_id == Product.id).where(*on_sale)
    counted = select(func.count()).select_from(mine.limit(MOST_COUNTED).subquery())
    first = mine.order_by(Variant.id).limit(1)
    return counted.scalar_subquery(), first.scalar_subquery()


def first_product(store_id: str) -> ColumnElement[str]:
    """Give back the title of some product that is on sale, NULL without any."""
    mine = (Product.store_id == store_id, Product.status == Status.ACTIVE)
    return select(Product.title).where(*mine).limit(1).scalar_subquery()


def knows_costs(store_id: str) -> bool:
    """Say whether it is known of any product on sale what it costs to make."""
    mine = (Product.store_id == store_id, Product.status == Status.ACTIVE)
    return bool(db.session.scalar(select(exists().where(*mine, Product.cost.is_not(None)))))
