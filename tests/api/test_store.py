"""/v1/store: the shop of the key, and its settings changed one by one."""

from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from synqro import stores
from synqro.core.percents import percent
from synqro.web.api.percents import basis_points
from tests.api.conftest import Call
from tests.makers import refusal, wrong

SETTINGS = {
    "allowed_domains", "shipping_options", "address_required", "ordering_enabled",
    "closed_message", "low_stock_threshold", "quotes", "terms_url", "privacy_url", "tax",
}  # fmt: skip
FACTS = {
    "id", "object", "name", "mode", "currency", "country", "timezone", "locale",
    "publishable_key", "payments_ready", "created_at", "updated_at",
}  # fmt: skip


def changed(call: Call, **facts: Any) -> dict[str, Any]:
    answer = call("PATCH", "/store", json=facts)
    assert answer.status_code == 200, answer.text
    found = dict(answer.get_json())
    assert call("GET", "/store").get_json() == found
    return found


def test_the_store_of_the_key_is_shown(call: Call, store: stores.Store) -> None:
    found = call("GET", "/store").get_json()
    assert set(found) == FACTS | SETTINGS
    assert (found["id"], found["object"], found["mode"]) == (store.id, "store", "live")
    assert (found["currency"], found["locale"]) == ("EUR", "en-IE")
    assert found["publishable_key"] == store.publishable_key
    assert (found["payments_ready"], found["tax"]) == (False, None)
    _, test_key = stores.create_key(store.twin_id, name="Test")
    twin = call("GET", "/store", key=test_key).get_json()
    assert (twin["id"], twin["mode"]) == (store.twin_id, "test")


def test_every_setting_is_changed_and_shows_in_the_shop(
    call: Call, client: FlaskClient, store: stores.Store
) -> None:
    facts = {
        "allowed_domains": ["https://Shop.example/", "*.shop.example"],
        "address_required": True,
        "ordering_enabled": False,
        "closed_message": "Back on Monday.\nPromise.",
        "low_stock_threshold": 7,
        "terms_url": "https://shop.example/terms",
        "privacy_url": "https://shop.example/privacy",
        "quotes": {
            "enabled": True,
            "materials": [{"name": "PLA", "colors": ["Black", "White"]}, {"name": "Nylon"}],
            "expires_after_days": 30,
            "deposit_percent": 12.5,
            "lead_time_days": 6,
            "retention_days": 45,
        },
        "tax": {"rate_percent": "19", "label": "VAT", "included": True},
    }
    found = changed(call, **facts)
    facts["allowed_domains"] = ["shop.example", "*.shop.example"]
    facts["tax"] = {"rate_percent": 19, "label": "VAT", "included": True}
    facts["quotes"]["materials"][1]["colors"] = []  # type: ignore[index]
    assert {name: found[name] for name in facts} == facts
    headers = {"Origin": "https://shop.example"}
    path = f"/api/storefront/config?key={store.publishable_key}"
    shown = client.get(path, headers=headers).get_json()
    assert shown["ordering"]["closed_message"] == "Back on Monday.\nPromise."
    assert shown["quotes"]["materials"] == facts["quotes"]["materials"]  # type: ignore[index]
    assert shown["store"]["terms_url"] == facts["terms_url"]


def test_what_is_absent_stays_within_quotes_and_tax_too(call: Call) -> None:
    changed(call, quotes={"deposit_percent": 30, "lead_time_days": 5}, low_stock_threshold=4)
    changed(call, tax={"rate_percent": 20, "label": "VAT"}, closed_message="Gone fishing")
    found = changed(call, quotes={"retention_days": 10}, tax={"included": True})
    assert (found["low_stock_threshold"], found["closed_message"]) == (4, "Gone fishing")
    assert found["tax"] == {"rate_percent": 20, "label": "VAT", "included": True}
    quotes = found["quotes"]
    assert (quotes["deposit_percent"], quotes["lead_time_days"]) == (30, 5)
    assert quotes["retention_days"] == 10
    assert changed(call) == {**found, "updated_at": changed(call)["updated_at"]}
    assert call("PATCH", "/store").status_code == 200


def test_null_clears(call: Call) -> None:
    changed(
        call,
        allowed_domains=["shop.example"],
        shipping_options=[{"name": "Post", "price": 1}],
        closed_message="Closed",
        terms_url="https://shop.example/t",
        quotes={"materials": [{"name": "PLA"}], "deposit_percent": 5, "lead_time_days": 3},
        tax={"rate_percent": 20, "label": "VAT", "included": True},
    )
    cleared = ("allowed_domains", "shipping_options", "closed_message", "terms_url", "tax")
    quotes = dict.fromkeys(("materials", "deposit_percent", "lead_time_days"))
    found = changed(call, quotes=quotes, **dict.fromkeys(cleared))
    assert [found[name] for name in cleared] == [[], [], None, None, None]
    assert [found["quotes"][name] for name in quotes] == [[], 0, None]
    for name in ("ordering_enabled", "low_stock_threshold", "quotes"):
        assert wrong(call("PATCH", "/store", json={name: None})) == {name: "required"}


