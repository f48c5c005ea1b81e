"""Reading listings: one, and pages of them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func, literal_column, select, union_all

from synqro import catalogue
from synqro.core.db import db
from synqro.core.pages import Page, page, read_cursor
from synqro.listings.errors import ListingNotFound
from synqro.listings.models import OPEN, Listing, Status
from synqro.listings.rows import STOREFRONT

MOST_CALLED = 200
# Word for word the condition of the index, else SQLite reads every listing there is.
STILL_OPEN: ColumnElement[bool] = literal_column(f"(listings.{OPEN})")


@dataclass(frozen=True)
class Offered:
    """A listing with what the catalogue knows of its variant."""

    listing: Listing
    variant: catalogue.Known

    @property
    def title(self) -> str:
        return self.listing.title or self.variant.title

    @property
    def quantity(self) -> int | None:
        """How many are offered; None where nobody counts."""
        here = self.listing.marketplace == STOREFRONT
        return self.variant.stock if here else self.listing.quantity


def find(store_id: str, listing_id: str) -> Offered:
    """Give back one listing of this store, ended ones too. Raises ListingNotFound."""
    mine = select(Listing).where(Listing.id == listing_id, Listing.store_id == store_id)
    listing = db.session.scalar(mine) if "\0" not in listing_id else None
    if listing is None:
        raise ListingNotFound("There is no such listing in this shop.")
    return offered([listing])[0]


def known(store_id: str, listing_ids: Collection[str]) -> frozenset[str]:
    """Give back those of these ids that name a listing of this store, ended ones too."""
    asked = {one for one in listing_ids if "\0" not in one}
    mine = (Listing.store_id == store_id, Listing.id.in_(asked))
    return frozenset(db.session.scalars(select(Listing.id).where(*mine)) if asked else ())


def open_one(store_id: str, variant_id: str, marketplace: str) -> Offered | None:
    """Give back the listing of a variant on a marketplace that is not over, if there is one."""
    mine = (Listing.store_id == store_id, Listing.variant_id == variant_id)
    there = select(Listing).where(*mine, Listing.marketplace == marketplace, STILL_OPEN)
    listing = db.session.scalar(there) if "\0" not in variant_id else None
    return None if listing is None else offered([listing])[0]


def listed(
    store_id: str,
    *,
    marketplace: str | None = None,
    status: Status | None = None,
    sku: str | None = None,
    q: str | None = None,
    cursor: str | None = None,
    limit: int = 25,
) -> Page[Offered]:
    """Give back a page of a store's listings, the newest first. Raises InvalidCursor.

    `sku` is what a variant is called now; the listings of one that is gone have none. `q` is
    such a SKU, or looks in the title, tags and SKUs of the newest MOST_CALLED products that
    fit. A rare status is found without a walk past all others.
    """
    wanted = select(Listing)
    q = (q or "").replace("\0", "").strip()
    if sku is None and not q:
        wanted = wanted.where(Listing.store_id == store_id)
        if status is not None and marketplace is None:
            newest = _newest(store_id, status, cursor, limit)
            wanted = select(Listing).where(Listing.id.in_(newest))
    else:
        # The products are the store's own. Named again, the store's index would be taken.
        wanted = wanted.where(*_of_products(store_id, sku, q))
    if marketplace is not None:
        wanted = wanted.where(Listing.marketplace == marketplace)
    if status is not None:
        wanted = wanted.where(Listing.status == status)
    found = page(wanted, Listing.id, cursor=cursor, limit=limit, newest_first=True)
    return Page(offered(found.data), found.next_cursor)


def places(store_id: str) -> list[str]:
    """Give back the marketplaces that a store has listings on, ended ones too, by name."""
    mine = select(func.min(Listing.marketplace).label("place")).where(Listing.store_id == store_id)
    # From each to the next in the index, for there are few: no listing is walked past.
    place = mine.cte(recursive=True)
    after = mine.where(Listing.marketplace > place.c.place).scalar_subquery()
    place = place.union_all(select(after).where(place.c.place.is_not(None)))
    return [name for name in db.session.scalars(select(place.c.place)) if name is not None]


def _newest(store_id: str, status: Status, cursor: str | None, limit: int) -> Any:
    """Ask for the newest of one status on each marketplace, where an index has them in order."""
    mine = select(Listing.id).where(Listing.store_id == store_id, Listing.status == status)
    if cursor:
        [last] = read_cursor(cursor, Listing.__tablename__, str)
        mine = mine.where(Listing.id < last)
    each = [
        mine.where(Listing.marketplace == place).order_by(Listing.id.desc()).limit(limit + 1)
        for place in places(store_id)
    ]
    return union_all(*(select(one.subquery().c.id) for one in each)) if each else []


def _of_products(store_id: str, sku: str | None, q: str) -> list[ColumnElement[bool]]:
    found = catalogue.by_sku(store_id, sku or q)
    if found or sku is not None:
        product_id, variant_id = found or ("", "")
        return [Listing.product_id == product_id, Listing.variant_id == variant_id]
    return [Listing.product_id.in_(catalogue.called(store_id, q, most=MOST_CALLED))]


def several(store_id: str, listing_ids: Collection[str]) -> list[Offered]:
    """Give back those of these listings that are the store's, ended ones too."""
    mine = select(Listing).where(Listing.store_id == store_id, Listing.id.in_(listing_ids))
    return offered(db.session.scalars(mine).all())


def offered(listings: Sequence[Listing]) -> list[Offered]:
    """Give back listings of one store with what the catalogue knows of their variants."""
    if not listings:
        return []
    known = catalogue.known(listings[0].store_id, [listing.variant_id for listing in listings])
    return [Offered(listing, known[listing.variant_id]) for listing in listings]
