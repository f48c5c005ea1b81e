"""/v1/orders/{id}/…: started, shipped, cancelled, refunded, and never twice."""

from typing import Any

import pytest

from synqro import catalogue, events, orders, payments, stores
from synqro.core import idempotency
from synqro.core.db import db
from synqro.payments import PaymentProviderError
from tests import makers
from tests.api.conftest import Call
from tests.api.selling import paid, placed
from tests.conftest import Clock
from tests.makers import refusal, wrong
from tests.orders import shop
from tests.orders.bank import Bank
from tests.storefront.conftest import session_facts


@pytest.fixture
def store(store: stores.Store) -> stores.Store:
    shop.set_up_payments(store)
    return store


@pytest.fixture
def vase(store: stores.Store) -> catalogue.Product:
    return makers.product(store, stock=10)


@pytest.fixture
def order(store: stores.Store, vase: catalogue.Product) -> orders.Order:
    """A paid order of two vases for 28.00 each."""
    return paid(store, vase, 2)


@pytest.fixture
def bank(order: orders.Order, monkeypatch: pytest.MonkeyPatch) -> Bank:
    bank = Bank(order)
    bank.serve(monkeypatch)
    return bank


def step(call: Call, order: orders.Order, name: str, body: Any = None, **how: Any) -> Any:
    sent = {} if body is None else {"json": body}
    answer = call("POST", f"/orders/{order.id}/{name}", **sent, **how)
    assert answer.status_code == 200, answer.text
    return answer.get_json()


def told() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(db.select(events.Event.type).order_by(events.Event.id)))


def test_an_order_is_started_and_shipped(call: Call, order: orders.Order) -> None:
    assert step(call, order, "start")["status"] == "in_progress"
    parcel = {"carrier": "DHL", "tracking_number": "JD014600003SE"}
    found = step(call, order, "ship", parcel)
    assert (found["status"], found["tracking"]) == ("shipped", parcel)
    assert found == call("GET", f"/orders/{order.id}").get_json()
    assert told()[-2:] == ["order.updated", "order.shipped"]


def test_a_parcel_needs_no_tracking_but_no_half_of_it_either(
    call: Call, store: stores.Store, vase: catalogue.Product
) -> None:
    first, second, third = (paid(store, vase) for _ in range(3))
    for body, field in (
        ({"carrier": "DHL"}, "tracking_number"),
        ({"tracking_number": "JD1", "carrier": " "}, "carrier"),
    ):
        answer = call("POST", f"/orders/{first.id}/ship", json=body)
        assert wrong(answer) == {field: "required"}
    assert step(call, first, "ship")["tracking"] is None
    assert step(call, second, "ship", {})["tracking"] is None
    assert step(call, third, "ship", {"carrier": None})["status"] == "shipped"


@pytest.mark.parametrize("name", ["start", "ship", "cancel", "refund"])
def test_what_no_step_knows_is_refused(call: Call, order: orders.Order, name: str) -> None:
    answer = call("POST", f"/orders/{order.id}/{name}", json={"trackingNumber": "1"})
    assert wrong(answer) == {"trackingNumber": "unknown_field"}
    answer = call("POST", f"/orders/{order.id}/{name}?force=1")
    assert refusal(answer) == (400, "invalid_parameter")
    answer = call("POST", f"/orders/{order.id}/{name}", data=b"{", content_type="application/json")
    assert refusal(answer) == (400, "malformed_json")


def test_steps_that_the_status_forbids(
    call: Call, store: stores.Store, vase: catalogue.Product, order: orders.Order, bank: Bank
) -> None:
    def refused(one: orders.Order, name: str) -> tuple[int, str]:
        return refusal(call("POST", f"/orders/{one.id}/{name}"))

    unpaid = placed(store, vase)
    assert refused(unpaid, "start") == (409, "order_not_startable")
    assert refused(unpaid, "ship") == (409, "order_not_shippable")
    assert refused(unpaid, "refund") == (409, "order_not_refundable")
    step(call, order, "ship")
    assert refused(order, "start") == (409, "order_not_startable")
    assert refused(order, "ship") == (409, "order_not_shippable")
    assert refused(order, "cancel") == (409, "order_not_cancellable")
    assert step(call, order, "refund")["status"] == "refunded"
    assert refused(order, "refund") == (409, "order_not_refundable")
    assert refused(order, "ship") == (409, "order_not_shippable")


