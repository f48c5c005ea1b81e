"""Reading products: the shelf a customer sees, the list a merchant keeps."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVarTuple

from sqlalchemy import ColumnElement, Select, func, select

from synqro.catalogue.errors import ProductNotFound
from synqro.catalogue.models import Image, Product, Status, Variant
from synqro.catalogue.tidy import folded
from synqro.core.db import db
from synqro.core.pages import Page, page

Ts = TypeVarTuple("Ts")
MOST_COUNTED = 100


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
    low_at: int,
    q: str | None = None,
    cursor: str | None = None,
    limit: int = 25,
) -> Page[Product]:
    """Give back a page of the merchant's list, in the shelf's order.

    `low_at` is the store's threshold, for products without one of their own.
    """
    status = Status.ARCHIVED if shown is Shown.ARCHIVED else Status.ACTIVE
    wanted = searched(select(Product).where(_is(store_id, status)), q)
    if shown is Shown.LOW:
        wanted = wanted.where(_low(low_at))
    return page(wanted, Product.position, Product.id, cursor=cursor, limit=limit)


def counts(store_id: str, *, low_at: int) -> Counts:
    """Count a store's products and variants, each up to MOST_COUNTED."""
    active = select(Product.id).where(_is(store_id, Status.ACTIVE))
    low = active.where(_low(low_at))
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


def _low(low_at: int) -> ColumnElement[bool]:
    threshold = func.coalesce(Product.low_stock_threshold, low_at)
    return (
        select(Variant.id)
        .where(Variant.product_id == Product.id, Variant.active, Variant.stock <= threshold)
        .exists()
    )


def _capped(wanted: Select[str]) -> ColumnElement[int]:
    some = wanted.limit(MOST_COUNTED).subquery()
    return select(func.count()).select_from(some).scalar_subquery()
