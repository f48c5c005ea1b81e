"""/v1/listings as a developer meets it, and what a customer then sees and pays."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from synqro import catalogue, listings, stores
from synqro.core.db import db
from tests import makers
from tests.api.conftest import Call
from tests.makers import refusal, wrong

FIELDS = {
    "id", "object", "product_id", "variant_id", "sku", "marketplace", "external_id", "url",
    "title", "price", "base_price", "currency", "quantity", "status", "status_reason",
    "min_price", "max_price", "created_at", "updated_at",
}  # fmt: skip
VASE = {"title": "Ripple vase", "sku": "VASE-1", "stock": 3}
SIZES = [{"name": "Size", "values": ["S", "L"]}]


def made(call: Call, **facts: Any) -> dict[str, Any]:
    body = {"marketplace": "storefront", "price": 24.99, "product": VASE, **facts}
    answer = call("POST", "/listings", json={k: v for k, v in body.items() if v is not None})
    assert answer.status_code == 201, answer.text
    return dict(answer.get_json())


def listing_of(call: Call, product: catalogue.Product) -> dict[str, Any]:
    """The listing that came with a product of one variant."""
    [found] = [
        row
        for row in call("GET", "/listings").get_json()["data"]
        if row["product_id"] == product.id and row["status"] != "ended"
    ]
    return dict(found)


def config(client: FlaskClient, store: stores.Store, **headers: str) -> Any:
    return client.get(f"/api/storefront/config?key={store.publishable_key}", headers=headers)


def shown(client: FlaskClient, store: stores.Store) -> dict[str, float]:
    """What the shop offers: prices by title."""
    return {p["title"]: p["price"] for p in config(client, store).get_json()["products"]}


def test_a_new_product_is_offered_at_once(
    call: Call, client: FlaskClient, store: stores.Store
) -> None:
    found = made(call, min_price=20, max_price="30.50")
    assert set(found) == FIELDS
    assert found["id"].startswith("lst_")
    said = {
        "object": "listing", "sku": "VASE-1", "marketplace": "storefront", "external_id": None,
        "title": "Ripple vase", "price": 24.99, "base_price": 24.99, "currency": "EUR",
        "quantity": 3, "status": "active", "status_reason": None, "min_price": 20.0,
        "max_price": 30.5,
    }  # fmt: skip
    assert {name: found[name] for name in said} == said
    product = call("GET", f"/products/{found['product_id']}").get_json()
    assert (product["price"], product["listed"], product["stock"]) == (24.99, True, 3)
    assert product["variants"][0]["id"] == found["variant_id"]
    assert shown(client, store) == {"Ripple vase": 24.99}
    path = found["url"].partition("://")[2].partition("/")[2]
    assert "24.99" in client.get(f"/{path}").text
    assert call("GET", f"/listings/{found['id']}").get_json() == found
    assert call("GET", "/listings").get_json()["data"] == [found]


def test_its_price_is_what_an_order_costs(
    call: Call, client: FlaskClient, connected: stores.Store
) -> None:
    found = made(call)
    first = makers.buy(client, connected, found["product_id"]).get_json()
    assert first["total"] == 24.99
    answer = call("PATCH", f"/listings/{found['id']}", json={"price": 19.5})
    assert (answer.get_json()["price"], answer.get_json()["base_price"]) == (19.5, 19.5)
    assert call("GET", f"/products/{found['product_id']}").get_json()["price"] == 19.5
    assert shown(client, connected) == {"Ripple vase": 19.5}
    assert makers.buy(client, connected, found["product_id"]).get_json()["total"] == 19.5
    token = {"token": first["order_token"], "key": connected.publishable_key}
    open_one = client.get("/api/storefront/order", query_string=token).get_json()
    assert open_one["total"] == 24.99
    makers.press(client, first["checkout_url"])
    assert call("POST", f"/listings/{found['id']}/end").get_json()["status"] == "ended"
    gone = makers.buy(client, connected, found["product_id"])
    assert refusal(gone) == (404, "product_not_found")


def test_what_is_ended_is_gone_from_the_shop(
    call: Call, client: FlaskClient, store: stores.Store
) -> None:
    found = made(call)
    before = config(client, store)
    answer = call("POST", f"/listings/{found['id']}/end")
    assert (answer.status_code, answer.get_json()["status"]) == (200, "ended")
    assert answer.get_json()["url"] is None
    after = config(client, store, If_None_Match=before.headers["ETag"])
    assert (after.status_code, after.get_json()["products"]) == (200, [])
    page = f"/s/{store.publishable_key}/products/{found['product_id']}"
    assert client.get(page).status_code == 404
    asked = {"product_id": found["product_id"], "customer": makers.BUYER}
    quote = client.post(f"/api/storefront/quote?key={store.publishable_key}", json=asked)
    assert refusal(quote) == (404, "product_not_found")
    for method, path in (("POST", "/end"), ("PATCH", "")):
        again = call(method, f"/listings/{found['id']}{path}", json={})
        assert refusal(again) == (409, "listing_ended")
    call("PATCH", f"/products/{found['product_id']}", json={"title": "Wave vase", "price": 30})
    assert shown(client, store) == {}
    again = made(call, product=None, product_id=found["product_id"], price=21)
    assert again["id"] != found["id"]
    assert shown(client, store) == {"Wave vase": 21.0}


def test_a_paused_listing_comes_back(call: Call, client: FlaskClient, store: stores.Store) -> None:
    path = f"/listings/{made(call)['id']}"
    assert call("PATCH", path, json={"status": "paused"}).get_json()["status"] == "paused"
    assert shown(client, store) == {}
    assert call("PATCH", path, json={"price": 12}).get_json()["price"] == 12.0
    assert shown(client, store) == {}
    call("PATCH", path, json={"status": "active"})
    assert shown(client, store) == {"Ripple vase": 12.0}


def test_an_archived_product_waits_with_its_listing(
    call: Call, client: FlaskClient, store: stores.Store
) -> None:
    found = made(call)
    path = f"/listings/{found['id']}"
    call("PATCH", f"/products/{found['product_id']}", json={"status": "archived"})
    waiting = call("GET", path).get_json()
    assert (waiting["status"], waiting["status_reason"]) == ("paused", "The product is archived.")
    assert refusal(call("PATCH", path, json={"status": "active"})) == (409, "product_archived")
    body = {"marketplace": "storefront", "product_id": found["product_id"], "price": 5}
    assert refusal(call("POST", "/listings", json=body)) == (409, "product_archived")
    call("PATCH", f"/products/{found['product_id']}", json={"status": "active"})
    assert call("GET", path).get_json()["status_reason"] is None
    assert shown(client, store) == {"Ripple vase": 24.99}


def test_nothing_is_offered_twice_in_one_place(call: Call, store: stores.Store) -> None:
    found = made(call)
    body = {"marketplace": "storefront", "product_id": found["product_id"], "price": 5}
    answer = call("POST", "/listings", json=body)
    assert refusal(answer) == (409, "already_listed")
    assert answer.get_json()["error"]["listing_id"] == found["id"]


@pytest.mark.parametrize("product", [{}, {"product_id": "prd_unknown"}, {"product": VASE}])
def test_a_marketplace_has_to_be_connected(
    call: Call, store: stores.Store, product: dict[str, Any]
) -> None:
    body = {"marketplace": "ebay", "price": 5, **product}
    answer = call("POST", "/listings", json=body)
    if not product:
        assert wrong(answer) == {"product_id": "required"}
    else:
        assert refusal(answer) == (409, "marketplace_not_connected")
    assert catalogue.listing(store.id).data == []


def test_one_of_several_variants_is_named(
    call: Call, client: FlaskClient, store: stores.Store
) -> None:
    product = makers.product(store, options=SIZES, listed=False)
    body = {"marketplace": "storefront", "product_id": product.id, "price": 31}
    assert wrong(call("POST", "/listings", json=body)) == {"variant_id": "variant_required"}
    large = next(v for v in product.variants if v.options["Size"] == "L")
    assert made(call, product=None, **body, variant_id=large.id)["variant_id"] == large.id
    [shelved] = config(client, store).get_json()["products"]
    assert [(v["options"], v["price"]) for v in shelved["variants"]] == [({"Size": "L"}, 31.0)]
    page = client.get(f"/s/{store.publishable_key}/products/{product.id}").text
    assert "sold out" in page and "31.00" in page


def test_title_and_quantity_are_the_products(
    call: Call, client: FlaskClient, store: stores.Store
) -> None:
    product = makers.product(store, listed=False)
    found = made(call, product=None, product_id=product.id, title="Wave vase", quantity=7)
    assert (found["title"], found["quantity"]) == ("Wave vase", 7)
    [shelved] = config(client, store).get_json()["products"]
    assert (shelved["title"], shelved["variants"][0]["stock"]) == ("Wave vase", 7)
    catalogue.set_stock(store.id, found["variant_id"], 2)
    path = f"/listings/{found['id']}"
    assert call("GET", path).get_json()["quantity"] == 2
    uncounted = call("PATCH", path, json={"quantity": None, "title": None}).get_json()
    assert (uncounted["quantity"], uncounted["title"]) == (None, "Wave vase")
    assert call("PATCH", path, json={"title": "Ripple"}).get_json()["title"] == "Ripple"
    assert shown(client, store) == {"Ripple": 24.99}


def test_a_new_product_takes_what_the_listing_says(call: Call, store: stores.Store) -> None:
    facts = {"title": "Hook", "price": "9.50", "stock": 4, "tags": ["desk"], "cost": 2}
    found = made(call, product=facts, price=None, quantity=4)
    assert (found["price"], found["quantity"], found["title"]) == (9.5, 4, "Hook")
    other = made(call, product={"title": "Clip", "price": 5}, price=6, quantity=2)
    product = call("GET", f"/products/{other['product_id']}").get_json()
    assert (product["price"], product["stock"], other["base_price"]) == (6.0, 2, 6.0)


def test_prices_stay_within_their_bounds(
    call: Call, client: FlaskClient, store: stores.Store
) -> None:
    found = made(call, min_price=20, max_price=30)
    path, product = f"/listings/{found['id']}", f"/products/{found['product_id']}"
    for body, code in (
        ({"price": 19.99}, "below_min_price"),
        ({"price": 30.01}, "above_max_price"),
        ({"min_price": 25}, "below_min_price"),
        ({"max_price": 24}, "above_max_price"),
    ):
        assert wrong(call("PATCH", path, json=body)) == {"price": code}
    for body, code in (({"price": 19.99}, "below_min_price"), ({"price": 31}, "above_max_price")):
        answer = call("PATCH", product, json={**body, "title": "Wave"})
        assert wrong(answer) == {"price": code}
    assert shown(client, store) == {"Ripple vase": 24.99}
    assert call("GET", product).get_json()["title"] == "Ripple vase"
    crossed = call("PATCH", path, json={"min_price": 26, "max_price": 25})
    assert wrong(crossed) == {"max_price": "below_min_price"}
    moved = call("PATCH", path, json={"price": 40, "min_price": None, "max_price": 40})
    assert (moved.get_json()["min_price"], moved.get_json()["max_price"]) == (None, 40.0)
    bounds = {"min_price": 5, "max_price": 4, "product_id": "prd_1"}
    body = {"marketplace": "storefront", "price": 5, **bounds}
    assert refusal(call("POST", "/listings", json=body)) == (404, "product_not_found")


def test_lists_are_narrowed(call: Call, store: stores.Store) -> None:
    first, second = made(call), made(call, product={"title": "Hook", "sku": "HOOK"})
    call("POST", f"/listings/{first['id']}/end")

    def ids(query: str) -> list[str]:
        return [row["id"] for row in call("GET", f"/listings?{query}").get_json()["data"]]

    assert ids("") == [second["id"], first["id"]]
    assert ids("status=ended") == [first["id"]]
    assert ids("status=active&marketplace=storefront") == [second["id"]]
    assert ids("sku=VASE-1") == [first["id"]]
    assert ids("sku=HOOK&status=ended") == ids("sku=none") == ids("marketplace=ebay") == []
    page = call("GET", "/listings?limit=1").get_json()
    assert [row["id"] for row in page["data"]] == [second["id"]]
    assert ids(f"limit=1&cursor={page['next_cursor']}") == [first["id"]]


@pytest.mark.parametrize("query", ["status=sold", "limit=0", "shop=1", "cursor=x", "sku=%00"])
def test_a_wrong_parameter_is_a_400(call: Call, query: str) -> None:
    assert refusal(call("GET", f"/listings?{query}")) == (400, "invalid_parameter")


NEW = {"marketplace": "storefront", "price": 5, "product": {"title": "Hook"}}
BOTH = {"min_price": "too_small", "max_price": "invalid_amount"}


def new(**facts: Any) -> dict[str, Any]:
    return {**NEW, "product": {"title": "Hook", **facts}}


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, {"marketplace": "required", "product_id": "required", "price": "required"}),
        ({**NEW, "marketplace": "E Bay"}, {"marketplace": "invalid_format"}),
        ({**NEW, "price": 0}, {"price": "invalid_amount"}),
        ({**NEW, "price": 0.2}, {"price": "amount_too_small"}),
        ({**NEW, "price": 5.001}, {"price": "too_many_decimals"}),
        ({**NEW, "price": -5}, {"price": "too_small"}),
        ({**NEW, "price": 10_000_000}, {"price": "too_large"}),
        ({**NEW, "price": True}, {"price": "invalid_amount"}),
        ({**NEW, "price": None}, {"price": "required"}),
        ({**NEW, "currency": "GBP"}, {"currency": "invalid_currency"}),
        (new(currency="GBP"), {"product.currency": "invalid_currency"}),
        ({**NEW, "quantity": -1}, {"quantity": "too_small"}),
        ({**NEW, "quantity": 1.5}, {"quantity": "not_a_whole_number"}),
        ({**NEW, "title": "x" * 201}, {"title": "too_long"}),
        ({**NEW, "title": "a\x00b"}, {"title": "invalid_characters"}),
        ({**NEW, "min_price": 6}, {"price": "below_min_price"}),
        ({**NEW, "max_price": 4}, {"price": "above_max_price"}),
        ({**NEW, "min_price": 6, "max_price": 4}, {"max_price": "below_min_price"}),
        ({**NEW, "min_price": -1, "max_price": "x"}, BOTH),
        ({**NEW, "product_id": "prd_1"}, {"product_id": "not_beside_product"}),
        ({**NEW, "variant_id": "var_1"}, {"variant_id": "not_beside_product"}),
        ({**NEW, "product_id": "x" * 65, "product": None}, {"product_id": "too_long"}),
        ({**NEW, "product": {}}, {"product.title": "required"}),
        ({**NEW, "product": []}, {"product": "not_an_object"}),
        (new(tags=["y" * 41]), {"product.tags.0": "too_long"}),
        (new(price=0.1) | {"price": None}, {"product.price": "amount_too_small"}),
        (new(stock=2) | {"quantity": 3}, {"quantity": "not_product_stock"}),
        (new(stock=-1), {"product.stock": "too_small"}),
        (new(options=SIZES), {"product.options": "not_in_a_listing"}),
        (new(variants=[]), {"product.variants": "not_in_a_listing"}),
        ({**NEW, "status": "paused"}, {"status": "unknown_field"}),
        (new(colour=1), {"product.colour": "unknown_field"}),
    ],
)  # fmt: skip
def test_what_cannot_be_listed(
    call: Call, store: stores.Store, body: dict[str, Any], fields: dict[str, str]
) -> None:
    assert wrong(call("POST", "/listings", json=body)) == fields
    assert catalogue.listing(store.id).data == []


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({"price": None}, {"price": "required"}),
        ({"price": "5 €"}, {"price": "invalid_amount"}),
        (
            {"price": 0.1, "quantity": 1_000_000},
            {"price": "amount_too_small", "quantity": "too_large"},
        ),
        ({"status": "ended"}, {"status": "not_a_choice"}),
        ({"status": None}, {"status": "required"}),
        ({"marketplace": "ebay"}, {"marketplace": "unknown_field"}),
        ({"price": 0.1, "min_price": 0}, {"price": "amount_too_small"}),
    ],
)
def test_what_cannot_be_changed(
    call: Call, store: stores.Store, body: dict[str, Any], fields: dict[str, str]
) -> None:
    found = listing_of(call, makers.product(store))
    assert wrong(call("PATCH", f"/listings/{found['id']}", json=body)) == fields
    assert call("GET", f"/listings/{found['id']}").get_json() == found


def test_another_shops_things_do_not_exist(call: Call, store: stores.Store) -> None:
    product = makers.product(store)
    found = listing_of(call, product)
    _, test_key = stores.create_key(store.twin_id, name="Test")
    foreign = (found["id"], "lst_\0", "lst_none", "x" * 500)
    for listing_id in foreign:
        for method, path in (("GET", ""), ("PATCH", ""), ("POST", "/end")):
            answer = call(method, f"/listings/{listing_id}{path}", key=test_key, json={})
            assert refusal(answer) == (404, "not_found")
    assert call("GET", "/listings", key=test_key).get_json()["data"] == []
    assert call("GET", "/listings?sku=VASE", key=test_key).get_json()["data"] == []
    body = {"marketplace": "storefront", "product_id": product.id, "price": 5}
    answer = call("POST", "/listings", key=test_key, json=body)
    assert refusal(answer) == (404, "product_not_found")
    other = makers.product(store, title="Other", listed=False)
    body |= {"product_id": other.id, "variant_id": product.variants[0].id}
    assert refusal(call("POST", "/listings", json=body)) == (404, "product_not_found")


def test_a_key_needs_the_scope(call: Call, store: stores.Store) -> None:
    found = listing_of(call, makers.product(store))
    _, reads = stores.create_key(store.id, name="Reads", scopes=("listings:read",))
    assert call("GET", "/listings", key=reads).status_code == 200
    assert call("GET", f"/listings/{found['id']}", key=reads).status_code == 200
    for method, path in (("POST", ""), ("PATCH", "/x"), ("POST", "/x/end")):
        answer = call(method, f"/listings{path}", key=reads, json={})
        assert refusal(answer) == (403, "missing_scope")


def test_a_repeated_request_lists_once(call: Call, store: stores.Store) -> None:
    first = call("POST", "/listings", json=NEW, once="a")
    again = call("POST", "/listings", json=NEW, once="a")
    assert again.get_json() == first.get_json()
    assert again.headers["Idempotent-Replayed"] == "true"
    assert len(listings.listed(store.id).data) == 1
    db.session.rollback()


@pytest.mark.parametrize(
    ("body", "said"),
    [('{"reason": "sold"}', (422, "invalid_fields")), ("{", (400, "malformed_json"))],
)
def test_nothing_that_is_sent_to_end_a_listing_is_lost_in_silence(
    call: Call, body: str, said: tuple[int, str]
) -> None:
    path = f"/listings/{made(call)['id']}"
    assert refusal(call("POST", f"{path}/end", data=body, content_type="application/json")) == said
    assert call("GET", path).get_json()["status"] == "active"
    assert call("POST", f"{path}/end", json={}).get_json()["status"] == "ended"


def test_a_price_said_again_is_charged_again_and_its_key_is_remembered(
    call: Call, client: FlaskClient, store: stores.Store
) -> None:
    found = made(call)
    listings.set_price(store.id, found["id"], 2000, expected_version=1)
    call("PATCH", f"/products/{found['product_id']}", json={"title": "Wave"})
    assert shown(client, store) == {"Wave": 20.0}
    call("PATCH", f"/products/{found['product_id']}", json={"price": 24.99})
    assert shown(client, store) == {"Wave": 24.99}
    call("PATCH", f"/listings/{found['id']}", json={"price": 25})
    rows = listings.prices(store.id, found["id"]).data[::-1]
    assert [row.cause.value for row in rows] == ["listed", "repriced", "product", "set"]
    assert [row.key_id is not None for row in rows] == [True, False, True, True]
