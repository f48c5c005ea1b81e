"""POST order/cancel: a buyer gives up an order that is not paid, and its pieces are free."""

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from synqro import catalogue, orders, stores
from tests import makers
from tests.makers import refusal, wrong
from tests.payments import moneybox
from tests.payments.till import SESSIONS, Till, fresh

ORDER = "/api/storefront/order"
CANCEL = f"{ORDER}/cancel"


@pytest.fixture
def vase(connected: stores.Store) -> catalogue.Product:
    """The last one."""
    return makers.product(connected, stock=1)


@pytest.fixture
def placed(client: FlaskClient, connected: stores.Store, vase: catalogue.Product) -> dict[str, str]:
    found: dict[str, str] = makers.buy(client, connected, vase.id).get_json()
    return found


def cancel(sf: FlaskClient, token: str, **headers: str) -> TestResponse:
    return sf.post(CANCEL, json={"token": token}, headers=headers)


def order_of(store: stores.Store, placed: dict[str, str]) -> orders.Order:
    return orders.find(store.id, placed["order_id"])


def test_the_last_piece_can_be_bought_again_at_once(
    sf: FlaskClient, connected: stores.Store, vase: catalogue.Product, placed: dict[str, str]
) -> None:
    again = makers.buy(sf, connected, vase.id)
    assert refusal(again) == (409, "out_of_stock")
    answer = cancel(sf, placed["order_token"])
    assert answer.status_code == 200, answer.text
    found = answer.get_json()
    assert (found["status"], found["can"]) == ("cancelled", {"pay": False, "cancel": False})
    assert found["cancelled_at"].endswith("Z") and found["expires_at"] is None
    assert (found["balance_due"], found["refunded"]) == (0, 0)
    shown = sf.get(ORDER, query_string={"token": placed["order_token"]}).get_json()
    assert shown == found
    assert makers.buy(sf, connected, vase.id).status_code == 201


def test_a_paid_order_is_not_the_customers_to_cancel(
    sf: FlaskClient, connected: stores.Store, till: Till, placed: dict[str, str]
) -> None:
    order = order_of(connected, placed)
    till.press(order, "pay")
    assert refusal(cancel(sf, placed["order_token"])) == (409, "order_not_cancellable")
    till.until(order, "paid")
    assert refusal(cancel(sf, placed["order_token"])) == (409, "order_not_cancellable")
    orders.refund(connected.id, order.id, amount=1000)
    found = sf.get(ORDER, query_string={"token": placed["order_token"]}).get_json()
    assert (found["refunded"], found["can"]) == (10.0, {"pay": False, "cancel": False})


def test_a_payment_on_its_way_is_waited_for(
    sf: FlaskClient, connected: stores.Store, till: Till, placed: dict[str, str]
) -> None:
    order = order_of(connected, placed)
    till.ask("switches", settle_after=3600)
    till.press(order, "async_ok")
    assert refusal(cancel(sf, placed["order_token"])) == (409, "payment_processing")
    assert fresh(order).status == "awaiting_payment"


def test_with_stripe_away_nothing_changes(
    sf: FlaskClient,
    connected: stores.Store,
    till: Till,
    vase: catalogue.Product,
    placed: dict[str, str],
) -> None:
    order = order_of(connected, placed)
    till.fault("server_error", path=f"{SESSIONS}/{order.session_id}/expire", times=9)
    assert refusal(cancel(sf, placed["order_token"])) == (502, "payment_provider_error")
    assert (fresh(order).status, moneybox.stock(vase)) == ("awaiting_payment", (1, 1))
    till.ask("switches", faults=[])
    assert cancel(sf, placed["order_token"]).status_code == 200


def test_the_same_key_gets_the_same_answer(sf: FlaskClient, placed: dict[str, str]) -> None:
    answers = [cancel(sf, placed["order_token"], **{"Idempotency-Key": "k"}) for _ in range(2)]
    assert answers[0].status_code == 200 and answers[0].data == answers[1].data
    assert answers[1].headers["Idempotent-Replayed"] == "true"
    assert refusal(cancel(sf, placed["order_token"])) == (409, "order_not_cancellable")


def test_bad_requests_are_named(
    sf: FlaskClient, twin: stores.Store, placed: dict[str, str]
) -> None:
    token = placed["order_token"]
    for other in ("x", placed["order_id"], "\u0000", "ü"):
        assert refusal(cancel(sf, other))[0] in (404, 422)
    assert wrong(sf.post(CANCEL, json={})) == {"token": "required"}
    assert wrong(sf.post(CANCEL, json={"token": token, "x": 1})) == {"x": "unknown_field"}
    assert refusal(sf.get(CANCEL)) == (405, "method_not_allowed")
    foreign = {"X-Synqro-Store": twin.publishable_key}
    assert refusal(sf.post(CANCEL, json={"token": token}, headers=foreign)) == (404, "not_found")


def test_other_pages_may_ask(sf: FlaskClient, placed: dict[str, str]) -> None:
    answer = cancel(sf, placed["order_token"], Origin="https://maker.example")
    assert answer.headers["Access-Control-Allow-Origin"]
    assert answer.headers["RateLimit-Limit"] == "30"
