"""An order from a page: placed, refused in every way there is, looked at, paid."""

from datetime import datetime
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from werkzeug.test import TestResponse

from synqro import catalogue, orders, payments, stores
from synqro.core.db import db
from tests import makers
from tests.makers import BUYER, refusal, wrong
from tests.storefront.conftest import Checkout, change

ORDER = "/api/storefront/order"
PAY = "/api/storefront/order/pay"
pytestmark = pytest.mark.usefixtures("checkout")


def buy(sf: FlaskClient, product: catalogue.Product, **facts: Any) -> TestResponse:
    return sf.post(ORDER, json={"product_id": product.id, "customer": BUYER, **facts})


def count(table: str) -> int:
    db.session.rollback()
    return int(db.session.scalar(text(f"SELECT count(*) FROM {table}")) or 0)  # noqa: S608


@pytest.fixture
def hook(store: stores.Store) -> catalogue.Product:
    """A product in two sizes."""
    sizes = [{"name": "Size", "values": ["S", "L"]}]
    return catalogue.create_product(
        store.id, title="Hook", price=1250, stock=9, options=sizes, max_quantity=5
    )


def test_an_order_leads_to_the_page_where_it_is_paid(
    sf: FlaskClient, store: stores.Store, vase: catalogue.Product, checkout: Checkout
) -> None:
    answer = buy(sf, vase, quantity=2)
    assert answer.status_code == 201, answer.text
    found = answer.get_json()
    assert found.keys() == {
        "order_id", "number", "status", "total", "currency", "checkout_url", "order_token",
        "order_url", "expires_at",
    }  # fmt: skip
    assert found["order_id"].startswith("ord_")
    assert (found["number"], found["status"]) == ("1001", "awaiting_payment")
    assert (found["total"], found["currency"]) == (56.0, "EUR")
    assert found["checkout_url"] == f"https://pay.example/cs_{found['order_id']}_1"
    base = sf.application.extensions["settings"].public_url
    link = f"{base}/s/{store.publishable_key}/orders/{found['order_token']}"
    assert found["order_url"] == link
    until = datetime.fromisoformat(found["expires_at"].replace("Z", "+00:00"))
    assert found["expires_at"].endswith("Z")
    [opened] = checkout.opened
    assert 119 <= (until - opened["expires_at"]).total_seconds() <= 120
    assert opened["success_url"] == f"{link}?result=success"
    db.session.remove()
    assert catalogue.find(store.id, vase.id).variants[0].left == 1


def test_several_items_are_one_order(
    sf: FlaskClient, vase: catalogue.Product, hook: catalogue.Product
) -> None:
    large = hook.variants[1].id
    items = [{"product_id": vase.id}, {"product_id": hook.id, "variant_id": large, "quantity": 2}]
    answer = sf.post(ORDER, json={"items": items, "customer": BUYER})
    assert (answer.status_code, answer.get_json()["total"]) == (201, 53.0)
    token = answer.get_json()["order_token"]
    lines = sf.get(ORDER, query_string={"token": token}).get_json()["lines"]
    shown = [(line["title"], line["options"], line["quantity"], line["amount"]) for line in lines]
    assert shown == [("Ripple vase", {}, 1, 28.0), ("Hook", {"Size": "L"}, 2, 25.0)]


def test_either_one_product_or_items(sf: FlaskClient, vase: catalogue.Product) -> None:
    items = [{"product_id": vase.id}]
    assert wrong(sf.post(ORDER, json={})) == {"product_id": "required", "customer": "required"}
    both = sf.post(ORDER, json={"items": items, "product_id": vase.id, "customer": BUYER})
    assert wrong(both) == {"product_id": "not_beside_items"}
    both = sf.post(ORDER, json={"items": items, "quantity": 1, "customer": BUYER})
    assert wrong(both) == {"quantity": "not_beside_items"}
    assert wrong(sf.post(ORDER, json={"items": [], "customer": BUYER})) == {"items": "too_few"}
    many = sf.post(ORDER, json={"items": items * 51, "customer": BUYER})
    assert wrong(many) == {"items": "too_many"}
    assert wrong(sf.post(ORDER, json={"items": [{}], "customer": BUYER})) == {
        "items.0.product_id": "required"
    }


