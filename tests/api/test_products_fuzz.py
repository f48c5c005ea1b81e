"""No input whatever gives a 500, and every refusal has the one shape."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from synqro import stores
from synqro.web.limits import limiter
from tests import makers
from tests.api.conftest import Call
from tests.databases import examples
from tests.storefront.test_fuzz import anything, fine, words

FEW = settings(
    max_examples=examples(40),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
VASE = {"title": "Ripple vase", "price": 24.99, "stock": 3}
FIELDS = [
    "title", "description", "sku", "price", "currency", "stock", "variants", "options",
    "lead_time_days", "max_quantity", "cost", "tags", "low_stock_threshold", "metadata", "status",
    "listed", "extra",
]  # fmt: skip
PARTS = ["id", "options", "sku", "price", "stock", "name", "values", "extra"]
SETTINGS = [
    "allowed_domains", "shipping_options", "address_required", "ordering_enabled",
    "closed_message", "low_stock_threshold", "quotes", "terms_url", "privacy_url", "tax", "extra",
]  # fmt: skip
NESTED = [
    "enabled", "materials", "expires_after_days", "deposit_percent", "lead_time_days",
    "retention_days", "rate_percent", "label", "included", "id", "name", "price", "countries",
    "colors",
]  # fmt: skip


def shaped(names: list[str]) -> st.SearchStrategy[Any]:
    """Anything, or objects and lists of objects with fields of these names."""
    part = st.dictionaries(st.sampled_from(names), anything, max_size=5)
    return anything | part | st.lists(part, max_size=3)


@pytest.fixture
def open_call(call: Call) -> Iterator[Call]:
    limiter.enabled = False
    yield call
    limiter.enabled = True


@pytest.fixture
def vase(store: stores.Store) -> str:
    return makers.product(store, sku="TAKEN").id


def send(call: Call, method: str, path: str, body: Any) -> None:
    kind = {"Content-Type": "application/json"}
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    fine(call(method, path, data=data, headers=kind))


@FEW
@given(body=anything | st.binary(max_size=80))
def test_anything_at_all_as_a_body(open_call: Call, vase: str, body: Any) -> None:
    send(open_call, "POST", "/products", body)
    send(open_call, "PATCH", f"/products/{vase}", body)
    send(open_call, "PUT", f"/products/{vase}/stock", body)
    send(open_call, "PATCH", "/store", body)


@FEW
@given(fields=st.dictionaries(st.sampled_from(FIELDS), shaped(PARTS)))
@example({"options": [{"name": "a", "values": ["x"] * 3000}] * 3})
@example({"options": [{"name": "a", "values": [str(n) for n in range(400)]}] * 3, "title": 1})
@example({"variants": [{"id": "\0"}, {"options": {"\ud800": "x"}}]})
def test_a_product_of_anything(open_call: Call, vase: str, fields: dict[str, Any]) -> None:
    send(open_call, "POST", "/products", {**VASE, **fields})
    send(open_call, "PATCH", f"/products/{vase}", fields)


@FEW
@given(fields=st.dictionaries(st.sampled_from(SETTINGS), shaped(NESTED)))
@example({"quotes": {"deposit_percent": "9" * 5000, "retention_days": 10**400}})
@example({"allowed_domains": ["\u1100" * 200, "xn--" + "a" * 60 + ".b"]})
def test_settings_of_anything(open_call: Call, fields: dict[str, Any]) -> None:
    send(open_call, "PATCH", "/store", fields)


@FEW
@given(query=st.dictionaries(st.sampled_from(["cursor", "limit", "q", "sku", "status"]), words))
@example({"cursor": "WyJcdTAwMDAiXQ"})
@example({"cursor": "WzVd"})
def test_any_query(open_call: Call, query: dict[str, str]) -> None:
    sent = {name: value.encode("utf-8", "surrogatepass") for name, value in query.items()}
    fine(open_call("GET", "/products", query_string=sent))


@FEW
@given(name=st.binary(min_size=1, max_size=40), content=st.binary(max_size=200))
def test_any_path_and_any_form(open_call: Call, vase: str, name: bytes, content: bytes) -> None:
    quoted = "".join(f"%{byte:02x}" for byte in name)
    fine(open_call("GET", f"/products/{quoted}"))
    fine(open_call("DELETE", f"/products/{vase}/images/{quoted}"))
    form = {"Content-Type": "multipart/form-data; boundary=b"}
    for head in (b"", b'--b\r\nContent-Disposition: form-data; name="image"\r\n\r\n'):
        body = head + content + b"\r\n--b--\r\n"
        fine(open_call("POST", f"/products/{vase}/images", data=body, headers=form))
