"""Reading products as programs do: all of them, the newest first."""

from sqlalchemy import select

from synqro.catalogue.known import OFFERED
from synqro.catalogue.models import Product, Status, Variant
from synqro.catalogue.tidy import folded, text
from synqro.core.db import db
from synqro.core.pages import Page, page


def newest(
    store_id: str,
    *,
    status: Status | None = None,
    sku: str | None = None,
    q: str | None = None,
    cursor: str | None = None,
    limit: int = 25,
) -> Page[Product]:
    """Give back a page of a store's products, archived ones too unless `status` says which.

    `sku` is that of one of the variants, `q` looks in title, tags and SKUs. Raises InvalidCursor.
    """
    wanted = select(Product).where(Product.store_id == store_id)
    if status is not None:
        wanted = wanted.where(Product.status == status)
    if sku is not None:
        mine = (Variant.store_id == store_id, Variant.sku == text(sku), OFFERED)
        wanted = wanted.where(Product.id.in_(select(Variant.product_id).where(*mine)))
    for word in folded(q or "").split():
        wanted = wanted.where(Product.search.contains(word, autoescape=True))
    return page(wanted, Product.id, cursor=cursor, limit=limit, newest_first=True)


def called(store_id: str, q: str, *, most: int) -> list[str]:
    """Give back the ids of the newest products that a search finds, `most` of them at most."""
    words = folded(q).replace("\0", "").split()
    found = (Product.search.contains(word, autoescape=True) for word in words)
    wanted = select(Product.id).where(Product.store_id == store_id, *found)
    return list(db.session.scalars(wanted.order_by(Product.id.desc()).limit(most)))
