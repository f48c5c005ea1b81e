"""The rows of listings: begun, moved on, found and locked with their product."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from synqro import catalogue
from synqro.catalogue import Product, Variant
from synqro.core.clock import now
from synqro.core.db import db
from synqro.core.ids import new_id
from synqro.listings.errors import ListingEnded, ListingNotFound
from synqro.listings.history import Was, Why, note_change
from synqro.listings.models import Listing, Status

STOREFRONT = "storefront"


def begun(variant: Variant, marketplace: str, currency: str, **facts: Any) -> Listing:
    """Give back a new listing at the variant's base price, active if `facts` say nothing else.

    Whoever begins it notes the price that it begins with.
    """
    at, price = now(), facts.pop("price", variant.price)
    offered = {"status": Status.ACTIVE, "status_reason": None}
    listing = Listing(
        id=new_id("lst"),
        store_id=variant.store_id,
        product_id=variant.product_id,
        variant_id=variant.id,
        marketplace=marketplace,
        currency=currency,
        base_price=price,
        price=price,
        price_version=1,
        base_version=1,
        created_at=at,
        updated_at=at,
        **(offered | facts),
    )
    db.session.add(listing)
    return listing


def of_storefront(product: Product) -> Sequence[Listing]:
    """Give back a product's listings on the storefront that are not over.

    Whoever changes a product or a listing of it has locked the product: so these stay.
    """
    mine = select(Listing).where(
        Listing.product_id == product.id,
        Listing.marketplace == STOREFRONT,
        Listing.status != Status.ENDED,
    )
    return db.session.scalars(mine.execution_options(populate_existing=True)).all()


def unfinished(store_id: str, listing_id: str) -> tuple[Listing, Product]:
    """Give back a listing and its product, which nobody else writes until the transaction ends.

    Raises ListingNotFound, ListingEnded.
    """
    mine = (Listing.id == listing_id, Listing.store_id == store_id)
    product_id = "\0" not in listing_id and db.session.scalar(
        select(Listing.product_id).where(*mine)
    )
    if not product_id:
        raise ListingNotFound("There is no such listing in this shop.")
    product = catalogue.locked(store_id, product_id)
    found = select(Listing).where(*mine).execution_options(populate_existing=True)
    listing = db.session.scalars(found).one()
    if listing.status is Status.ENDED:
        raise ListingEnded("This listing is over. List the product again.")
    return listing, product


def charged(listing: Listing) -> int | None:
    """Give back what a listing charges now, None where nothing can be bought from it."""
    return listing.price if listing.status is Status.ACTIVE else None


def move(listing: Listing, status: Status, reason: str | None = None) -> None:
    """Set a listing's status, and the sentence that says why."""
    listing.status, listing.status_reason = status, reason
    listing.updated_at = now()


def reprice(listing: Listing, price: int, why: Why, *, base: bool) -> None:
    """Charge `price` from now on; set by a person, it is the `base` as well.

    The history notes it, where anything changes.
    """
    was = Was(listing.price, listing.base_price)
    if base:
        listing.base_price = price
        listing.base_version += 1
    if price != listing.price:
        listing.price = price
        listing.price_version += 1
    listing.updated_at = now()
    if was != (listing.price, listing.base_price):
        note_change(listing, why, was)
