"""Listings as a repricer looks at them: many at once, in few statements, none of them kept."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import select

from synqro import catalogue
from synqro.core.db import db
from synqro.listings.models import Listing, Status

BATCH = 500
COLUMNS = (
    Listing.id,
    Listing.product_id,
    Listing.variant_id,
    Listing.marketplace,
    Listing.currency,
    Listing.base_price,
    Listing.price,
    Listing.price_version,
    Listing.base_version,
    Listing.min_price,
    Listing.max_price,
    Listing.created_at,
)


class Priced(NamedTuple):
    """A listing, its prices and what the catalogue knows of its variant, in minor units."""

    id: str
    product_id: str
    variant_id: str
    marketplace: str
    currency: str
    base_price: int
    price: int
    price_version: int
    base_version: int
    min_price: int | None
    max_price: int | None
    listed_at: datetime
    variant: catalogue.Priceable


def priced(store_id: str, *, after: str = "", limit: int = BATCH) -> list[Priced]:
    """Give back the next active listings of a store behind the id `after`, by id."""
    mine = (Listing.store_id == store_id, Listing.id > after, Listing.status == Status.ACTIVE)
    wanted = select(*COLUMNS).where(*mine).order_by(Listing.id).limit(limit)
    return _known(store_id, db.session.execute(wanted).all())


def priced_of(store_id: str, listing_ids: Collection[str]) -> list[Priced]:
    """Give back those of these listings that are the store's, whatever their status."""
    mine = (Listing.store_id == store_id, Listing.id.in_(listing_ids))
    return _known(store_id, db.session.execute(select(*COLUMNS).where(*mine)).all())


def _known(store_id: str, rows: Sequence[Any]) -> list[Priced]:
    variants = catalogue.priceable(store_id, [row.variant_id for row in rows])
    return [Priced._make((*row, variants[row.variant_id])) for row in rows]
