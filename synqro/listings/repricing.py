"""Prices that nobody typed: the current one moves, the base stays where a person set it."""

from synqro.catalogue import wrong_price
from synqro.core.db import transaction
from synqro.core.errors import Changed
from synqro.listings.editing import shelved
from synqro.listings.history import Why
from synqro.listings.models import PriceCause
from synqro.listings.reading import Offered
from synqro.listings.rows import reprice, unfinished
from synqro.listings.rules import outside, refuse
from synqro.stores import NOBODY, By


@transaction()
def set_price(
    store_id: str,
    listing_id: str,
    price: int,
    *,
    expected_version: int,
    by: By = NOBODY,
    reason: str | None = None,
    rule_id: str | None = None,
    run_id: str | None = None,
) -> Offered:
    """Charge `price` (minor units) from now on, if the price is still at `expected_version`.

    The history keeps who asked for it, and by which rule in which run; `reason` is a sentence.
    Raises ListingNotFound, ListingEnded, Changed where somebody else set a price meanwhile,
    and Invalid where this one cannot be charged or leaves the listing's bounds.
    """
    listing, product = unfinished(store_id, listing_id)
    if listing.price_version != expected_version:
        raise Changed("The price was changed a moment ago. Look again.")
    bounds = listing.min_price, listing.max_price
    wrong = list(wrong_price("price", price, product.currency))
    refuse(wrong or list(outside("price", price, *bounds, product.currency)))
    why = Why(PriceCause.REPRICED, by, reason, rule_id, run_id)
    reprice(listing, price, why, base=False)
    return shelved(listing)
