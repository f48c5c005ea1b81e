"""Reading what a shop has of each variant, in the order of its shelf."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import Row, Select, select, tuple_

from synqro import stores
from synqro.catalogue.errors import ProductNotFound
from synqro.catalogue.models import Image, Product, Status, Variant
from synqro.catalogue.shelf import LOW, first_images, searched
from synqro.core.db import db
from synqro.core.pages import Page, cursor_of, read_cursor

Found = Row[Variant, str, int | None, int]
FOUND = select(
    Variant, Product.title, Product.low_stock_threshold, Product.position.label("position")
).join(Product, Product.id == Variant.product_id)
PLACE = (Product.position, Product.id, Variant.position, Variant.id)
SHELF, LOW_ONES = "stock", "low_stock"


@dataclass(frozen=True)
class Stocked:
    """A variant that is offered, with what names it; `words` are its options, as in Black, S.

    `threshold` is its product's, or the store's.
    """

    variant: Variant
    title: str
    words: str
    threshold: int
    image: Image | None


def stocked(
    store_id: str,
    *,
    low: bool = False,
    q: str | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> Page[Stocked]:
    """Give back a page of what is offered and how many there are, in the shelf's order.

    `low`: only what runs low, the oldest variant first. Raises InvalidCursor.
    """
    walked = _low if low else _on_shelf
    wanted = searched(walked(store_id, cursor), q).limit(limit + 1)
    rows = db.session.execute(wanted).all()
    data = _shown(store_id, rows[:limit])
    return Page(data, _cursor(rows[limit - 1], low) if len(rows) > limit else None)


def stocked_one(store_id: str, variant_id: str, *, low_at: int | None = None) -> Stocked:
    """Give back what there is of one variant that is offered. Raises ProductNotFound.

    `low_at` is the store's threshold, for those who have it at hand.
    """
    known = variant_id.isascii() and variant_id.isprintable()
    mine = FOUND.where(Variant.id == variant_id, Variant.store_id == store_id, Variant.active)
    row = db.session.execute(mine).first() if known else None
    if row is None:
        raise ProductNotFound("There is no such variant in this shop.")
    return _shown(store_id, [row], low_at)[0]


def still_low(store_id: str, variant_ids: Collection[str]) -> list[Stocked]:
    """Give back which of these variants run low and are offered, in the shelf's order."""
    mine = (Variant.store_id == store_id, Variant.id.in_(variant_ids), Variant.low, Variant.active)
    wanted = FOUND.where(*mine, Product.status == Status.ACTIVE).order_by(*PLACE)
    return _shown(store_id, db.session.execute(wanted).all())


def _on_shelf(store_id: str, cursor: str | None) -> Select[Variant, str, int | None, int]:
    """Walk the products as they stand on the shelf, and the variants of each."""
    mine = (Product.store_id == store_id, Product.status == Status.ACTIVE, Variant.active)
    wanted = FOUND.where(*mine)
    if cursor:
        after = read_cursor(cursor, SHELF, int, str, int, str)
        # The first of the two says the same again as the walked index can be asked.
        wanted = wanted.where(tuple_(*PLACE[:2]) >= tuple_(*after[:2]), tuple_(*PLACE) > after)
    return wanted.order_by(*PLACE)


def _low(store_id: str, cursor: str | None) -> Select[Variant, str, int | None, int]:
    """Walk the index of what is low, by the variants' ids."""
    mine = (Variant.store_id == store_id, LOW, Product.status == Status.ACTIVE)
    wanted = FOUND.where(*mine)
    if cursor:
        [after] = read_cursor(cursor, LOW_ONES, str)
        wanted = wanted.where(Variant.id > after)
    return wanted.order_by(Variant.id)


def _cursor(row: Found, low: bool) -> str:
    variant: Variant = row[0]
    if low:
        return cursor_of(LOW_ONES, variant.id)
    return cursor_of(SHELF, row.position, variant.product_id, variant.position, variant.id)


def _shown(store_id: str, rows: Sequence[Found], low_at: int | None = None) -> list[Stocked]:
    if not rows:
        return []
    images = first_images(store_id, {row[0].product_id for row in rows})
    low_at = stores.by_id(store_id).low_stock_threshold if low_at is None else low_at
    return [
        Stocked(
            variant=variant,
            title=title,
            words=", ".join(variant.options.values()),
            threshold=low_at if own is None else own,
            image=images.get(variant.product_id),
        )
        for variant, title, own, _position in rows
    ]
