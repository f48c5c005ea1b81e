"""Offering something: a product that exists, or one that is made with its listing."""

from collections.abc import Iterator
from typing import Unpack, cast

from synqro import catalogue, stores
from synqro.catalogue import Product, Variant
from synqro.core.db import transaction
from synqro.core.errors import field_error
from synqro.listings.connected import refuse_unconnected
from synqro.listings.editing import keep, shelved
from synqro.listings.errors import AlreadyListed, ProductArchived
from synqro.listings.fields import Fields
from synqro.listings.history import note_begun
from synqro.listings.reading import Offered, open_one
from synqro.listings.rows import begun
from synqro.listings.rules import Wrong, refuse, wrong_offer
from synqro.stores import NOBODY, By

SEVERAL = "This product has several variants. Say which one."
OWN = {"price": "price", "stock": "quantity", "title": "title"}  # of product and listing


@transaction()
def create(
    store_id: str,
    marketplace: str,
    *,
    product_id: str,
    variant_id: str | None = None,
    by: By = NOBODY,
    **given: Unpack[Fields],
) -> Offered:
    """Offer a variant of a product on a marketplace, at once.

    Raises MarketplaceNotConnected, ProductNotFound, ProductArchived, AlreadyListed (with
    `listing_id`), Invalid naming every wrong field.
    """
    refuse_unconnected(store_id, marketplace)
    catalogue.find(store_id, product_id)
    product = catalogue.locked(store_id, product_id)
    variant = _chosen(product, variant_id)
    if product.status is catalogue.Status.ARCHIVED:
        raise ProductArchived("This product is archived. Restore it first.")
    _refuse_twice(variant, marketplace)
    refuse(wrong_offer(given, None, product.currency))
    return _begun(product, variant, marketplace, given, by)


@transaction()
def create_with_product(
    store_id: str,
    marketplace: str,
    *,
    product: catalogue.Fields,
    by: By = NOBODY,
    **given: Unpack[Fields],
) -> Offered:
    """Make a product of one variant and offer it, at once. What the listing says goes first.

    Raises MarketplaceNotConnected, and Invalid naming every wrong field, those of the
    product below `product.`.
    """
    refuse_unconnected(store_id, marketplace)
    whole = product | _of_product(given)
    refuse(_all_wrong(store_id, product, whole, given))
    made = catalogue.create_product(store_id, listed=False, by=by, **whole)
    [variant] = made.variants
    return _begun(made, variant, marketplace, given | {"price": variant.price}, by)


def _of_product(given: Fields) -> catalogue.Fields:
    said = {name: given[own] for name, own in OWN.items() if given.get(own) is not None}  # type: ignore[literal-required]
    return cast(catalogue.Fields, said)


def _all_wrong(
    store_id: str, product: catalogue.Fields, whole: catalogue.Fields, given: Fields
) -> list[Wrong]:
    """Say what is wrong with a product and its listing, each field where it was given."""
    places = {
        name: own if own in given or name not in product else f"product.{name}"
        for name, own in OWN.items()
    }
    offered = given if whole.get("price") is None else given | {"price": whole["price"] or 0}
    found = [
        {**problem, "field": places.get(problem["field"], f"product.{problem['field']}")}
        for problem in catalogue.wrong_in(store_id, **whole)
    ]
    found += _two_counts(product, given)
    for problem in wrong_offer(offered, None, stores.by_id(store_id).currency):
        where = places["price"] if problem["field"] == "price" else problem["field"]
        found.append({**problem, "field": where})
    return list({problem["field"]: problem for problem in found}.values())


def _two_counts(product: catalogue.Fields, given: Fields) -> Iterator[Wrong]:
    counts = {product.get("stock"), given.get("quantity")} - {None}
    if len(counts) > 1:
        say = "This is not what product.stock says. Send one of them."
        yield {"field": "quantity", "code": "not_product_stock", "message": say}


def _chosen(product: Product, variant_id: str | None) -> Variant:
    found = [variant for variant in product.variants if variant_id in (None, variant.id)]
    if not found:
        raise catalogue.ProductNotFound("This product has no such variant.")
    if len(found) > 1:
        raise field_error("variant_id", "variant_required", SEVERAL)
    return found[0]


def _refuse_twice(variant: Variant, marketplace: str) -> None:
    if there := open_one(variant.store_id, variant.id, marketplace):
        say = f"This is offered on {marketplace} already."
        raise AlreadyListed(say, listing_id=there.listing.id)


def _begun(product: Product, variant: Variant, marketplace: str, given: Fields, by: By) -> Offered:
    price = given.get("price", variant.price)
    listing = begun(variant, marketplace, product.currency, price=price)
    note_begun([listing], by)
    keep(listing, product, given, by)
    return shelved(listing)
