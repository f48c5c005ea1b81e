"""Changes as the console shows them: with what they are of, in few queries."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from synqro import catalogue, listings
from synqro.catalogue import Image
from synqro.listings import Status
from synqro.repricer.models import Change
from synqro.repricer.reasoning import reason_line, sentences


@dataclass(frozen=True)
class ShownListing:
    """What a price is of. `price` is the one it has now, in minor units."""

    id: str
    product_id: str
    title: str
    options: dict[str, str]
    sku: str | None
    marketplace: str
    status: Status
    price: int
    currency: str
    picture: Image | None


@dataclass(frozen=True)
class ShownChange:
    """`line` says why in one line, `sentences` step by step."""

    change: Change
    listing: ShownListing
    line: str
    sentences: list[str]


def shown(store_id: str, changes: Sequence[Change]) -> list[ShownChange]:
    """Give back changes of one store in their order, each with its listing; three queries."""
    of = shown_listings(store_id, {change.listing_id for change in changes})
    return [
        ShownChange(change, of[change.listing_id], reason_line(change), sentences(change))
        for change in changes
    ]


def shown_listings(store_id: str, listing_ids: Collection[str]) -> dict[str, ShownListing]:
    """Give back these listings of the store, by id."""
    found = listings.several(store_id, listing_ids)
    pictures = catalogue.first_images(store_id, {one.listing.product_id for one in found})
    return {
        one.listing.id: ShownListing(
            id=one.listing.id,
            product_id=one.listing.product_id,
            title=one.title,
            options=one.variant.options,
            sku=one.variant.sku,
            marketplace=one.listing.marketplace,
            status=one.listing.status,
            price=one.listing.price,
            currency=one.listing.currency,
            picture=pictures.get(one.listing.product_id),
        )
        for one in found
    }
