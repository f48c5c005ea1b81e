"""The storefront's listings follow the products: made, edited, archived and restored."""

from collections.abc import Sequence

from synqro import catalogue
from synqro.catalogue import Change, Deed, Product
from synqro.core.db import db
from synqro.listings.history import Why, note_begun
from synqro.listings.models import Listing, PriceCause, Status
from synqro.listings.rows import STOREFRONT, begun, charged, move, of_storefront, reprice
from synqro.listings.rules import Wrong, outside, refuse

ARCHIVED = "The product is archived."
GONE = "The product no longer has this variant."
Standing = tuple[Status, str | None]
ON: Standing = (Status.ACTIVE, None)
WAITING: Standing = (Status.PAUSED, ARCHIVED)


def follow_product(product: Product, change: Change) -> None:
    """Keep the storefront's listings of a product in step with it, in its transaction.

    Raises Invalid where a price leaves the bounds that its listing has.
    """
    if change.deed is Deed.UNLISTED:
        return
    if change.deed is Deed.LISTED:
        mine = [begun(variant, STOREFRONT, product.currency) for variant in product.variants]
        note_begun(mine, change.by)
    else:
        mine = list(of_storefront(product))
    if change.deed is Deed.EDITED:
        mine += _edited(product, change, mine)
    elif change.deed is Deed.ARCHIVED:
        _move(mine, ON, WAITING)
    elif change.deed is Deed.RESTORED:
        _move(mine, WAITING, ON)
    db.session.flush()
    nowhere = dict.fromkeys(variant.id for variant in product.variants)
    offered = {listing.variant_id: charged(listing) for listing in mine}
    catalogue.put_on_shelf(product.store_id, nowhere | offered)


def _edited(product: Product, change: Change, mine: Sequence[Listing]) -> list[Listing]:
    """Take over base prices and end what is gone; give back listings of the variants that came.

    They take after their siblings, so that a product that was taken off the shelf stays off.
    """
    status = _most_offered(mine)
    offered = {listing.variant_id: listing for listing in mine}
    variants = {variant.id: variant for variant in product.variants}
    wrong: list[Wrong] = []
    why = Why(PriceCause.PRODUCT, change.by)
    for listing in mine:
        if variant := variants.get(listing.variant_id):
            if variant.price != listing.base_price or (
                variant.id in change.priced and variant.price != listing.price
            ):
                field = f"{change.paths.get(variant.id, '')}price"
                bounds = listing.min_price, listing.max_price
                wrong += outside(field, variant.price, *bounds, product.currency)
                reprice(listing, variant.price, why, base=True)
        else:
            move(listing, Status.ENDED, GONE)
    refuse(wrong)
    came = [variants[key] for key in change.came if key in variants and key not in offered]
    new = [begun(v, STOREFRONT, product.currency, **status) for v in came] if status else []
    note_begun(new, change.by)
    return new


def _most_offered(mine: Sequence[Listing]) -> dict[str, Status | str | None]:
    """Give back where the most offered of these stands; nothing where there is none."""
    stands = {(listing.status, listing.status_reason) for listing in mine}
    if not stands:
        return {}
    found = next((one for one in (ON, WAITING) if one in stands), (Status.PAUSED, None))
    return {"status": found[0], "status_reason": found[1]}


def _move(mine: Sequence[Listing], old: Standing, new: Standing) -> None:
    for listing in mine:
        if (listing.status, listing.status_reason) == old:
            move(listing, *new)
