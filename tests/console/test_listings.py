"""Where everything is offered, and how each price came about, as the merchant sees it."""

import re
from html import unescape
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from synqro import catalogue, listings, orders, stores
from synqro.core.db import db
from synqro.listings import Listing, PriceCause, Status
from tests import makers
from tests.api.many import statements
from tests.makers import HTMX

LIST = "/console/listings"
SIZES = [{"name": "Size", "values": ["S", "L"]}]
assert orders  # the console counts them on every page


def words(text: str) -> str:
    return " ".join(unescape(re.sub("<[^>]+>", " ", text)).split())


def rows(answer: TestResponse) -> list[str]:
    """The words of each row of a page's table."""
    assert answer.status_code == 200, answer.text
    bodies = re.findall("<tbody>(.*?)</tbody>", answer.text, flags=re.S)
    return [words(row) for body in bodies for row in re.findall("<tr.*?</tr>", body, flags=re.S)]


def said(answer: TestResponse) -> dict[str, str]:
    """Which fields the page marks, and the sentence at each."""
    found = re.findall(r'<p class="err" id="([^"]+)-said"[^>]*><svg.*?</svg>(.*?)</p>', answer.text)
    return {field: unescape(sentence) for field, sentence in found}


def form(console: FlaskClient, path: str) -> dict[str, str]:
    """What the page's form holds."""
    page = console.get(path).text
    found = re.findall(r'<input[^>]* name="([a-z_]+)"[^>]* value="([^"]*)"', page)
    names = ("price", "min_price", "max_price", "was", "version")
    return {name: unescape(value) for name, value in found if name in names}


@pytest.fixture
def listing(store: stores.Store) -> Listing:
    makers.product(store, sku="VASE")
    return listings.listed(store.id).data[0].listing


@pytest.fixture
def path(listing: Listing) -> str:
    return f"{LIST}/{listing.id}"


def now(listing: Listing) -> Listing:
    db.session.rollback()
    return db.session.get_one(Listing, listing.id, populate_existing=True)


def followed(console: FlaskClient, answer: TestResponse) -> str:
    assert answer.status_code == 303, answer.text
    return words(console.get(answer.location).text)


def test_an_empty_shop_says_what_will_be_here(console: FlaskClient) -> None:
    page = words(console.get(LIST).text)
    assert "Nothing is offered yet" in page and "New product" in page


def test_the_list_says_where_how_and_at_what_price(
    console: FlaskClient, store: stores.Store
) -> None:
    product = makers.product(store, options=SIZES, title="Vase <b>")
    large, small = (offered.listing for offered in listings.listed(store.id).data)
    listings.set_price(store.id, small.id, 2500, expected_version=1)
    listings.edit(store.id, small.id, min_price=2000)
    listings.edit(store.id, large.id, min_price=2000, max_price=3000, status=Status.PAUSED)
    assert rows(console.get(LIST)) == [
        "Vase <b> L Your shop Paused €28.00 €20.00 to €30.00",
        "Vase <b> S Your shop On sale €25.00 base €28.00 €20.00 or more",
    ]
    catalogue.archive_product(store.id, product.id)
    assert "Paused The product is archived." in rows(console.get(LIST))[1]
    listings.end(store.id, large.id)
    assert "Taken down" in rows(console.get(LIST))[0]
    assert "page" in re.findall(
        r'href="/console/products"[^>]*aria-current="(\w+)"', console.get(LIST).text
    )


def test_the_list_is_narrowed_and_searched(console: FlaskClient, store: stores.Store) -> None:
    for title, sku in (("Ripple vase", "VASE"), ("Tall vase", "TALL"), ("Pot", "POT-1")):
        makers.product(store, title=title, sku=sku)
    pot = listings.listed(store.id, sku="POT-1").data[0].listing
    listings.edit(store.id, pot.id, status=Status.PAUSED)
    for asked, found in {
        "": ["Pot", "Tall vase", "Ripple vase"],
        "?status=active": ["Tall vase", "Ripple vase"],
        "?status=paused": ["Pot"],
        "?status=ended": [],
        "?q=vase": ["Tall vase", "Ripple vase"],
        "?q=VASE": ["Ripple vase"],  # it is a SKU
        "?q=VASE+tall": ["Tall vase"],
        "?q=pot&status=active": [],
        "?q=POT-1&status=paused&where=storefront": ["Pot"],
        "?status=nonsense&where=bazaar": ["Pot", "Tall vase", "Ripple vase"],
    }.items():
        page = console.get(LIST + asked).text
        titles = re.findall(r'<a class="name"[^>]*><bdi>(.*?)</bdi>', page)
        assert sorted(titles) == sorted(found), asked
    assert "Nothing is called “zebra”" in console.get(f"{LIST}?q=zebra").text


