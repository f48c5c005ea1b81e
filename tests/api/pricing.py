"""Price rules as a program of a shop writes them, and what it is told."""

from typing import Any

from synqro import listings, stores
from tests import makers
from tests.api.conftest import Call
from tests.makers import refusal

Json = dict[str, Any]
FEW_LEFT: Json = {
    "name": "Last three cost more",
    "currency": "EUR",
    "scope": {"all": True},
    "strategy": {"type": "stock", "bands": [{"max_available": 3, "adjust_percent": 10}]},
    "bounds": {"min": 19, "max": "39.99"},
}
RULES = "/repricer/rules"


def send(call: Call, **said: Any) -> Any:
    """Send FEW_LEFT, but for what is said of it."""
    return call("POST", RULES, json={**FEW_LEFT, **said})


def write(call: Call, **said: Any) -> Json:
    answer = send(call, **said)
    assert answer.status_code == 201, answer.text
    found: Json = answer.get_json()
    return found


def wrong(answer: Any) -> dict[str, str]:
    """Give back the code of each field that is refused."""
    assert refusal(answer) == (422, "invalid_fields")
    return {field["field"]: field["code"] for field in answer.get_json()["error"]["fields"]}


def listing_of(store: stores.Store, **facts: Any) -> str:
    """A new product's listing on the storefront."""
    product = makers.product(store, **facts)
    every = listings.listed(store.id).data
    return next(one.listing.id for one in every if one.listing.product_id == product.id)
