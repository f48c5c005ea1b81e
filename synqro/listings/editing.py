"""Changing listings as people do: prices, bounds, stock, and whether they are on."""

from typing import Unpack

from synqro import catalogue, stores
from synqro.catalogue import Product
from synqro.core.clock import now
from synqro.core.db import db, transaction
from synqro.core.errors import Changed
from synqro.listings.errors import ProductArchived
from synqro.listings.fields import Changes, Fields
from synqro.listings.history import Why
from synqro.listings.models import Listing, PriceCause, Status
from synqro.listings.reading import Offered, offered
from synqro.listings.rows import STOREFRONT, charged, move, reprice, unfinished
from synqro.listings.rules import refuse, wrong_offer
from synqro.stores import NOBODY, By


@transaction()
def edit(
    store_id: str,
    listing_id: str,
    *,
    version: int | None = None,
    by: By = NOBODY,
    **given: Unpack[Changes],
) -> Offered:
    """Change the fields given; the rest stays. A price is base and current price at once.

    On the storefront, price, title and quantity are those of the product and its variant.
    Raises ListingNotFound, ListingEnded, ProductArchived, Invalid naming every wrong field,
    and Changed if the listing is no longer at `version`.
    """
    listing, product = unfinished(store_id, listing_id)
    if version is not None and version != listing.version:
        raise Changed("Someone else changed this listing a moment ago.")
    if given.get("status") is Status.ACTIVE and product.status is catalogue.Status.ARCHIVED:
        raise ProductArchived("This product is archived. Restore it first.")
    refuse(wrong_offer(given, listing, product.currency))
    keep(listing, product, given, by)
    if "status" in given and given["status"] is not listing.status:
        move(listing, given["status"])
    return shelved(listing)


@transaction()
def end(store_id: str, listing_id: str) -> Offered:
    """Take a listing down for good. Raises ListingNotFound, ListingEnded."""
    listing, _ = unfinished(store_id, listing_id)
    move(listing, Status.ENDED)
    return shelved(listing)


def keep(listing: Listing, product: Product, given: Fields, by: By) -> None:
    """Write what is `given`, which was checked, on a listing, and through to its product."""
    for name in ("min_price", "max_price"):
        if name in given:
            setattr(listing, name, given[name])
    if "price" in given:
        reprice(listing, given["price"], Why(PriceCause.SET, by), base=True)
    listing.updated_at = now()
    db.session.flush()
    if listing.marketplace == STOREFRONT:
        _through(listing, product, given, by)
    else:
        listing.title = given.get("title", listing.title)
        listing.quantity = given.get("quantity", listing.quantity)


def shelved(listing: Listing) -> Offered:
    """Bring the shelf into step with a listing that was written, and show it."""
    db.session.flush()
    if listing.marketplace == STOREFRONT:
        catalogue.put_on_shelf(listing.store_id, {listing.variant_id: charged(listing)})
    return offered([listing])[0]


def _through(listing: Listing, product: Product, given: Fields, by: By) -> None:
    stores.steady(listing.store_id)  # before a variant is locked
    where = listing.store_id, listing.variant_id
    if "price" in given:
        catalogue.set_price(*where, given["price"])
    if "quantity" in given:
        catalogue.set_stock(*where, given["quantity"], by=by, counted=False)
    # One product has one title on the storefront, whichever of its listings names it.
    if (title := given.get("title")) and title != product.title:
        catalogue.edit_product(listing.store_id, product.id, by=by, title=title)