def test_cancelling_a_paid_order_gives_its_money_and_its_pieces_back(
    call: Call, order: orders.Order, bank: Bank, vase: catalogue.Product
) -> None:
    assert shop.stock(vase) == (8, 0)
    found = step(call, order, "cancel")
    assert (found["status"], found["refunded"], found["balance_due"]) == ("cancelled", 56.0, 0)
    assert [(one["amount"], one["status"]) for one in found["refunds"]] == [(56.0, "succeeded")]
    assert found["cancelled_at"] and bank.refunded() == 5600
    assert shop.stock(vase) == (10, 0)
    assert sorted(told()[-2:]) == ["order.cancelled", "order.refunded"]


def test_cancelling_an_unpaid_order_ends_it(
    call: Call, store: stores.Store, vase: catalogue.Product
) -> None:
    unpaid = placed(store, vase)
    assert step(call, unpaid, "cancel")["status"] == "cancelled"
    assert shop.stock(vase) == (10, 0)
    assert refusal(call("POST", f"/orders/{unpaid.id}/cancel")) == (409, "order_not_cancellable")


def test_a_page_that_cannot_be_closed_is_a_502_and_changes_nothing(
    call: Call, store: stores.Store, vase: catalogue.Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object, **__: object) -> Any:
        raise PaymentProviderError

    opened = payments.Session(**session_facts("cs_1"))
    monkeypatch.setattr(payments, "open_checkout", lambda *_, **__: opened)
    unpaid = placed(store, vase)
    orders.checkout_page(store, unpaid)
    monkeypatch.setattr(payments, "expire_session", away)
    answer = call("POST", f"/orders/{unpaid.id}/cancel", once="k")
    assert refusal(answer) == (502, "payment_provider_error")
    assert shop.fresh(unpaid).status == "awaiting_payment"
    closed = payments.Session(**{**session_facts("cs_1"), "status": "expired"})
    monkeypatch.setattr(payments, "expire_session", lambda *_: closed)
    assert step(call, unpaid, "cancel", once="k")["status"] == "cancelled"


def test_a_part_is_refunded_and_then_the_rest(call: Call, order: orders.Order, bank: Bank) -> None:
    found = step(call, order, "refund", {"amount": 20.5})
    assert (found["status"], found["refunded"]) == ("paid", 20.5)
    found = step(call, order, "refund", {"amount": "5.50"})
    assert (found["status"], found["refunded"]) == ("paid", 26.0)
    found = step(call, order, "refund")
    assert (found["status"], found["refunded"]) == ("refunded", 56.0)
    assert [one["amount"] for one in found["refunds"]] == [20.5, 5.5, 30.0]
    assert bank.refunded() == 5600


@pytest.mark.parametrize(
    ("amount", "code"),
    [
        (56.01, "amount_too_large"),
        (99_999_999_999, "amount_too_large"),
        (0, "invalid_amount"),
        (-1, "invalid_amount"),
        (1.005, "too_many_decimals"),
        ("all", "invalid_amount"),
        (True, "invalid_amount"),
        ([], "invalid_amount"),
        ({"amount": 1}, "invalid_amount"),
    ],
)
def test_an_amount_that_cannot_be_refunded(
    call: Call, order: orders.Order, bank: Bank, amount: object, code: str
) -> None:
    answer = call("POST", f"/orders/{order.id}/refund", json={"amount": amount})
    assert wrong(answer) == {"amount": code}
    assert bank.refunds == []


