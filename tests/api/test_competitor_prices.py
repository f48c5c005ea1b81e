"""/v1/repricer/competitor_prices: noted, listed, forgotten, and what is refused."""

from typing import Any

import pytest

from synqro import catalogue, stores
from synqro.core.clock import now
from tests import makers
from tests.api.conftest import Call
from tests.api.pricing import wrong
from tests.makers import refusal

PRICES = "/repricer/competitor_prices"
SEEN = {
    "sku": "VASE", "seller": "Kiln", "price": "24.50", "shipping": 0,
    "seen_at": "2026-11-26T10:42:00Z", "source": "their web page", "feedback_percent": 98.5,
}  # fmt: skip


@pytest.fixture
def vase(store: stores.Store) -> catalogue.Product:
    return makers.product(store, sku="VASE")


def note(call: Call, **said: Any) -> Any:
    return call("POST", PRICES, json={**SEEN, **said})


def test_a_price_is_noted_listed_and_forgotten(call: Call, vase: catalogue.Product) -> None:
    made = note(call)
    assert made.status_code == 201, made.text
    found = made.get_json()
    assert found["object"] == "competitor_price" and found["variant_id"] == vase.variants[0].id
    assert (found["price"], found["shipping"], found["currency"]) == (24.5, 0, "EUR")
    assert (found["feedback_percent"], found["country"]) == (98.5, None)
    again = note(
        call, price=23, currency="EUR", seen_at="2026-11-26T12:42:00+01:00", seller="KILN"
    ).get_json()
    assert again["id"] == found["id"] and again["price"] == 23
    assert call("GET", f"{PRICES}?q=kiln").get_json()["data"] == [again]
    assert call("GET", f"{PRICES}?variant_id=var_0").get_json()["data"] == []
    assert refusal(note(call, seen_at="2026-11-20T00:00:00Z")) == (409, "newer_price_known")
    gone = call("DELETE", f"{PRICES}/{found['id']}")
    assert gone.get_json() == {"id": found["id"], "object": "competitor_price", "deleted": True}
    assert refusal(call("DELETE", f"{PRICES}/{found['id']}")) == (404, "not_found")


def test_what_cannot_be_is_named(call: Call, vase: catalogue.Product) -> None:
    later = f"{now().year + 2}-01-01T00:00:00Z"
    assert wrong(note(call, price=0, seen_at=later, feedback_percent=101, source="eBay")) == {
        "price": "invalid_amount", "seen_at": "in_the_future", "source": "consent_needed",
        "feedback_percent": "out_of_range",
    }  # fmt: skip
    assert wrong(note(call, sku="NO")) == {"sku": "not_found"}
    assert wrong(note(call, sku=None)) == {"variant_id": "required"}
    assert wrong(note(call, sku=None, variant_id="v" * 64)) == {"variant_id": "not_found"}
    assert wrong(note(call, currency="USD", price=0)) == {"currency": "invalid_currency"}
    assert wrong(note(call, currency="USD", price=None, extra=1)) == {
        "currency": "invalid_currency",
        "price": "invalid_amount",
        "extra": "unknown_field",
    }
    agreed = note(call, source="eBay", ebay_consent=True).get_json()
    assert agreed["source"] == "eBay, with eBay’s written consent"
