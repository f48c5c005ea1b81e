"""The merchant's count of what is there."""

from types import EllipsisType

from sqlalchemy import select, update

from synqro.catalogue.errors import ProductNotFound
from synqro.catalogue.models import Variant
from synqro.catalogue.rules import MOST_STOCK, wrong_number
from synqro.core.db import db, transaction
from synqro.core.errors import Changed, Invalid


@transaction()
def set_stock(
    store_id: str, variant_id: str, stock: int | None, *, was: int | EllipsisType | None = ...
) -> Variant:
    """Say how many there are, or None for made to order.

    `was` says what the person saw. Raises ProductNotFound, Invalid, and Changed if it is
    something else by now.
    """
    if problems := list(wrong_number("stock", stock, 0, MOST_STOCK)):
        raise Invalid(problems[0]["message"], fields=problems)
    mine = (Variant.id == variant_id, Variant.store_id == store_id, Variant.active)
    unmoved = () if isinstance(was, EllipsisType) else (Variant.stock.is_not_distinct_from(was),)
    counted = update(Variant).where(*mine, *unmoved).values(stock=stock).returning(Variant.id)
    moved = db.session.scalar(counted)
    variant = db.session.scalar(select(Variant).where(*mine))
    if variant is None:
        raise ProductNotFound("There is no such variant in this shop.")
    if moved is None:
        raise Changed(f"There are {variant.stock} now. Count again.")
    db.session.refresh(variant)
    return variant