def test_pages_of_fifty_and_few_queries(console: FlaskClient, store: stores.Store) -> None:
    colours = [f"Colour {number}" for number in range(17)]
    sizes = {"name": "Size", "values": ["S", "M", "L"]}
    makers.product(store, options=[{"name": "Colour", "values": colours}, sizes])
    for query, most in {"": 5, "?status=active": 6, "?q=vase": 7}.items():
        found: list[TestResponse] = []
        asked = statements(lambda query=query, found=found: found.append(console.get(LIST + query)))
        [page] = found
        assert len(rows(page)) == 50
        assert len(asked) <= most, asked
    [more] = re.findall(r'href="([^"]+)">More listings', page.text)
    rest = console.get(unescape(more))
    assert len(rows(rest)) == 1 and "First page" in rest.text
    assert console.get(f"{LIST}?cursor=nonsense").status_code == 400


def test_price_and_limits_are_set(
    console: FlaskClient, store: stores.Store, listing: Listing, path: str
) -> None:
    typed = {**form(console, path), "price": "30,50", "min_price": "20", "max_price": "40"}
    assert "Listing saved" in followed(console, console.post(path, data=typed))
    row = now(listing)
    assert (row.price, row.base_price, row.min_price, row.max_price) == (3050, 3050, 2000, 4000)
    [variant] = catalogue.find(store.id, row.product_id).variants
    assert (variant.price, variant.shelf_price) == (3050, 3050)
    assert rows(console.get(path))[0].startswith("Set here €28.00 → to €30.50 €30.50")
    assert rows(console.get(path))[0].endswith("Robin Maker")
    typed = {**form(console, path), "min_price": "", "max_price": " "}
    console.post(path, data=typed)
    row = now(listing)
    assert (row.min_price, row.max_price, row.price) == (None, None, 3050)


def test_limits_alone_leave_a_repriced_price_and_a_typed_one_does_not(
    console: FlaskClient, store: stores.Store, listing: Listing, path: str
) -> None:
    listings.set_price(store.id, listing.id, 2500, expected_version=1, reason="Sells slowly")
    page = words(console.get(path).text)
    assert "Repriced from €28.00. A price you type replaces both." in page
    assert rows(console.get(path))[0].startswith("Repriced: Sells slowly €28.00 → to €25.00 €28.00")
    console.post(path, data={**form(console, path), "min_price": "20"})
    assert (now(listing).price, now(listing).base_price) == (2500, 2800)
    console.post(path, data={**form(console, path), "price": "28"})
    assert (now(listing).price, now(listing).base_price) == (2800, 2800)


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ({"price": ""}, {"price": "Enter a price."}),
        ({"price": "x", "min_price": "1.234"}, {
            "price": "Enter an amount like 24.99.",
            "min_price": "An amount in EUR has at most 2 decimals.",
        }),
        ({"price": "0.10", "min_price": "-1"}, {
            "price": "Stripe's smallest charge is €0.50.", "min_price": "Enter 0 or more.",
        }),
        ({"min_price": "30"}, {"price": "This is below the listing's lowest price, €30.00."}),
        ({"min_price": "30", "max_price": "20"}, {"max_price": "Enter the lowest price or more."}),
        ({"max_price": "9999999999"}, {"max_price": "Enter €999,999.99 or less."}),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_at_its_field_and_kept(
    console: FlaskClient, listing: Listing, path: str, typed: dict[str, str], wrong: dict[str, str]
) -> None:
    answer = console.post(path, data={**form(console, path), **typed})
    assert answer.status_code == 422
    assert said(answer) == wrong
    for name, value in typed.items():
        assert re.search(rf'name="{name}"[^>]* value="{re.escape(value)}"', answer.text)
    assert now(listing).version == listing.version


