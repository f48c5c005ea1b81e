"""Many prices in one transaction: of products that nobody else works on, each charged at once."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from synqro import catalogue
from synqro.catalogue import wrong_price
from synqro.core.db import db
from synqro.listings.history import Why
from synqro.listings.models import Listing
from synqro.listings.reading import Offered, offered
from synqro.listings.rows import STOREFRONT, charged, reprice
from synqro.listings.rules import outside


@dataclass(frozen=True)
class Charge:
    """What a listing that is held shall charge, in minor units, and why."""

    listing: Listing
    price: int
    why: Why


def hold(store_id: str, listing_ids: Collection[str]) -> dict[str, Listing]:
    """Give back those of these listings that nobody else writes until the transaction ends.

    One is waited for; what others work on just now is left out, for whoever waits for it with
    the first in hand may be waited for. Ask again, until all had their turn. Nobody changes
    the store meanwhile (`stores.steady`), which comes first.
    """
    mine = (Listing.store_id == store_id, Listing.id.in_(listing_ids))
    wanted = db.session.scalars(select(Listing.product_id).where(*mine))
    free = catalogue.lock_some(store_id, set(wanted))
    rows = select(Listing).where(*mine, Listing.product_id.in_(free))
    found = db.session.scalars(rows.execution_options(populate_existing=True))
    return {listing.id: listing for listing in found}


def why_not(listing: Listing, price: int) -> str | None:
    """Say in a sentence why a listing cannot charge `price`; None where it can."""
    wrong = list(wrong_price("price", price, listing.currency))
    bounds = listing.min_price, listing.max_price
    wrong += outside("price", price, *bounds, listing.currency)
    return wrong[0]["message"] if wrong else None


def charge(charges: Sequence[Charge]) -> list[Offered]:
    """Charge these prices from now on, of listings that are held; the base prices stay.

    What is charged was checked. Gives back the listings in the order given.
    """
    for one in charges:
        reprice(one.listing, one.price, one.why, base=False)
    db.session.flush()
    mine = [one.listing for one in charges]
    shelf = {one.variant_id: charged(one) for one in mine if one.marketplace == STOREFRONT}
    if shelf:
        catalogue.put_on_shelf(mine[0].store_id, shelf)
    return offered(mine)
