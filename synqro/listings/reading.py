"""Reading listings: one, and pages of them."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from synqro import catalogue
from synqro.core.db import db
from synqro.core.pages import Page, page
from synqro.listings.errors import ListingNotFound
from synqro.listings.models import Listing, Status
from synqro.listings.rows import STOREFRONT


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


def listed(
    store_id: str,
    *,
    marketplace: str | None = None,
    status: Status | None = None,
    sku: str | None = None,
    cursor: str | None = None,
    limit: int = 25,
) -> Page[Offered]:
    """Give back a page of a store's listings, the newest first. Raises InvalidCursor.

    `sku` is what a variant is called now; the listings of one that is gone have none.
    """
    wanted = select(Listing)
    if sku is None:
        wanted = wanted.where(Listing.store_id == store_id)
    else:
        # The variant is the store's own. Named again, the store's index would be taken.
        product_id, variant_id = catalogue.by_sku(store_id, sku) or ("", "")
        wanted = wanted.where(Listing.product_id == product_id, Listing.variant_id == variant_id)
    if marketplace is not None:
        wanted = wanted.where(Listing.marketplace == marketplace)
    if status is not None:
        wanted = wanted.where(Listing.status == status)
    found = page(wanted, Listing.id, cursor=cursor, limit=limit, newest_first=True)
    return Page(offered(found.data), found.next_cursor)


def offered(listings: Sequence[Listing]) -> list[Offered]:
    """Give back listings of one store with what the catalogue knows of their variants."""
    if not listings:
        return []
    known = catalogue.known(listings[0].store_id, [listing.variant_id for listing in listings])
    return [Offered(listing, known[listing.variant_id]) for listing in listings]
