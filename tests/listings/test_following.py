"""What becomes of the storefront's listings when their product changes."""

from typing import Any

import pytest

from synqro import catalogue, listings, stores
from synqro.core.db import db
from synqro.core.errors import Changed, Invalid
from synqro.listings import ARCHIVED, Listing, Status
from tests import makers

SIZES = [{"name": "Size", "values": ["S", "M", "L"]}]


def rows(product: catalogue.Product) -> dict[str, Listing]:
    """The newest listing of each of its variants, by size."""
    found = db.session.scalars(
        db.select(Listing).filter_by(product_id=product.id).order_by(Listing.id)
    )
    every = db.session.scalars(db.select(catalogue.Variant).filter_by(product_id=product.id))
    sizes = {variant.id: variant.options.get("Size", "") for variant in every}
    return {sizes[row.variant_id]: row for row in found}


def keep_only(store: stores.Store, product: catalogue.Product, *sizes: str) -> None:
    variants: list[catalogue.VariantFields] = [{"options": {"Size": size}} for size in sizes]
    catalogue.edit_product(store.id, product.id, price=2800, variants=variants)


def standing(product: catalogue.Product) -> dict[str, tuple[Status, str | None]]:
    return {size: (row.status, row.status_reason) for size, row in rows(product).items()}


@pytest.fixture
def vase(store: stores.Store) -> catalogue.Product:
    return makers.product(store, options=SIZES)


def test_every_variant_is_offered_at_its_price(vase: catalogue.Product) -> None:
    found = rows(vase).values()
    assert len(found) == 3
    assert {(row.price, row.base_price, row.price_version) for row in found} == {(2800, 2800, 1)}
    assert {row.status for row in found} == {Status.ACTIVE}


def test_one_that_is_not_listed_is_offered_nowhere(store: stores.Store) -> None:
    product = makers.product(store, options=SIZES, listed=False)
    keep_only(store, product, "S", "M")
    assert rows(product) == {}
    assert product.on_shelf == [] and len(product.variants) == 2


def test_variants_that_come_and_go(store: stores.Store, vase: catalogue.Product) -> None:
    keep_only(store, vase, "S", "M")
    assert standing(vase)["L"] == (Status.ENDED, "The product no longer has this variant.")
    keep_only(store, vase, "S", "M", "L")
    assert standing(vase)["L"] == (Status.ACTIVE, None)


def test_other_options_bring_other_listings(store: stores.Store, vase: catalogue.Product) -> None:
    colours = [{"name": "Colour", "values": ["Moss"]}]
    catalogue.edit_product(store.id, vase.id, price=2800, options=colours)
    [variant] = vase.on_shelf
    assert variant.shelf_price == 2800
    assert {row.status for size, row in rows(vase).items() if size} == {Status.ENDED}


def test_what_a_person_ended_stays_off(store: stores.Store, vase: catalogue.Product) -> None:
    ended = rows(vase)["S"]
    listings.end(store.id, ended.id)
    catalogue.edit_product(store.id, vase.id, price=3000)
    assert [v.options["Size"] for v in vase.on_shelf] == ["M", "L"]
    for size in ("M", "L"):
        listings.end(store.id, rows(vase)[size].id)
    keep_only(store, vase, "M", "L")
    keep_only(store, vase, "S", "M", "L")
    assert vase.on_shelf == []


def test_a_new_variant_of_a_paused_product_is_paused(
    store: stores.Store, vase: catalogue.Product
) -> None:
    keep_only(store, vase, "S", "M")
    for size in ("S", "M"):
        listings.edit(store.id, rows(vase)[size].id, status=Status.PAUSED)
    keep_only(store, vase, "S", "M", "L")
    assert standing(vase)["L"] == (Status.PAUSED, None)


def test_archived_and_restored(store: stores.Store, vase: catalogue.Product) -> None:
    keep_only(store, vase, "S", "M")
    listings.edit(store.id, rows(vase)["S"].id, status=Status.PAUSED)
    catalogue.archive_product(store.id, vase.id)
    keep_only(store, vase, "S", "M", "L")
    assert standing(vase) == {
        "S": (Status.PAUSED, None), "M": (Status.PAUSED, ARCHIVED), "L": (Status.PAUSED, ARCHIVED),
    }  # fmt: skip
    catalogue.restore_product(store.id, vase.id)
    assert [v.options["Size"] for v in vase.on_shelf] == ["M", "L"]


def reprice(store: stores.Store, row: Listing, price: int, version: int = 1) -> listings.Offered:
    return listings.set_price(store.id, row.id, price, expected_version=version)