def test_two_at_once_are_told_of_each_other(
    console: FlaskClient, store: stores.Store, listing: Listing, path: str
) -> None:
    mine = {**form(console, path), "price": "31"}
    listings.set_price(store.id, listing.id, 2500, expected_version=1)
    answer = console.post(path, data=mine)
    assert answer.status_code == 409
    assert "It costs €25.00 now. What you typed is kept below" in words(answer.text)
    assert 'name="price" type="text" value="31"' in answer.text
    [version] = re.findall(r'name="version" value="(\d+)"', answer.text)
    assert console.post(path, data={**mine, "version": version}).status_code == 303
    assert now(listing).base_price == 3100


def test_a_listing_is_paused_and_resumed(
    console: FlaskClient, store: stores.Store, listing: Listing, path: str
) -> None:
    assert "Listing paused" in followed(console, console.post(f"{path}/pause"))
    assert catalogue.shelf(store.id).data == []
    assert "Resume" in console.get(path).text
    assert "Listing resumed" in followed(console, console.post(f"{path}/resume"))
    assert len(catalogue.shelf(store.id).data) == 1
    catalogue.archive_product(store.id, listing.product_id)
    answer = console.post(f"{path}/resume")
    assert answer.status_code == 409
    assert "This product is archived. Restore it first." in answer.text


def test_a_listing_is_taken_down_once_asked_and_listed_again(
    console: FlaskClient, store: stores.Store, listing: Listing, path: str
) -> None:
    listings.edit(store.id, listing.id, min_price=2000)
    question = console.get(f"{path}/end", headers=HTMX)
    assert "Take “Ripple vase” down?" in question.text and "<html" not in question.text
    assert "<html" in console.get(f"{path}/end").text
    assert "Listing taken down" in followed(console, console.post(f"{path}/end"))
    assert now(listing).status is Status.ENDED
    assert "This listing is over" in console.get(f"{path}/end").text
    refused: dict[str, Any] = {"/end": {}, "/pause": {}, "": {"price": "30"}}
    for act, typed in refused.items():
        answer = console.post(path + act, data=typed)
        assert answer.status_code == 409
        assert "This listing is over. List the product again." in answer.text
    answer = console.post(f"{path}/again")
    assert "Listed again" in followed(console, answer)
    again = listings.find(store.id, answer.location.rpartition("/")[2]).listing
    assert (again.status, again.price, again.min_price) == (Status.ACTIVE, 2800, 2000)
    assert listings.prices(store.id, again.id).data[0].cause is PriceCause.LISTED
    second = console.post(f"{path}/again")
    assert second.location == answer.location
    assert "offered on storefront already" in followed(console, second)


def test_the_history_says_who_and_goes_on_on_the_next_page(
    console: FlaskClient, store: stores.Store, listing: Listing, path: str
) -> None:
    key = stores.create_key(store.id, name="Label printer", scopes=["listings:write"])
    assert key
    key_id = stores.keys(store.id)[0].id
    by = {
        "Key “Label printer”": stores.By(key_id=key_id),
        "A key that is gone": stores.By(key_id="key_0"),
        "Someone who is gone": stores.By(person_id="per_0"),
        "Synqro": stores.NOBODY,
    }
    for number, who in enumerate(by.values()):
        listings.edit(store.id, listing.id, price=2900 + number, by=who)
    found = rows(console.get(path))
    for name, row in zip(by, found[-2::-1], strict=True):
        assert row.endswith(name), (name, row)
    assert found[-1].startswith("Listed €28.00 €28.00")
    for number in range(25):
        catalogue.edit_product(store.id, listing.product_id, price=3000 + number)
    page = console.get(path)
    assert len(rows(page)) == 25 and rows(page)[0].startswith("Set on the product €30.23")
    [older] = re.findall(r'href="([^"#]+)[^"]*">Older changes', page.text)
    assert len(rows(console.get(unescape(older)))) == 5


def test_another_shops_listing_is_not_found(console: FlaskClient, twin: stores.Store) -> None:
    makers.product(twin)
    foreign = listings.listed(twin.id).data[0].listing
    for at in (foreign.id, "lst_0", "%00", "x" * 300):
        for method, act in (("GET", ""), ("GET", "/end"), ("POST", ""), ("POST", "/again")):
            assert console.open(f"{LIST}/{at}{act}", method=method).status_code == 404