def test_every_wrong_field_is_named_at_once(sf: FlaskClient, vase: catalogue.Product) -> None:
    customer = {"name": " ", "email": "ada", "phone": "x", "address": {"country": "Mars"}}
    answer = buy(
        sf, vase, quantity=0, customer=customer, expected_total="25.001", note="a\0", colour="red"
    )
    assert wrong(answer) == {
        "quantity": "too_small",
        "customer.name": "required",
        "customer.email": "invalid_email",
        "customer.phone": "invalid_phone",
        "customer.address.line1": "required",
        "customer.address.country": "invalid_country",
        "expected_total": "too_many_decimals",
        "note": "invalid_characters",
        "colour": "unknown_field",
    }
    error = answer.get_json()["error"]
    assert error["message"] == "Nine fields need a look."
    assert (error["type"], error["code"]) == ("invalid_request", "invalid_fields")
    assert count("orders") == 0


def test_the_price_is_the_catalogues(sf: FlaskClient, vase: catalogue.Product) -> None:
    assert wrong(buy(sf, vase, price=1)) == {"price": "unknown_field"}
    assert wrong(buy(sf, vase, total=1)) == {"total": "unknown_field"}


@pytest.mark.parametrize("quantity", [-1, 0, 1.0, "1", True, None, [], {}, 10**30, 10**500])
def test_quantities_that_are_none(
    sf: FlaskClient, vase: catalogue.Product, quantity: object
) -> None:
    assert "quantity" in wrong(buy(sf, vase, quantity=quantity))
    assert count("orders") == 0


def test_more_than_may_be_bought_at_once(sf: FlaskClient, hook: catalogue.Product) -> None:
    small = hook.variants[0].id
    answer = buy(sf, hook, variant_id=small, quantity=6)
    assert wrong(answer) == {"quantity": "quantity_too_large"}
    items = [{"product_id": hook.id, "variant_id": small, "quantity": 6}]
    answer = sf.post(ORDER, json={"items": items, "customer": BUYER})
    assert wrong(answer) == {"items.0.quantity": "quantity_too_large"}


def test_a_product_with_variants_needs_one(sf: FlaskClient, hook: catalogue.Product) -> None:
    assert wrong(buy(sf, hook)) == {"variant_id": "variant_required"}


@pytest.mark.parametrize("product_id", ["prd_nobody", "x", "prd_🎈", "ord_1"])
def test_an_unknown_product(sf: FlaskClient, product_id: str) -> None:
    answer = sf.post(ORDER, json={"product_id": product_id, "customer": BUYER})
    assert refusal(answer) == (404, "product_not_found")


def test_another_shops_product_does_not_exist(sf: FlaskClient, twin: stores.Store) -> None:
    foreign = makers.product(twin)
    assert refusal(buy(sf, foreign)) == (404, "product_not_found")


def test_a_foreign_variant_is_no_variant(
    sf: FlaskClient, vase: catalogue.Product, hook: catalogue.Product, twin: stores.Store
) -> None:
    for foreign in (hook.variants[0].id, makers.product(twin).variants[0].id, "var_x"):
        answer = buy(sf, vase, variant_id=foreign)
        assert answer.status_code in (404, 422) and count("orders") == 0


def test_what_is_sold_out_says_how_many_are_left(sf: FlaskClient, vase: catalogue.Product) -> None:
    answer = buy(sf, vase, quantity=4)
    assert refusal(answer) == (409, "out_of_stock")
    assert answer.get_json()["error"]["available"] == 3
    assert answer.get_json()["error"]["type"] == "conflict"
    assert buy(sf, vase, quantity=3).status_code == 201
    assert buy(sf, vase).get_json()["error"]["available"] == 0