def test_shipping_options_keep_their_ids(call: Call) -> None:
    post = {"name": "Tracked letter", "price": 4.9, "countries": ["de", "AT", "DE"]}
    first = changed(call, shipping_options=[post, {"name": "Pick up", "price": 0}])
    letter, pick_up = first["shipping_options"]
    assert letter == {**post, "id": letter["id"], "countries": ["DE", "AT"]}
    assert letter["id"].startswith("ship_") and pick_up["countries"] == []
    again = [{"name": "Courier", "price": "12.00"}, {**letter, "price": 5}]
    second = changed(call, shipping_options=again)["shipping_options"]
    assert [option["price"] for option in second] == [12, 5]
    assert second[1]["id"] == letter["id"] and second[0]["id"] not in (letter["id"], pick_up["id"])
    twice = [second[0], second[0]]
    answer = call("PATCH", "/store", json={"shipping_options": twice})
    assert wrong(answer) == {"shipping_options.1.id": "duplicate"}


@pytest.mark.parametrize("rate", [0, 0.07, 0.29, 0.57, 1.13, 8.1, 19, 20.0, 99.99, 100])
def test_a_rate_does_not_drift(call: Call, rate: float) -> None:
    tax = f'"tax": {{"rate_percent": {rate}, "label": "T"}}'
    body = f'{{{tax}, "quotes": {{"deposit_percent": "{rate}"}}}}'
    answer = call("PATCH", "/store", data=body, headers={"Content-Type": "application/json"})
    found = answer.get_json()
    assert found["tax"]["rate_percent"] == found["quotes"]["deposit_percent"] == rate
    assert f'"deposit_percent":{rate:g},' in answer.text


@given(st.integers(0, 10_000))
def test_every_rate_comes_back_as_it_went(points: int) -> None:
    assert basis_points(repr(percent(points))) == points


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"tax": {"rate_percent": 19.005}}, {"tax.rate_percent": "too_many_decimals"}),
        ({"tax": {"rate_percent": 101}}, {"tax.rate_percent": "out_of_range"}),
        ({"tax": {"rate_percent": -1}}, {"tax.rate_percent": "out_of_range"}),
        ({"tax": {"rate_percent": "1e9"}}, {"tax.rate_percent": "not_a_number"}),
        ({"tax": {"rate_percent": None}}, {"tax.rate_percent": "not_a_number"}),
        ({"tax": {"rate_percent": True}}, {"tax.rate_percent": "not_a_number"}),
        ({"tax": {"label": "x" * 41}}, {"tax.label": "too_long"}),
        ({"tax": {"rate": 5}}, {"tax.rate": "unknown_field"}),
        ({"tax": 19}, {"tax": "not_an_object"}),
        (
            {"allowed_domains": ["ok.example", "not a domain"]},
            {"allowed_domains.1": "invalid_domain"},
        ),
        ({"allowed_domains": ["a.example"] * 51}, {"allowed_domains": "too_many"}),
        ({"allowed_domains": "a.example"}, {"allowed_domains": "not_a_list"}),
        ({"closed_message": "x" * 301}, {"closed_message": "too_long"}),
        ({"terms_url": "javascript:alert(1)"}, {"terms_url": "invalid_url"}),
        ({"low_stock_threshold": -1}, {"low_stock_threshold": "out_of_range"}),
        ({"low_stock_threshold": 10**30}, {"low_stock_threshold": "out_of_range"}),
        ({"ordering_enabled": "yes"}, {"ordering_enabled": "not_true_or_false"}),
        ({"quotes": {"expires_after_days": 0}}, {"quotes.expires_after_days": "out_of_range"}),
        ({"quotes": {"deposit_percent": 100.01}}, {"quotes.deposit_percent": "out_of_range"}),
        ({"quotes": {"materials": [{}]}}, {"quotes.materials.0.name": "required"}),
        (
            {"quotes": {"materials": [{"name": "PLA"}, {"name": "pla"}]}},
            {"quotes.materials.1": "duplicate"},
        ),
        (
            {
                "shipping_options": [
                    {"price": "1.999"},
                    {"name": "Post", "price": 1, "countries": ["ZZ"]},
                ]
            },
            {
                "shipping_options.0.name": "required",
                "shipping_options.0.price": "too_many_decimals",
                "shipping_options.1.countries.0": "invalid_country",
            },
        ),
        ({"name": "Another"}, {"name": "unknown_field"}),
        ({"currency": "USD"}, {"currency": "unknown_field"}),
        (
            {
                "colour": "red",
                "closed_message": "x" * 301,
                "low_stock_threshold": 1.5,
                "tax": {"rate_percent": "x", "label": "y" * 41},
                "quotes": {"retention_days": 0, "lead_time_days": "soon"},
            },
            {
                "colour": "unknown_field",
                "closed_message": "too_long",
                "low_stock_threshold": "not_a_whole_number",
                "tax.rate_percent": "not_a_number",
                "tax.label": "too_long",
                "quotes.retention_days": "out_of_range",
                "quotes.lead_time_days": "not_a_whole_number",
            },
        ),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(
    call: Call, facts: dict[str, Any], expected: dict[str, str]
) -> None:
    before = call("GET", "/store").get_json()
    assert wrong(call("PATCH", "/store", json=facts)) == expected
    assert call("GET", "/store").get_json() == before


def test_reading_and_writing_are_two_rights(call: Call, store: stores.Store) -> None:
    _, reader = stores.create_key(store.id, name="Reader", scopes=("store:read",))
    _, writer = stores.create_key(store.id, name="Writer", scopes=("store:write",))
    assert call("GET", "/store", key=reader).status_code == 200
    assert refusal(call("GET", "/store", key=writer)) == (403, "missing_scope")
    assert refusal(call("PATCH", "/store", json={}, key=reader)) == (403, "missing_scope")
    assert refusal(call("GET", "/store?x=1")) == (400, "invalid_parameter")
