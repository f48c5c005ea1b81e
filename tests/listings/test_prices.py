"""What a listing's history says of its price: when, from what to what, why and by whom."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from synqro import catalogue, listings, stores
from synqro.core.db import db
from synqro.core.errors import Invalid
from synqro.core.pages import InvalidCursor
from synqro.listings import PriceCause, Status
from synqro.stores import By
from tests import makers
from tests.listings.test_reading import read_whole

ROBIN = By(person_id="per_robin")
PRINTER = By(key_id="key_printer")


@pytest.fixture
def vase(store: stores.Store) -> catalogue.Product:
    return makers.product(store)


@pytest.fixture
def listing(store: stores.Store, vase: catalogue.Product) -> listings.Listing:
    [offered] = listings.listed(store.id).data
    return offered.listing


def told(store: stores.Store, listing: listings.Listing) -> list[tuple[Any, ...]]:
    """The history from the first change on: cause, price and base price before and after."""
    rows = listings.prices(store.id, listing.id).data[::-1]
    return [(r.cause, r.price_before, r.price, r.base_before, r.base_price) for r in rows]


def test_every_way_a_price_changes(store: stores.Store, listing: listings.Listing) -> None:
    listings.edit(store.id, listing.id, price=3000, by=ROBIN)
    listings.set_price(
        store.id, listing.id, 2700, expected_version=2, by=PRINTER, reason="Sells slowly",
        rule_id="rule_1", run_id="run_1",
    )  # fmt: skip
    catalogue.edit_product(store.id, listing.product_id, price=3000, by=PRINTER)
    assert told(store, listing) == [
        (PriceCause.LISTED, None, 2800, None, 2800),
        (PriceCause.SET, 2800, 3000, 2800, 3000),
        (PriceCause.REPRICED, 3000, 2700, 3000, 3000),
        (PriceCause.PRODUCT, 2700, 3000, 3000, 3000),
    ]
    rows = listings.prices(store.id, listing.id).data[::-1]
    assert [(row.person_id, row.key_id) for row in rows] == [
        (None, None), ("per_robin", None), (None, "key_printer"), (None, "key_printer"),
    ]  # fmt: skip
    assert [row.number for row in rows] == [1, 2, 3, 4]
    assert {(row.store_id, row.currency) for row in rows} == {(store.id, "EUR")}
    assert (rows[2].reason, rows[2].rule_id, rows[2].run_id) == ("Sells slowly", "rule_1", "run_1")


def test_what_changes_nothing_is_no_change(store: stores.Store, listing: listings.Listing) -> None:
    listings.edit(store.id, listing.id, price=2800, min_price=2000, by=ROBIN)
    listings.edit(store.id, listing.id, title="Wave", status=Status.PAUSED, by=ROBIN)
    listings.set_price(store.id, listing.id, 2800, expected_version=1)
    catalogue.edit_product(store.id, listing.product_id, price=2800, title="Sea", by=ROBIN)
    catalogue.archive_product(store.id, listing.product_id)
    assert len(told(store, listing)) == 1
    assert (listing.price_version, listing.status) == (1, Status.PAUSED)


def test_a_base_price_alone_may_change(store: stores.Store, listing: listings.Listing) -> None:
    listings.set_price(store.id, listing.id, 3000, expected_version=1)
    catalogue.edit_product(store.id, listing.product_id, price=3000)
    assert told(store, listing)[-1] == (PriceCause.PRODUCT, 3000, 3000, 2800, 3000)


def test_what_is_refused_leaves_no_trace(store: stores.Store, listing: listings.Listing) -> None:
    listings.edit(store.id, listing.id, max_price=2900)
    with pytest.raises(Invalid):
        catalogue.edit_product(store.id, listing.product_id, price=3000)
    with pytest.raises(Invalid):
        listings.edit(store.id, listing.id, price=3000)
    assert len(told(store, listing)) == 1


def test_a_repriced_price_may_only_be_taken_back_inside_its_bounds(
    store: stores.Store, listing: listings.Listing
) -> None:
    listings.set_price(store.id, listing.id, 2500, expected_version=1)
    listings.edit(store.id, listing.id, max_price=2600)
    catalogue.edit_product(store.id, listing.product_id, title="Wave")
    with pytest.raises(Invalid) as refused:
        catalogue.edit_product(store.id, listing.product_id, price=2800)
    fields: Any = refused.value.facts["fields"]
    assert [(f["field"], f["code"]) for f in fields] == [("price", "above_max_price")]


def test_one_that_is_listed_by_hand_begins_at_its_own_price(
    store: stores.Store, listing: listings.Listing
) -> None:
    listings.end(store.id, listing.id)
    facts = {"product_id": listing.product_id, "price": 2100}
    again = listings.create(store.id, "storefront", by=ROBIN, **facts).listing
    assert told(store, again) == [(PriceCause.LISTED, None, 2100, None, 2100)]
    assert listings.prices(store.id, again.id).data[0].person_id == "per_robin"
    made = listings.create_with_product(
        store.id, "storefront", product={"title": "Pot", "price": 900}, by=PRINTER
    ).listing
    assert told(store, made) == [(PriceCause.LISTED, None, 900, None, 900)]


def test_pages_of_a_history(
    store: stores.Store, twin: stores.Store, listing: listings.Listing
) -> None:
    for price in range(2801, 2806):
        listings.edit(store.id, listing.id, price=price)
    first = listings.prices(store.id, listing.id, limit=4)
    rest = listings.prices(store.id, listing.id, cursor=first.next_cursor, limit=4)
    assert [row.number for row in (*first.data, *rest.data)] == [6, 5, 4, 3, 2, 1]
    assert first.has_more and not rest.has_more
    for whose, wrong in ((twin, listing.id), (store, "lst_0"), (store, "a\0b"), (store, "x" * 999)):
        with pytest.raises(listings.ListingNotFound):
            listings.prices(whose.id, wrong)
    with pytest.raises(InvalidCursor):
        listings.prices(store.id, listing.id, cursor="nonsense")
    store_id, listing_id = store.id, listing.id
    assert read_whole(lambda: listings.prices(store_id, listing_id)) == []


def test_a_saved_form_leaves_a_repriced_price_alone_and_a_typed_price_does_not(
    console: FlaskClient, store: stores.Store, listing: listings.Listing
) -> None:
    listings.set_price(store.id, listing.id, 2500, expected_version=1)
    [variant] = catalogue.find(store.id, listing.product_id).variants
    form = {
        "title": "Wave", "price": "28.00", "stock": "3", "was": "3", "counted": "yes",
        "id": variant.id, "version": "1",
    }  # fmt: skip
    path = f"/console/products/{listing.product_id}"
    assert console.post(path, data=form).status_code == 303
    assert [row[2] for row in told(store, listing)] == [2800, 2500]
    assert console.post(path, data={**form, "price": "28.01", "version": "2"}).status_code == 303
    assert told(store, listing)[-1] == (PriceCause.PRODUCT, 2500, 2801, 2800, 2801)
    last = listings.prices(store.id, listing.id).data[0]
    assert last.person_id and last.key_id is None


def test_many_at_once_are_numbered_without_a_gap(
    app: Flask, store: stores.Store, listing: listings.Listing
) -> None:
    store_id, listing_id, product_id = store.id, listing.id, listing.product_id
    db.session.rollback()

    def change(at: int) -> None:
        with app.app_context():
            if at % 2:
                listings.edit(store_id, listing_id, price=3000 + at)
            else:
                catalogue.edit_product(store_id, product_id, price=3000 + at)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(change, range(8)))
    rows = listings.prices(store_id, listing_id).data[::-1]
    assert [row.number for row in rows] == list(range(1, 10))
    assert [row.price_before for row in rows[1:]] == [row.price for row in rows[:-1]]