def test_a_repriced_listing_keeps_its_price_until_a_person_sets_another(
    store: stores.Store, vase: catalogue.Product
) -> None:
    small = rows(vase)["S"]
    repriced = reprice(store, small, 2500).listing
    assert (repriced.price, repriced.base_price, repriced.price_version) == (2500, 2800, 2)
    catalogue.edit_product(store.id, vase.id, title="Wave")
    assert [v.current_price for v in vase.on_shelf] == [2500, 2800, 2800]
    catalogue.edit_product(store.id, vase.id, price=2900)
    assert [v.current_price for v in vase.on_shelf] == [2900, 2900, 2900]
    assert small.price_version == 3


def test_the_price_there_is_said_again_takes_back_what_a_repricer_did(
    store: stores.Store, vase: catalogue.Product
) -> None:
    reprice(store, rows(vase)["S"], 2500)
    reprice(store, rows(vase)["M"], 2600)
    variants: list[catalogue.VariantFields] = [
        {"options": {"Size": size}} for size in ("S", "M", "L")
    ]
    catalogue.edit_product(store.id, vase.id, title="Wave", variants=variants)
    assert [v.current_price for v in vase.on_shelf] == [2500, 2600, 2800]
    variants[1]["price"] = 2800
    catalogue.edit_product(store.id, vase.id, variants=variants)
    assert [v.current_price for v in vase.on_shelf] == [2500, 2800, 2800]
    catalogue.edit_product(store.id, vase.id, price=2800)
    assert [v.current_price for v in vase.on_shelf] == [2800, 2800, 2800]


def test_of_two_that_set_a_price_one_loses(store: stores.Store, vase: catalogue.Product) -> None:
    small = rows(vase)["S"]
    reprice(store, small, 2500)
    with pytest.raises(Changed):
        reprice(store, small, 2600)
    assert vase.variants[0].shelf_price == 2500
    same = reprice(store, small, 2500, version=2)
    assert same.listing.price_version == 2


def test_a_person_sets_the_price_that_a_repricer_moved(
    store: stores.Store, vase: catalogue.Product
) -> None:
    small = rows(vase)["S"]
    reprice(store, small, 2500)
    listings.edit(store.id, small.id, price=2800)
    assert (small.price, small.base_price, small.price_version) == (2800, 2800, 3)


def test_a_repricer_keeps_the_bounds_and_what_can_be_charged(
    store: stores.Store, vase: catalogue.Product
) -> None:
    small = rows(vase)["S"]
    listings.edit(store.id, small.id, min_price=2000, max_price=3000)
    for price, code in ((1999, "below_min_price"), (3001, "above_max_price"), (10, None)):
        with pytest.raises(Invalid) as refused:
            reprice(store, small, price)
        fields: Any = refused.value.facts["fields"]
        assert fields[0]["code"] == (code or "amount_too_small")
    assert small.price == 2800


def test_a_paused_listing_takes_a_price_and_shows_it_later(
    store: stores.Store, vase: catalogue.Product
) -> None:
    small = rows(vase)["S"]
    listings.edit(store.id, small.id, status=Status.PAUSED)
    reprice(store, small, 2500)
    assert vase.variants[0].shelf_price is None
    listings.edit(store.id, small.id, status=Status.ACTIVE)
    assert vase.variants[0].shelf_price == 2500


def test_ended_ones_and_foreign_ones_take_no_price(
    store: stores.Store, twin: stores.Store, vase: catalogue.Product
) -> None:
    small = rows(vase)["S"]
    with pytest.raises(listings.ListingNotFound):
        reprice(twin, small, 2500)
    listings.end(store.id, small.id)
    with pytest.raises(listings.ListingEnded):
        reprice(store, small, 2500)


def test_bounds_are_named_where_each_price_was_given(
    store: stores.Store, vase: catalogue.Product
) -> None:
    for size in ("S", "L"):
        listings.edit(store.id, rows(vase)[size].id, max_price=3000)
    variants: list[catalogue.VariantFields] = [
        {"options": {"Size": size}, "price": price}
        for size, price in (("M", 9000), ("L", 3001), ("S", 3000))
    ]
    with pytest.raises(Invalid) as refused:
        catalogue.edit_product(store.id, vase.id, title="Wave", variants=variants)
    fields: Any = refused.value.facts["fields"]
    assert [(f["field"], f["code"]) for f in fields] == [("variants.1.price", "above_max_price")]
    db.session.expire_all()
    assert catalogue.find(store.id, vase.id).title == "Ripple vase"


def test_a_variant_alone_is_priced(store: stores.Store, vase: catalogue.Product) -> None:
    version = vase.version
    listings.edit(store.id, rows(vase)["M"].id, price=3100)
    assert [v.price for v in vase.variants] == [2800, 3100, 2800]
    assert [v.shelf_price for v in vase.variants] == [2800, 3100, 2800]
    assert vase.version > version
    with pytest.raises(Changed):
        catalogue.edit_product(store.id, vase.id, version=version, price=2800)
