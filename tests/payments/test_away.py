"""Stripe is wrong or away: the customer is told that nothing was charged, the pieces are free."""

from html import unescape
from typing import Any

import pytest
from structlog.testing import capture_logs

from synqro import orders, payments
from synqro.core.db import db
from synqro.orders import Order
from synqro.payments import Provider
from synqro.payments.client import options, speaking
from tests import makers
from tests.payments.till import account, fresh, held, place
from tests.widget.conftest import Customer

FAULTS: dict[str, dict[str, Any]] = {
    "server errors": {"kind": "server_error"},
    "too many requests": {"kind": "rate_limited"},
    "a connection that drops": {"kind": "dropped"},
    "a connection that drops after the work": {"kind": "dropped_after"},
    "a web page for an answer": {"kind": "garbage", "body": "html"},
    "an answer cut short": {"kind": "garbage", "body": "json"},
    "a key that is unknown": {"kind": "unauthorized"},
}


@pytest.fixture
def product(shop):
    return makers.product(shop, stock=2)


def only_order() -> Order:
    db.session.rollback()
    [order] = db.session.scalars(db.select(Order).execution_options(populate_existing=True))
    return order


def sessions(shop) -> list[Any]:
    with speaking(Provider.SANDBOX) as client:
        found = client.v1.checkout.sessions.list({}, options(account(shop).account_id))
        return list(found.data)


@pytest.mark.parametrize("fault", FAULTS)
def test_the_api_answers_502_and_the_pieces_are_free(shop, product, client, till, fault):
    till.fault(times=9, method="POST", **FAULTS[fault])
    answer = makers.buy(client, shop, product.id)
    assert makers.refusal(answer) == (502, "payment_provider_error")
    assert (only_order().status, held(product)) == ("expired", 0)


@pytest.mark.parametrize("fault", FAULTS)
def test_the_widget_says_that_nothing_was_charged(shop, product, client, till, fault):
    till.fault(times=9, method="POST", **FAULTS[fault])
    customer = Customer(client, f"/s/{shop.publishable_key}")
    answer = customer.pay(customer.basket((product, 1)))
    assert answer.status_code == 502
    page = unescape(answer.text)
    assert "Nothing was charged" in page and "Sam Field" in page and product.title in page


@pytest.mark.parametrize("fault", FAULTS)
def test_paying_again_keeps_the_hold_for_another_try(shop, product, client, till, fault):
    placed = place(shop, product)
    till.fault(times=9, method="POST", **FAULTS[fault])
    body = {"token": placed.token}
    path = f"/api/storefront/order/pay?key={shop.publishable_key}"
    answer = client.post(path, json=body)
    assert makers.refusal(answer) == (502, "payment_provider_error")
    assert (fresh(placed.order).status, held(product)) == ("awaiting_payment", 1)
    till.fault("server_error", path="/nowhere")
    assert client.post(path, json=body).status_code == 200
    assert [session.status for session in sessions(shop)] == ["open"]


@pytest.mark.parametrize("kind", ["dropped", "dropped_after", "server_error"])
def test_one_slip_is_one_session_and_nobody_notices(shop, product, client, till, kind):
    till.fault(kind, times=1, method="POST")
    answer = makers.buy(client, shop, product.id)
    assert answer.status_code == 201
    [session] = sessions(shop)
    assert session.id == only_order().session_id


def test_a_repeat_with_the_same_key_is_one_session(shop, product, till):
    placed = place(shop, product)
    till.fault("dropped_after", times=9, method="POST")
    with pytest.raises(payments.PaymentProviderError):
        orders.pay(shop, placed.token)
    till.fault("server_error", path="/nowhere")
    order = orders.pay(shop, placed.token)
    [session] = sessions(shop)
    assert session.id == order.session_id


@pytest.mark.parametrize("fault", ["a web page for an answer", "a key that is unknown"])
def test_asking_about_an_account_of_a_wrong_stripe_changes_nothing(shop, till, fault):
    till.fault(path="/v2/core/accounts", times=9, **FAULTS[fault])
    with pytest.raises(payments.PaymentProviderError):
        payments.refresh_account(shop)
    assert payments.ready(shop)


def test_the_operator_finds_the_setting_in_the_log(shop, product, till):
    placed = place(shop, product)
    till.fault("unauthorized", times=9)
    with capture_logs() as lines, pytest.raises(payments.PaymentProviderError):
        orders.checkout_page(shop, placed.order)
    [line] = [line for line in lines if line["log_level"] == "error"]
    assert line["setting"] == "the sandbox's own"


@pytest.mark.parametrize("answer", [[], "x", {}, {"id": 7}, {"object": "checkout.session"}])
def test_json_that_is_no_session(shop, product, monkeypatch, answer):
    def told(*_: Any, **__: Any) -> Any:
        return answer

    placed = place(shop, product)
    monkeypatch.setattr("stripe.checkout._session_service.SessionService.create", told)
    with pytest.raises(payments.PaymentProviderError):
        orders.checkout_page(shop, placed.order)
    assert (fresh(placed.order).status, held(product)) == ("expired", 0)
