"""Reading products: the shelf a customer sees, the list a merchant keeps."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVarTuple

from sqlalchemy import ColumnElement, Select, TextClause, func, select, text
from sqlalchemy.orm import aliased

from synqro.catalogue.errors import ProductNotFound
from synqro.catalogue.models import Image, Product, Status, Variant
from synqro.catalogue.tidy import folded
from synqro.core.db import db
from synqro.core.pages import Page, cursor_of, page, read_cursor

Ts = TypeVarTuple("Ts")
MOST_COUNTED = 100
# Word for word the condition of the index, else SQLite reads every variant there is.
LOW = text("variants.low AND variants.active")


class Shown(StrEnum):
    """What the merchant's list can be narrowed to."""

    ACTIVE = "active"
    LOW = "low"
    ARCHIVED = "archived"


@dataclass(frozen=True)
class Counts:
    """How many of each there are; a number of MOST_COUNTED means that many or more."""

    active: int
    low: int
    archived: int
    variants: int


def find(store_id: str, product_id: str) -> Product:
    """Give back one product of this store, archived ones too. Raises ProductNotFound."""
    mine = select(Product).where(Product.id == product_id, Product.store_id == store_id)
    product = db.session.scalar(mine) if "\0" not in product_id else None
    if product is None:
        raise ProductNotFound("There is no such product in this shop.")
    return product


def shelf(
    store_id: str, *, cursor: str | None = None, limit: int = 25, q: str | None = None
) -> Page[Product]:
    """Give back a page of what is on sale, in the merchant's order. Raises InvalidCursor.

    Of each product some variant is on the shelf, not always all: `on_shelf` says which.
    """
    offered = Variant.active & Variant.shelf_price.is_not(None)
    some = select(Variant.id).where(Variant.product_id == Product.id, offered).exists()
    wanted = searched(select(Product).where(_is(store_id, Status.ACTIVE), some), q)
    return page(wanted, Product.position, Product.id, cursor=cursor, limit=limit)


def listing(
    store_id: str,
    *,
    shown: Shown = Shown.ACTIVE,
    q: str | None = None,
    cursor: str | None = None,
    limit: int = 25,
) -> Page[Product]:
    """Give back a page of the merchant's list, in the shelf's order. Raises InvalidCursor.

    What is low comes in the order of its variants' ids, so that only that is read.
    """
    if shown is Shown.LOW:
        return _low_ones(store_id, q, cursor, limit)
    status = Status.ARCHIVED if shown is Shown.ARCHIVED else Status.ACTIVE
    wanted = searched(select(Product).where(_is(store_id, status)), q)
    return page(wanted, Product.position, Product.id, cursor=cursor, limit=limit)


def counts(store_id: str) -> Counts:
    """Count a store's products and variants, each up to MOST_COUNTED."""
    active = select(Product.id).where(_is(store_id, Status.ACTIVE))
    ones = select(Variant.product_id).join(Product, Product.id == Variant.product_id)
    low = ones.where(*_is_low(store_id)).distinct()
    archived = select(Product.id).where(_is(store_id, Status.ARCHIVED))
    variants = active.join(Variant, Variant.product_id == Product.id).where(Variant.active)
    capped = [_capped(wanted) for wanted in (active, low, archived, variants)]
    found = db.session.execute(select(*capped)).one()
    return Counts(*(int(number) for number in found))


def first_images(store_id: str, product_ids: Iterable[str]) -> dict[str, Image]:
    """Give back the first picture of each of these products that has one."""
    mine = select(Image).where(Image.store_id == store_id, Image.product_id.in_(set(product_ids)))
    last_first = db.session.scalars(mine.order_by(Image.position.desc(), Image.id.desc()))
    return {image.product_id: image for image in last_first}


def _is(store_id: str, status: Status) -> ColumnElement[bool]:
    return (Product.store_id == store_id) & (Product.status == status)


def searched(wanted: Select[*Ts], q: str | None) -> Select[*Ts]:
    """Keep the products in whose title, tags or SKUs each of the words stands."""
    words = folded(q or "").replace("\0", "").split()
    return wanted.where(*(Product.search.contains(word, autoescape=True) for word in words))


def _low_ones(store_id: str, q: str | None, cursor: str | None, limit: int) -> Page[Product]:
    """Walk what is low, not what is sold: each product once, where its first low variant is."""
    other = aliased(Variant)
    before = (other.product_id == Variant.product_id, other.id < Variant.id)
    first = ~select(other.id).where(*before, other.low, other.active).exists()
    wanted = select(Product, Variant.id).join(Product, Product.id == Variant.product_id)
    wanted = searched(wanted.where(*_is_low(store_id), first), q)
    if cursor:
        wanted = wanted.where(Variant.id > read_cursor(cursor, "low_products", str)[0])
    rows = db.session.execute(wanted.order_by(Variant.id).limit(limit + 1)).all()
    data = [product for product, _ in rows[:limit]]
    more = len(rows) > limit
    return Page(data, cursor_of("low_products", rows[limit - 1][1]) if more else None)


def _is_low(store_id: str) -> tuple[ColumnElement[bool] | TextClause, ...]:
    return Variant.store_id == store_id, LOW, Product.status == Status.ACTIVE


def _capped(wanted: Select[str]) -> ColumnElement[int]:
    some = wanted.limit(MOST_COUNTED).subquery()
    return select(func.count()).select_from(some).scalar_subquery()
