"""/v1/products as a developer meets it: made, read, changed, counted."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from synqro import catalogue, stores
from tests import makers
from tests.api.conftest import Call
from tests.makers import refusal, wrong

VASE = {"title": "Ripple vase", "price": 24.99, "stock": 3, "sku": "VASE-1"}
SIZES = [{"name": "Size", "values": ["S", "M"]}]
FIELDS = {
    "id", "object", "title", "description", "sku", "price", "currency", "stock", "variants",
    "options", "images", "lead_time_days", "max_quantity", "cost", "tags", "low_stock_threshold",
    "status", "listed", "available", "metadata", "created_at", "updated_at",
}  # fmt: skip


def made(call: Call, **facts: Any) -> dict[str, Any]:
    answer = call("POST", "/products", json={**VASE, **facts})
    assert answer.status_code == 201, answer.text
    return dict(answer.get_json())


def on_sale(client: FlaskClient, store: stores.Store) -> list[str]:
    found = client.get(f"/api/storefront/products?key={store.publishable_key}").get_json()
    return [row["id"] for row in found["data"]]


def test_a_product_is_made_with_all_its_fields(
    call: Call, client: FlaskClient, store: stores.Store
) -> None:
    facts = {
        "description": "Printed in one go.\nWashable.",
        "currency": "EUR",
        "lead_time_days": 4,
        "max_quantity": 12,
        "cost": "7.10",
        "tags": ["vase", "gift"],
        "low_stock_threshold": 1,
        "metadata": {"erp": "4711"},
    }
    found = made(call, **facts)
    assert set(found) == FIELDS
    assert found["id"].startswith("prd_")
    assert {name: found[name] for name in (*VASE, *facts)} == {**VASE, **facts, "cost": 7.1}
    assert (found["object"], found["status"]) == ("product", "active")
    assert (found["listed"], found["available"]) == (True, True)
    [variant] = found["variants"]
    assert variant["id"].startswith("var_")
    assert variant == {
        "id": variant["id"], "options": {}, "sku": "VASE-1", "price": 24.99, "stock": 3,
        "available": True, "listed": True,
    }  # fmt: skip
    assert call("GET", f"/products/{found['id']}").get_json() == found
    assert on_sale(client, store) == [found["id"]]


def test_what_is_not_said_has_a_default(call: Call) -> None:
    sent = {"title": "Bowl", "price": "2.50", "sku": "", "cost": None, "stock": None}
    found = call("POST", "/products", json=sent).get_json()
    assert (found["price"], found["stock"], found["sku"], found["cost"]) == (2.5, None, None, None)
    assert (found["max_quantity"], found["tags"], found["description"]) == (99, [], "")
    assert found["available"] is True


def test_it_may_stay_off_the_storefront(
    call: Call, client: FlaskClient, store: stores.Store
) -> None:
    found = made(call, listed=False)
    assert (found["listed"], found["variants"][0]["listed"]) == (False, False)
    assert on_sale(client, store) == []


def test_one_made_archived_is_not_on_sale(
    call: Call, client: FlaskClient, store: stores.Store
) -> None:
    found = made(call, status="archived")
    assert (found["status"], found["listed"], found["available"]) == ("archived", False, False)
    assert on_sale(client, store) == []


def test_variants_have_prices_skus_and_stock_of_their_own(call: Call) -> None:
    variants = [
        {"options": {"Size": "S"}, "price": "9.50", "sku": "S", "stock": 2},
        {"options": {"Size": "M"}, "stock": None},
    ]
    found = made(call, options=SIZES, variants=variants, sku=None, stock=None)
    assert (found["price"], found["sku"], found["stock"]) == (9.5, None, 2)
    assert found["options"] == SIZES
    assert [(v["options"], v["price"], v["sku"], v["stock"]) for v in found["variants"]] == [
        ({"Size": "S"}, 9.5, "S", 2),
        ({"Size": "M"}, 24.99, None, None),
    ]


def test_one_variant_for_each_combination_where_none_are_listed(call: Call) -> None:
    found = made(call, options=SIZES, sku=None)
    assert [v["options"]["Size"] for v in found["variants"]] == ["S", "M"]
    assert found["stock"] == 6


def test_everything_wrong_is_said_at_once(call: Call) -> None:
    made(call)
    sent = {
        "price": "12.345",
        "cost": -1,
        "sku": "VASE-1",
        "stock": 1.5,
        "tags": [5],
        "currency": "GBP",
        "lead_time_days": 1000,
        "colour": "red",
        "listed": "yes",
    }
    assert wrong(call("POST", "/products", json=sent)) == {
        "title": "required",
        "price": "too_many_decimals",
        "cost": "too_small",
        "sku": "sku_taken",
        "stock": "not_a_whole_number",
        "tags.0": "not_text",
        "currency": "invalid_currency",
        "lead_time_days": "too_large",
        "colour": "unknown_field",
        "listed": "not_true_or_false",
    }


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"price": None}, {"price": "required"}),
        ({"price": 0.49}, {"price": "amount_too_small"}),
        ({"price": "24.999"}, {"price": "too_many_decimals"}),
        ({"price": 24.99000000000001}, {"price": "too_many_decimals"}),
        ({"price": "24,99"}, {"price": "invalid_amount"}),
        ({"price": True}, {"price": "invalid_amount"}),
        ({"price": 10**9}, {"price": "too_large"}),
        ({"stock": -1}, {"stock": "too_small"}),
        ({"stock": 10**30}, {"stock": "too_large"}),
        ({"stock": "3"}, {"stock": "not_a_whole_number"}),
        ({"max_quantity": 0}, {"max_quantity": "too_small"}),
        ({"status": "draft"}, {"status": "not_a_choice"}),
        ({"metadata": {"a": 1}}, {"metadata.a": "not_text"}),
        ({"metadata": {str(n): "" for n in range(21)}}, {"metadata": "too_many"}),
        ({"title": "a\0b"}, {"title": "invalid_characters"}),
        ({"options": [{"name": "Size"}]}, {"options.0.values": "required"}),
        ({"options": SIZES * 4}, {"options": "too_many"}),
        ({"variants": [{"options": {"Size": "S"}}]}, {"variants.0.options": "unknown_option"}),
        ({"variants": [{"price": "x"}]}, {"variants.0.price": "invalid_amount"}),
        ({"variants": [{}] * 101}, {"variants": "too_many"}),
        ({"images": []}, {"images": "unknown_field"}),
        (
            {"price": None, "variants": [{"colour": 1}], "tags": ["x" * 41]},
            {"variants.0.colour": "unknown_field", "tags.0": "too_long"},
        ),
        (
            {"price": "x", "options": SIZES, "sku": None, "variants": [
                {"options": {"Size": "S"}}, {"options": {"Size": "S"}, "stock": -1}]},
            {"price": "invalid_amount", "variants.1.options": "duplicate",
             "variants.1.stock": "too_small"},
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_at_its_field(
    call: Call, facts: dict[str, Any], expected: dict[str, str]
) -> None:
    assert wrong(call("POST", "/products", json={**VASE, **facts})) == expected
    assert call("GET", "/products").get_json()["data"] == []


def test_lists_the_newest_first_page_by_page(call: Call) -> None:
    ids = [made(call, sku=f"S{n}")["id"] for n in range(5)]
    first = call("GET", "/products?limit=3").get_json()
    assert [row["id"] for row in first["data"]] == ids[:1:-1]
    assert first["has_more"] is True
    late = made(call, sku="LATE")["id"]
    rest = call("GET", f"/products?limit=3&cursor={first['next_cursor']}").get_json()
    assert [row["id"] for row in rest["data"]] == ids[1::-1]
    assert (rest["has_more"], rest["next_cursor"]) == (False, None)
    assert call("GET", "/products?limit=1").get_json()["data"][0]["id"] == late


def test_lists_are_narrowed(call: Call) -> None:
    vase = made(call, tags=["Geschenk"])["id"]
    shirt = made(call, title="Shirt", sku=None, options=SIZES, variants=[
        {"options": {"Size": "S"}, "sku": "SH-S"}, {"options": {"Size": "M"}, "sku": "SH-M"},
    ])["id"]  # fmt: skip
    old = made(call, title="Old vase", sku="OLD", status="archived")["id"]

    def ids(query: str) -> list[str]:
        return [row["id"] for row in call("GET", f"/products?{query}").get_json()["data"]]

    assert ids("") == [old, shirt, vase]
    assert ids("status=active") == [shirt, vase]
    assert ids("status=archived") == [old]
    assert ids("sku=SH-M") == [shirt]
    assert ids("sku=nothing") == []
    assert ids("q=VASE") == [old, vase]
    assert ids("q=geschenk") == [vase]
    assert ids("q=vase&status=archived") == [old]
    for query in ("status=draft", "colour=red", "cursor=x", f"q={'x' * 201}"):
        answer = call("GET", f"/products?{query}")
        assert refusal(answer) == (400, "invalid_parameter")


def test_what_is_absent_stays_and_null_clears(call: Call) -> None:
    full = made(
        call, description="Tall", cost=5, tags=["a"], lead_time_days=3, low_stock_threshold=1,
        max_quantity=5, metadata={"a": "b"},
    )  # fmt: skip
    path = f"/products/{full['id']}"
    changed = call("PATCH", path, json={"title": "Tall vase"}).get_json()
    still = {"title", "updated_at"}
    assert changed["title"] == "Tall vase"
    assert {k: v for k, v in changed.items() if k not in still} == {
        k: v for k, v in full.items() if k not in still
    }
    nothing = ("description", "cost", "tags", "lead_time_days", "low_stock_threshold",
               "max_quantity", "metadata", "sku", "stock")  # fmt: skip
    bare = call("PATCH", path, json=dict.fromkeys(nothing)).get_json()
    assert {name: bare[name] for name in nothing} == {
        "description": "", "cost": None, "tags": [], "lead_time_days": None, "metadata": {},
        "low_stock_threshold": None, "max_quantity": 99, "sku": None, "stock": None,
    }  # fmt: skip
    assert bare["variants"][0]["id"] == full["variants"][0]["id"]
    assert call("PATCH", path).get_json() == bare
    assert call("PATCH", path, json={}).get_json() == bare
    for name in ("title", "price"):
        assert wrong(call("PATCH", path, json={name: None})) == {name: "required"}
    assert wrong(call("PATCH", path, json={"variants": None})) == {"variants": "required"}


def test_a_price_is_what_the_storefront_charges_from_then_on(
    call: Call, client: FlaskClient, store: stores.Store
) -> None:
    found = made(call)
    changed = call("PATCH", f"/products/{found['id']}", json={"price": "19.99"}).get_json()
    assert (changed["price"], changed["variants"][0]["price"]) == (19.99, 19.99)
    shown = client.get(f"/api/storefront/products?key={store.publishable_key}").get_json()
    assert shown["data"][0]["price"] == 19.99


def test_variants_are_replaced_and_those_that_stay_keep_their_id(call: Call) -> None:
    found = made(call, options=SIZES, sku=None)
    small, medium = found["variants"]
    path = f"/products/{found['id']}"
    sent = {
        "options": [{"name": "Size", "values": ["S", "L"]}],
        "variants": [
            {"id": small["id"], "price": 30},
            {"options": {"Size": "L"}, "price": 40, "stock": 9},
        ],
    }
    changed = call("PATCH", path, json=sent).get_json()
    kept, new = changed["variants"]
    assert (kept["id"], kept["price"], kept["stock"]) == (small["id"], 30, 3)
    assert (new["options"], new["price"], new["stock"]) == ({"Size": "L"}, 40, 9)
    assert new["id"] not in (small["id"], medium["id"])
    strange = call("PATCH", path, json={"variants": [{"id": "var_x", "price": 3}]})
    assert wrong(strange)["variants.0.id"] == "unknown_variant"


def test_a_variant_that_comes_takes_the_price_of_the_others(call: Call) -> None:
    path = f"/products/{made(call, options=SIZES, sku=None, price=12)['id']}"
    longer = [{"name": "Size", "values": ["S", "M", "L"]}]
    grown = call("PATCH", path, json={"options": longer}).get_json()
    assert [variant["price"] for variant in grown["variants"]] == [12, 12, 12]
    plain = call("PATCH", path, json={"options": None}).get_json()
    assert (plain["price"], len(plain["variants"])) == (12, 1)
    apart = [{"options": {"Size": "S"}, "price": 9}, {"options": {"Size": "M"}}]
    changed = call("PATCH", path, json={"options": SIZES, "variants": apart}).get_json()
    assert [variant["price"] for variant in changed["variants"]] == [9, 12]
    longest = [{"name": "Size", "values": ["S", "M", "XL"]}]
    assert wrong(call("PATCH", path, json={"options": longest})) == {"price": "required"}


def test_it_is_archived_and_restored(call: Call, client: FlaskClient, store: stores.Store) -> None:
    path = f"/products/{made(call)['id']}"
    gone = call("PATCH", path, json={"status": "archived", "title": "Old vase"}).get_json()
    assert (gone["status"], gone["title"], gone["available"]) == ("archived", "Old vase", False)
    assert on_sale(client, store) == []
    back = call("PATCH", path, json={"status": "active"}).get_json()
    assert (back["status"], back["listed"], back["available"]) == ("active", True, True)
    assert on_sale(client, store) == [back["id"]]


def test_changes_name_everything_wrong_at_once(call: Call) -> None:
    made(call, sku="TAKEN")
    path = f"/products/{made(call, sku='MINE', options=SIZES, variants=VARIANTS)['id']}"
    sent = {"stock": 4, "title": "x" * 201}
    assert wrong(call("PATCH", path, json=sent)) == {
        "stock": "variant_required", "title": "too_long",
    }  # fmt: skip
    sent = {"titel": "x", "cost": "1.999", "lead_time_days": -1, "sku": "TAKEN"}
    assert wrong(call("PATCH", path, json=sent)) == {
        "titel": "unknown_field", "cost": "too_many_decimals", "lead_time_days": "too_small",
        "sku": "sku_taken",
    }  # fmt: skip


VARIANTS = [{"options": {"Size": "S"}, "sku": None}, {"options": {"Size": "M"}, "sku": None}]


def test_stock_is_set_and_no_longer_tracked(call: Call) -> None:
    path = f"/products/{made(call)['id']}"
    assert call("PUT", f"{path}/stock", json={"stock": 12}).get_json()["stock"] == 12
    none = call("PUT", f"{path}/stock", json={"stock": 0}).get_json()
    assert (none["stock"], none["available"]) == (0, False)
    free = call("PUT", f"{path}/stock", json={"stock": None}).get_json()
    assert (free["stock"], free["available"]) == (None, True)
    assert call("GET", path).get_json() == free


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({}, {"stock": "required"}),
        ({"stock": -1}, {"stock": "too_small"}),
        ({"stock": "many"}, {"stock": "not_a_whole_number"}),
        ({"stock": 2, "stok": 3}, {"stok": "unknown_field"}),
        ({"stock": 2, "variant_id": "var_\u00e4"}, {"variant_id": "unknown_variant"}),
        (
            {"stock": "many", "variant_id": "var_x"},
            {"stock": "not_a_whole_number", "variant_id": "unknown_variant"},
        ),
        (
            {"stock": 10**30, "variant_id": " "},
            {"stock": "too_large"},
        ),
        (
            {"stock": -1, "variant_id": "v" * 65},
            {"stock": "too_small", "variant_id": "too_long"},
        ),
        ([], {"body": "not_an_object"}),
    ],
)
def test_a_count_that_cannot_be_is_refused(
    call: Call, body: dict[str, Any], expected: dict[str, str]
) -> None:
    assert wrong(call("PUT", f"/products/{made(call)['id']}/stock", json=body)) == expected


def test_of_several_variants_one_is_counted(call: Call) -> None:
    found = made(call, options=SIZES, sku=None)
    path = f"/products/{found['id']}/stock"
    assert wrong(call("PUT", path, json={"stock": 5})) == {"variant_id": "variant_required"}
    which = {"variant_id": "variant_required"}
    assert wrong(call("PUT", path, json={"stock": -1})) == {"stock": "too_small", **which}
    assert wrong(call("PUT", path, json={})) == {"stock": "required", **which}
    assert wrong(call("PUT", path, json={"stock": -1, "stok": 2})) == {
        "stok": "unknown_field", "stock": "too_small", **which,
    }  # fmt: skip
    named = {"stock": 5, "variant_id": found["variants"][1]["id"]}
    counted = call("PUT", path, json=named).get_json()
    assert [variant["stock"] for variant in counted["variants"]] == [3, 5]
    assert counted["stock"] == 8


def test_another_shops_product_is_not_there(
    call: Call, store: stores.Store, twin: stores.Store
) -> None:
    theirs = makers.product(twin).id
    for product_id in (theirs, "prd_x", "x%00y", "y" * 5000):
        for method, path, body in (
            ("GET", "", None),
            ("PATCH", "", {"title": "Mine"}),
            ("PATCH", "", {"status": "archived"}),
            ("PATCH", "", {"price": "x"}),
            ("PUT", "/stock", {"stock": 1}),
        ):
            answer = call(method, f"/products/{product_id}{path}", json=body)
            assert refusal(answer) == (404, "product_not_found")
    assert call("GET", "/products").get_json()["data"] == []
    assert catalogue.find(twin.id, theirs).title == "Ripple vase"


def test_reading_and_writing_are_two_rights(call: Call, store: stores.Store) -> None:
    path = f"/products/{made(call)['id']}"
    _, reader = stores.create_key(store.id, name="Reader", scopes=("products:read",))
    _, writer = stores.create_key(store.id, name="Writer", scopes=("products:write",))
    assert call("GET", path, key=reader).status_code == 200
    assert call("PATCH", path, json={}, key=writer).status_code == 200
    assert refusal(call("GET", "/products", key=writer)) == (403, "missing_scope")
    assert refusal(call("POST", "/products", json=VASE, key=reader)) == (403, "missing_scope")
    assert refusal(call("PATCH", path, json={}, key=reader)) == (403, "missing_scope")
    counted = call("PUT", f"{path}/stock", json={"stock": 1}, key=reader)
    assert refusal(counted) == (403, "missing_scope")


def test_how_many_fields_are_wrong_is_said_in_words(call: Call) -> None:
    for sent in ({"title": "x"}, {"title": "x", "prise": 3}):
        wanted = {1: "A field needs a look.", 2: "Two fields need a look."}
        error = call("POST", "/products", json=sent).get_json()["error"]
        assert error["message"] == wanted[len(error["fields"])]
    assert call("POST", "/products").get_json()["error"]["message"] == wanted[2]