def test_a_refund_without_an_answer_is_asked_for_again(
    call: Call, order: orders.Order, bank: Bank, clock: Clock
) -> None:
    bank.away = True
    found = step(call, order, "cancel", once="k")
    assert (found["status"], found["refunded"]) == ("paid", 0)
    assert [one["status"] for one in found["refunds"]] == ["requested"]
    assert refusal(call("POST", f"/orders/{order.id}/ship")) == (409, "order_not_shippable")
    bank.away = False
    clock.forward(61)
    [due] = orders.due_refunds()
    orders.send_refund(due)
    found = call("GET", f"/orders/{order.id}").get_json()
    assert (found["status"], found["refunded"]) == ("cancelled", 56.0)


def test_a_refund_that_the_bank_refuses(
    call: Call, order: orders.Order, bank: Bank, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuses(*_: object, **__: object) -> None:
        raise payments.RefundRefused("The account is empty.")

    monkeypatch.setattr(payments, "create_refund", refuses)
    answer = call("POST", f"/orders/{order.id}/refund")
    assert refusal(answer) == (409, "refund_refused")
    found = call("GET", f"/orders/{order.id}").get_json()
    assert (found["status"], found["refunded"]) == ("paid", 0)
    assert found["refunds"][0]["status"] == "failed" and found["refunds"][0]["failure"]


def test_a_repeat_gets_the_first_answer_and_moves_no_money(
    call: Call, order: orders.Order, bank: Bank
) -> None:
    first = step(call, order, "refund", {"amount": 10}, once="k")
    assert step(call, order, "refund", {"amount": 10}, once="k") == first
    assert len(bank.refunds) == 1
    other = call("POST", f"/orders/{order.id}/refund", json={"amount": 11}, once="k")
    assert refusal(other) == (409, "idempotency_key_reused")
    assert step(call, order, "refund", {"amount": 10}, once="another")["refunded"] == 20.0


def test_one_key_may_refund_a_part_and_cancel_the_rest(
    call: Call, order: orders.Order, bank: Bank
) -> None:
    step(call, order, "refund", {"amount": 10}, once="k")
    found = step(call, order, "cancel", once="k")
    assert (found["status"], found["refunded"]) == ("cancelled", 56.0)


@pytest.mark.parametrize("died_at", ["before", "asking", "answering"])
@pytest.mark.parametrize(
    ("name", "status", "refunded"), [("refund", "paid", 10.0), ("cancel", "cancelled", 56.0)]
)
def test_a_repeat_after_a_crash_never_refunds_twice(
    call: Call,
    order: orders.Order,
    bank: Bank,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
    died_at: str,
    name: str,
    status: str,
    refunded: float,
) -> None:
    """Before anything was written, after it was and before the bank heard, and after."""
    body = {"amount": 10} if name == "refund" else {}
    with monkeypatch.context() as dying:
        where, what = {
            "before": (orders, name),
            "asking": (payments, "create_refund"),
            "answering": (idempotency, "keep"),
        }[died_at]
        dying.setattr(where, what, dies)
        dying.setattr(idempotency, "free", dies)
        with pytest.raises(KeyboardInterrupt):
            call("POST", f"/orders/{order.id}/{name}", json=body, once="k")
    clock.forward(61)
    found = step(call, order, name, body, once="k")
    assert (found["status"], found["refunded"]) == (status, refunded)
    assert len(bank.refunds) == len(found["refunds"]) == 1
    assert step(call, order, name, body, once="k") == found


def dies(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


@pytest.mark.parametrize("name", ["start", "ship"])
def test_a_step_that_was_taken_before_a_crash_is_not_refused_after_it(
    call: Call, order: orders.Order, clock: Clock, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    with monkeypatch.context() as dying:
        for what in ("keep", "free"):
            dying.setattr(idempotency, what, dies)
        with pytest.raises(KeyboardInterrupt):
            call("POST", f"/orders/{order.id}/{name}", once="k")
    happened = told()
    clock.forward(61)
    found = step(call, order, name, once="k")
    assert found["status"] == {"start": "in_progress", "ship": "shipped"}[name]
    assert told() == happened
