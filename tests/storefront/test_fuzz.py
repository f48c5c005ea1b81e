"""No input whatever gives a 500, and none leaves half an order behind."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from synqro import catalogue, stores
from synqro.core.db import db
from synqro.web.limits import limiter
from tests.databases import examples
from tests.makers import BUYER

ORDER = "/api/storefront/order"
pytestmark = pytest.mark.usefixtures("checkout")
FEW = settings(
    max_examples=examples(60),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)

words = st.text(st.characters(), max_size=30) | st.sampled_from(
    ["\0", "\ud800", "‮", "1e9", " ", "../..", "'; --", "{{7*7}}", "%s%n", "NaN"]
)
numbers = (
    st.integers() | st.integers(-(10**40), 10**40) | st.floats() | st.sampled_from([2**63, -1, 0])
)
anything = st.recursive(
    st.none() | st.booleans() | numbers | words,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(words, inner, max_size=4),
    max_leaves=12,
)
FIELDS = [
    "product_id", "quantity", "variant_id", "items", "customer", "shipping_option_id", "note",
    "expected_total", "metadata", "return_url", "cancel_url", "extra",
]  # fmt: skip
PATHS = ["product_id", "customer.name", "customer.email", "customer.phone", "customer.address",
         "customer.address.line1", "customer.address.country", "items.0.quantity", "quantity",
         "note", "expected_total", "metadata", "return_url"]  # fmt: skip


@pytest.fixture
def shop(sf: FlaskClient, store: stores.Store, vase: catalogue.Product) -> Iterator[FlaskClient]:
    catalogue.set_stock(store.id, vase.variants[0].id, 100_000)
    limiter.enabled = False
    yield sf
    limiter.enabled = True
    whole()


def whole() -> None:
    """Every order has its lines and holds its pieces, and nothing else is held."""
    db.session.rollback()
    ask = db.session.scalar
    assert ask(text("SELECT count(*) FROM orders")) == ask(
        text("SELECT count(DISTINCT order_id) FROM order_lines")
    )
    assert ask(text("SELECT coalesce(sum(held), 0) FROM variants")) == ask(
        text("SELECT coalesce(sum(quantity), 0) FROM stock_holds WHERE state = 'held'")
    )


def fine(answer: Any) -> None:
    assert answer.status_code < 500, answer.text
    if answer.status_code >= 400:
        error = answer.get_json()["error"]
        assert error["code"] and error["message"] and error["request_id"]


def post(shop: FlaskClient, body: Any, **headers: str) -> Any:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return shop.post(ORDER, data=data, content_type="application/json", headers=headers)


@FEW
@given(body=anything)
def test_any_json_at_all(shop: FlaskClient, body: Any) -> None:
    fine(post(shop, body))


@FEW
@given(fields=st.dictionaries(st.sampled_from(FIELDS), anything))
def test_our_fields_with_any_content(
    shop: FlaskClient, vase: catalogue.Product, fields: dict[str, Any]
) -> None:
    fine(post(shop, {"product_id": vase.id, "customer": BUYER, **fields}))


@FEW
@given(path=st.sampled_from(PATHS), value=anything)
def test_one_strange_value_in_a_good_order(
    shop: FlaskClient, vase: catalogue.Product, path: str, value: Any
) -> None:
    body: Any = {"customer": {**BUYER, "address": {"line1": "1 High St"}}}
    body |= {"items": [{"product_id": vase.id}]} if "items" in path else {"product_id": vase.id}
    *steps, last = path.split(".")
    part = body
    for step in steps:
        part = part[int(step)] if step.isdigit() else part[step]
    part[last] = value
    fine(post(shop, body))


@FEW
@given(body=st.binary(max_size=200))
def test_any_bytes_as_a_body(shop: FlaskClient, body: bytes) -> None:
    fine(post(shop, body))


@FEW
@given(key=st.text(st.characters(max_codepoint=255, exclude_characters="\r\n"), max_size=300))
def test_any_header(shop: FlaskClient, vase: catalogue.Product, key: str) -> None:
    fine(post(shop, {"product_id": vase.id}, **{"Idempotency-Key": key}))
    fine(shop.get("/api/storefront/config", headers={"X-Request-Id": key, "Origin": key}))
    fine(shop.get("/api/storefront/config", headers={"X-Synqro-Store": key}))


@FEW
@given(query=st.dictionaries(st.sampled_from(["cursor", "limit", "q", "token", "key"]), words))
def test_any_query(shop: FlaskClient, query: dict[str, str]) -> None:
    sent = {k: v.encode("utf-8", "surrogatepass") for k, v in query.items()}
    for path in ("config", "products", "order"):
        fine(shop.get(f"/api/storefront/{path}", query_string=sent))


@FEW
@given(path=st.binary(max_size=40))
def test_any_path(shop: FlaskClient, path: bytes) -> None:
    quoted = "".join(f"%{byte:02x}" for byte in path)
    for face in ("/api/storefront/", "/v1/"):
        fine(shop.get(face + quoted))
    for face in ("/s/", "/"):
        assert shop.get(face + quoted).status_code < 500


def test_a_body_as_deep_as_it_is_long(shop: FlaskClient) -> None:
    for depth in (50, 900, 5_000, 200_000):
        fine(post(shop, b'{"metadata":' + b"[" * depth + b"]" * depth + b"}"))
        fine(post(shop, b'{"note":' * depth + b"1" + b"}" * depth))
