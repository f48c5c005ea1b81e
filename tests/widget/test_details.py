"""The details page and paying: what is asked, what is refused, what it costs."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from synqro import catalogue, orders, stores
from synqro.core.clock import today
from tests import makers
from tests.widget.conftest import Customer, unpaid, until_paid

PARCEL: stores.ShippingOption = {
    "id": "",
    "name": "Parcel",
    "price": 590,
    "countries": ["DE", "FR"],
}
WORLD: stores.ShippingOption = {"id": "", "name": "Worldwide", "price": 1490, "countries": []}
PLACE = {
    "customer__address__line1": "12 rue des Ateliers",
    "customer__address__postal_code": "69003",
    "customer__address__city": "Lyon",
    "customer__address__country": "FR",
}


@pytest.fixture
def vase(connected: stores.Store) -> catalogue.Product:
    return makers.product(connected, lead_time_days=3)


@pytest.fixture
def delivered(connected: stores.Store, vase: catalogue.Product) -> tuple[str, str]:
    """The ids of the two ways to deliver the vase, to an address."""
    saved = stores.save_storefront(
        connected.id, shipping_options=[PARCEL, WORLD], address_required=True
    )
    parcel, world = (option["id"] for option in saved.shipping_options)
    return parcel, world


def test_paying_leads_to_the_payment_page_in_one_step(
    customer: Customer, connected: stores.Store, vase: catalogue.Product
) -> None:
    answer = customer.pay(customer.basket((vase, 2)), note="Gift, please")
    assert answer.status_code == 303
    assert "/sandbox/checkout/" in answer.location
    (order,) = unpaid(connected.id)
    assert (order.total, order.note, order.customer_name) == (5600, "Gift, please", "Sam Field")
    assert order.checkout_url == answer.location
    assert "Set-Cookie" not in answer.headers


def test_scripts_get_the_address_and_the_orders_token(
    customer: Customer, connected: stores.Store, vase: catalogue.Product, shop: str
) -> None:
    data = {**customer.typed, "expected_total": "28.00", "idempotency_key": "k1"}
    answer = customer.client.post(
        f"{shop}/details?{customer.basket((vase, 1))}",
        data=data,
        headers={"Accept": "application/json"},
    )
    (order,) = unpaid(connected.id)
    assert answer.get_json() == {
        "checkout_url": order.checkout_url,
        "order": {"id": order.id, "token": orders.link_token(order)},
    }


def test_pressing_twice_makes_one_order(
    customer: Customer, connected: stores.Store, vase: catalogue.Product, shop: str
) -> None:
    data = {**customer.typed, "expected_total": "28.00", "idempotency_key": "k1"}
    url = f"{shop}/details?{customer.basket((vase, 1))}"
    first, second = (customer.client.post(url, data=data) for _ in range(2))
    assert first.location == second.location
    assert len(unpaid(connected.id)) == 1
    corrected = customer.client.post(url, data={**data, "customer.name": "Samantha"})
    assert corrected.status_code == 303
    assert len(unpaid(connected.id)) == 2


def test_an_order_paid_before_its_answer_was_kept_is_not_made_again(
    customer: Customer,
    connected: stores.Store,
    vase: catalogue.Product,
    shop: str,
    clock: Any,
    run_jobs: Callable[[], int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    data = {**customer.typed, "expected_total": "28.00", "idempotency_key": "k1"}
    url = f"{shop}/details?{customer.basket((vase, 1))}"

    def lost(*_: object) -> None:
        raise OSError("killed before the answer was kept")

    with monkeypatch.context() as patched:
        patched.setattr("synqro.core.idempotency.keep", lost)
        first = customer.client.post(url, data=data)
    makers.press(customer.client, first.location, "pay")
    until_paid(connected.id, run_jobs)
    clock.forward(61)
    again = customer.client.post(url, data=data)
    assert again.status_code == 303
    assert f"{shop}/orders/" in again.location
    assert orders.waiting(connected.id, today("UTC")).to_do == 1
    assert unpaid(connected.id) == []


def test_errors_keep_every_typed_word(
    customer: Customer,
    connected: stores.Store,
    vase: catalogue.Product,
    delivered: tuple[str, str],
) -> None:
    answer = customer.pay(
        customer.basket((vase, 1)),
        customer__name="<Sam>",
        customer__email="sam@example",
        note="two\nlines",
        shipping_option_id=delivered[0],
    )
    assert answer.status_code == 422
    page = answer.text
    assert 'role="alert"' in page
    assert "Four things need a look" in page
    for target in ("customer-email", "customer-address-line1", "customer-address-city"):
        assert f'href="#{target}"' in page
        assert re.search(
            rf'id="{target}"[^>]*aria-invalid="true"[^>]*aria-describedby="{target}-h"', page
        )
        assert f'id="{target}-h"' in page
    assert 'value="&lt;Sam&gt;"' in page
    assert 'value="sam@example"' in page
    assert "two\nlines</textarea>" in page
    assert unpaid(connected.id) == []


FIELDS = (
    *(f"customer__{name}" for name in ("name", "email", "phone")),
    *(f"customer__address__{name}" for name in ("line1", "line2", "country", "region")),
    *("note", "return_url", "shipping_option_id", "idempotency_key", "stranger"),
)


@pytest.mark.parametrize("word", ["\0", "a\x07b", "x" * 5000, "\u202eevil", "👍", "  "])
def test_no_field_breaks_the_page(
    customer: Customer, vase: catalogue.Product, delivered: tuple[str, str], word: str
) -> None:
    catalogue.set_stock(vase.store_id, vase.variants[0].id, None)
    for field in FIELDS:
        typed = {**PLACE, "shipping_option_id": delivered[0], field: word}
        answer = customer.pay(customer.basket((vase, 1)), **typed)
        assert answer.status_code in (303, 422), field
        if answer.status_code == 422:
            assert 'role="alert"' in answer.text, field


def test_a_large_body_is_refused(customer: Customer, vase: catalogue.Product, shop: str) -> None:
    answer = customer.client.post(f"{shop}/details", data={"note": "x" * 10_000_000})
    assert answer.status_code == 413


def test_every_way_of_delivery_says_its_total(
    customer: Customer,
    connected: stores.Store,
    vase: catalogue.Product,
    delivered: tuple[str, str],
) -> None:
    basket = customer.basket((vase, 1))
    page = customer.details(basket).text
    assert "Pay €33.90 with Stripe" in page
    assert "Pay €42.90 with Stripe" in page
    assert f'name="expected_total.{delivered[1]}" value="42.90"' in page
    assert customer.pay(basket, **PLACE, shipping_option_id=delivered[1]).status_code == 303
    (order,) = unpaid(connected.id)
    assert (order.total, order.shipping, order.shipping_option) == (4290, 1490, "Worldwide")
    assert order.customer.address is not None
    assert order.customer.address.text.splitlines()[0] == "12 rue des Ateliers"


def test_countries_are_those_that_are_delivered_to(
    customer: Customer, connected: stores.Store, vase: catalogue.Product
) -> None:
    saved = stores.save_storefront(connected.id, shipping_options=[PARCEL], address_required=True)
    basket = customer.basket((vase, 1))
    page = customer.details(basket).text
    assert re.findall(r'<option value="(\w\w)"', page) == ["FR", "DE"]
    assert '<option value="DE" selected>Germany' in page
    answer = customer.pay(
        basket,
        **{**PLACE, "customer__address__country": "ES"},
        shipping_option_id=saved.shipping_options[0]["id"],
    )
    assert answer.status_code == 422
    assert 'href="#customer-address-country"' in answer.text


def test_no_address_is_asked_where_nothing_is_sent(
    customer: Customer, vase: catalogue.Product
) -> None:
    page = customer.details(customer.basket((vase, 1))).text
    assert "address" not in page.lower().split("</head>")[1]
    for name, value in (("name", "name"), ("email", "email"), ("phone", "tel")):
        assert re.search(rf'name="customer.{name}"[^>]*autocomplete="{value}"', page)


def test_a_changed_price_is_shown_and_not_charged(
    customer: Customer, connected: stores.Store, vase: catalogue.Product, shop: str
) -> None:
    basket = customer.basket((vase, 1))
    form = {**customer.typed, "expected_total": "28.00", "idempotency_key": "k1"}
    catalogue.edit_product(connected.id, vase.id, price=3000)
    answer = customer.client.post(f"{shop}/details?{basket}", data=form)
    assert answer.status_code == 409
    assert "The price has changed" in answer.text
    assert "Ripple vase is now €30.00, it was €28.00." in answer.text
    assert "Pay €30.00 with Stripe" in answer.text
    assert 'value="Sam Field"' in answer.text
    assert unpaid(connected.id) == []


def test_the_last_piece_gone_is_said_on_the_form(
    customer: Customer, connected: stores.Store, vase: catalogue.Product, shop: str
) -> None:
    basket = customer.basket((vase, 3))
    form = {**customer.typed, "expected_total": "84.00", "idempotency_key": "k1"}
    catalogue.set_stock(connected.id, vase.variants[0].id, 1)
    answer = customer.client.post(f"{shop}/details?{basket}", data=form)
    assert answer.status_code == 409
    assert "Ripple vase: Only 1 left." in answer.text
    assert "Change the basket" in answer.text


def test_a_shop_that_closes_meanwhile_says_so(
    customer: Customer, connected: stores.Store, vase: catalogue.Product, shop: str
) -> None:
    stores.save_storefront(connected.id, ordering_enabled=False, closed_message="On the beach")
    answer = customer.client.post(
        f"{shop}/details?{customer.basket((vase, 1))}", data=customer.typed
    )
    assert answer.status_code == 409
    assert "On the beach" in answer.text


def test_payments_not_set_up_is_said_when_paying(
    client: FlaskClient, store: stores.Store, shop: str
) -> None:
    customer = Customer(client, shop)
    vase = makers.product(store)
    answer = client.post(f"{shop}/details?{customer.basket((vase, 1))}", data=customer.typed)
    assert answer.status_code == 409
    assert "Payments aren" in answer.text


def test_an_empty_basket_is_no_order(
    customer: Customer, connected: stores.Store, shop: str
) -> None:
    answer = customer.client.post(f"{shop}/details", data=customer.typed)
    assert answer.status_code == 422
    assert customer.client.get(f"{shop}/details").status_code == 303


def test_the_way_back_is_the_host_page_only_where_it_is_allowed(
    customer: Customer, connected: stores.Store, vase: catalogue.Product
) -> None:
    stores.save_storefront(connected.id, allowed_domains=["maker.example"])
    basket = customer.basket((vase, 1))
    customer.pay(basket, return_url="https://maker.example/shop")
    customer.pay(basket, return_url="https://evil.example/shop")
    customer.pay(basket, return_url="javascript:alert(1)")
    urls = [order.return_url for order in unpaid(connected.id)]
    assert sorted(urls, key=str) == [None, None, "https://maker.example/shop"]


def test_too_many_tries_keep_the_words(
    customer: Customer, vase: catalogue.Product, shop: str
) -> None:
    for _ in range(31):
        answer = customer.client.post(
            f"{shop}/details?{customer.basket((vase, 1))}", data={"customer.name": "Sam"}
        )
    assert answer.status_code == 429
    assert "Retry-After" in answer.headers
    assert 'value="Sam"' in answer.text