def test_a_closed_shop_and_one_without_payments(
    sf: FlaskClient,
    store: stores.Store,
    vase: catalogue.Product,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(payments, "chargeable", lambda _: None)
    answer = buy(sf, vase)
    assert refusal(answer) == (409, "payments_not_set_up")
    said = answer.get_json()["error"]["message"]
    assert said == "This shop hasn't set up payments yet."
    change(store, ordering_enabled=False)
    assert refusal(buy(sf, vase)) == (409, "store_closed")


@pytest.mark.parametrize("seen", [28, 28.0, "28", "28.00"])
def test_the_total_that_was_seen_holds(
    sf: FlaskClient, vase: catalogue.Product, seen: object
) -> None:
    assert buy(sf, vase, expected_total=seen).status_code == 201


def test_another_total_is_told_before_anybody_pays(
    sf: FlaskClient, vase: catalogue.Product
) -> None:
    for seen in (27.99, 0, "28.01", 99_999):
        assert refusal(buy(sf, vase, expected_total=seen)) == (409, "price_changed")
    assert count("orders") == 0


@pytest.mark.parametrize("seen", [-1, "ten", "1e3", "NaN", 10**12, [], True, "28,00", "²"])
def test_totals_that_are_no_amounts(sf: FlaskClient, vase: catalogue.Product, seen: object) -> None:
    assert "expected_total" in wrong(buy(sf, vase, expected_total=seen))


def test_fractions_are_never_read_through_floats(sf: FlaskClient, store: stores.Store) -> None:
    for price in (10, 20, 30, 1999, 110):
        product = makers.product(store, price=price + 100, stock=None)
        body = '{"product_id": "%s", "expected_total": %d.%02d, "customer": %s}'
        buyer = '{"name": "Sam", "email": "sam@example.com"}'
        data = body % (product.id, *divmod(price + 100, 100), buyer)
        answer = sf.post(ORDER, data=data, content_type="application/json")
        assert answer.status_code == 201, answer.text


def test_less_than_stripe_takes(sf: FlaskClient, store: stores.Store) -> None:
    cheap = makers.product(store, price=50)
    with db.engine.connect().execution_options(writes=True) as connection:
        connection.execute(text("UPDATE variants SET shelf_price = 20"))
        connection.commit()
    assert refusal(buy(sf, cheap)) == (409, "amount_too_small")


def test_an_address_as_text_or_in_parts(
    sf: FlaskClient, store: stores.Store, vase: catalogue.Product
) -> None:
    parts = {"line1": "1 High St", "city": "York", "country": "gb", "region": ""}
    for given, kept in (
        ("1 High St\r\nYork", orders.Address("1 High St\nYork")),
        (parts, orders.Address("1 High St", city="York", country="GB")),
        ("  ", None),
        (None, None),
    ):
        answer = buy(sf, vase, customer={**BUYER, "address": given})
        order = orders.find(store.id, answer.get_json()["order_id"])
        assert order.customer.address == kept
        with db.engine.connect().execution_options(writes=True) as connection:
            connection.execute(text("UPDATE variants SET held = 0"))
            connection.commit()


@pytest.mark.parametrize("address", [5, [], True, {"line1": 5}, "x" * 1001, {"street": "High St"}])
def test_addresses_that_are_none(sf: FlaskClient, vase: catalogue.Product, address: object) -> None:
    fields = wrong(buy(sf, vase, customer={**BUYER, "address": address}))
    assert all(field.startswith("customer.address") for field in fields)


def test_what_is_shipped_needs_an_option_and_an_address(
    sf: FlaskClient, store: stores.Store, vase: catalogue.Product
) -> None:
    options = [
        {"id": "post", "name": "Post", "price": 490, "countries": ["DE"]},
        {"id": "van", "name": "Van", "price": 900, "countries": []},
    ]
    change(store, shipping_options=options, address_required=True)
    assert wrong(buy(sf, vase)) == {
        "shipping_option_id": "shipping_option_required",
        "customer.address": "required",
    }
    home = {**BUYER, "address": {"line1": "1 High St", "country": "GB"}}
    answer = buy(sf, vase, customer=home, shipping_option_id="boat")
    assert wrong(answer) == {"shipping_option_id": "unknown_shipping_option"}
    answer = buy(sf, vase, customer=home, shipping_option_id="post")
    assert wrong(answer) == {"customer.address.country": "not_shipped_there"}
    answer = buy(sf, vase, customer=home, shipping_option_id="van")
    assert (answer.status_code, answer.get_json()["total"]) == (201, 37.0)


def test_the_way_back_is_on_the_shops_own_pages(
    sf: FlaskClient, store: stores.Store, vase: catalogue.Product, checkout: Checkout
) -> None:
    for url in ("javascript:alert(1)", "ftp://a.example", "//x", "https://a\nb.example", "x"):
        codes = wrong(buy(sf, vase, return_url=url))
        assert codes["return_url"] in ("invalid_url", "invalid_characters")
    answer = buy(sf, vase, return_url="http://anywhere.example/thanks?a=1")
    assert answer.status_code == 201
    [opened] = checkout.opened
    order_id = answer.get_json()["order_id"]
    back = f"http://anywhere.example/thanks?a=1&order_id={order_id}&result=success"
    assert opened["success_url"] == back
    assert answer.get_json()["order_token"] not in opened["success_url"]
    change(store, allowed_domains=["shop.example"])
    answer = buy(sf, vase, return_url="https://evil.example/", cancel_url="http://shop.example/")
    assert wrong(answer) == {"return_url": "url_not_allowed", "cancel_url": "url_not_allowed"}
    answer = buy(sf, vase, return_url="https://shop.example/ok", cancel_url="https://shop.example")
    assert answer.status_code == 201


def test_a_refused_payment_page_gives_the_order_up(
    sf: FlaskClient, store: stores.Store, vase: catalogue.Product, checkout: Checkout
) -> None:
    checkout.refusal = payments.PaymentProviderError()
    answer = buy(sf, vase, quantity=3)
    assert refusal(answer) == (502, "payment_provider_error")
    assert answer.get_json()["error"]["type"] == "api_error"
    db.session.remove()
    assert catalogue.find(store.id, vase.id).variants[0].left == 3
    assert db.session.scalar(text("SELECT status FROM orders")) == "expired"


def test_the_customer_sees_the_own_order_and_nothing_else(
    sf: FlaskClient, twin: stores.Store, vase: catalogue.Product
) -> None:
    placed = buy(sf, vase).get_json()
    answer = sf.get(ORDER, query_string={"token": placed["order_token"]})
    assert answer.headers["Cache-Control"] == "no-store"
    found = answer.get_json()
    [line] = found.pop("lines")
    assert found == {
        "id": placed["order_id"],
        "number": "1001",
        "status": "awaiting_payment",
        "subtotal": 28.0,
        "shipping": 0.0,
        "tax": 0.0,
        "total": 28.0,
        "balance_due": 28.0,
        "refunded": 0.0,
        "currency": "EUR",
        "tracking": None,
        "expires_at": placed["expires_at"],
        "cancelled_at": None,
        "can": {"pay": True, "cancel": True},
    }
    assert (line["title"], line["quantity"], line["unit_price"]) == ("Ripple vase", 1, 28.0)
    assert "sam@example.com" not in answer.text
    other = {"X-Synqro-Store": twin.publishable_key}
    token = {"token": placed["order_token"]}
    assert refusal(sf.get(ORDER, query_string=token, headers=other)) == (404, "not_found")
    assert refusal(sf.get(ORDER, query_string={"token": "x"})) == (404, "not_found")
    assert refusal(sf.get(ORDER, query_string={"token": placed["order_id"]})) == (404, "not_found")
    assert refusal(sf.get(ORDER)) == (400, "invalid_parameter")


def test_an_open_order_is_paid_on_the_same_page(
    sf: FlaskClient, vase: catalogue.Product, checkout: Checkout
) -> None:
    placed = buy(sf, vase).get_json()
    answer = sf.post(PAY, json={"token": placed["order_token"]})
    assert answer.get_json() == {
        "checkout_url": placed["checkout_url"],
        "amount_due": 28.0,
        "currency": "EUR",
        "expires_at": placed["expires_at"],
    }
    assert len(checkout.opened) == 1
    assert refusal(sf.post(PAY, json={"token": "x"})) == (404, "not_found")
    assert wrong(sf.post(PAY, json={})) == {"token": "required"}
    assert wrong(sf.post(PAY, json={"token": "x", "x": 1})) == {"x": "unknown_field"}


def test_an_expired_order_is_gone(sf: FlaskClient, vase: catalogue.Product, clock: Any) -> None:
    placed = buy(sf, vase).get_json()
    clock.forward(34 * 60)
    answer = sf.post(PAY, json={"token": placed["order_token"]})
    assert refusal(answer) == (410, "order_expired")
    assert answer.get_json()["error"]["type"] == "gone"
    found = sf.get(ORDER, query_string={"token": placed["order_token"]}).get_json()
    assert found["can"] == {"pay": False, "cancel": False}


def test_metadata_is_kept_with_the_order(
    sf: FlaskClient, store: stores.Store, vase: catalogue.Product
) -> None:
    answer = buy(sf, vase, metadata={"cart": " 7 ", "emoji": "🎈"})
    order = orders.find(store.id, answer.get_json()["order_id"])
    assert order.meta == {"cart": " 7 ", "emoji": "🎈"}
    assert wrong(buy(sf, vase, metadata={"a": 1, "b": "x" * 501})) == {
        "metadata.a": "not_text",
        "metadata.b": "too_long",
    }
    assert wrong(buy(sf, vase, metadata=[])) == {"metadata": "not_an_object"}
