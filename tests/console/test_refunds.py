"""Giving money back from an order's page: real HTTP to the sandbox, no browser."""

import re
from html import unescape
from threading import Barrier, Thread
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from synqro import catalogue, orders, stores
from synqro.core.db import db, transaction
from synqro.orders import Order
from tests import makers
from tests.makers import HTMX, wait_for
from tests.payments import moneybox
from tests.payments.till import Till, checkout, fresh

REFUNDS = "/v1/refunds"
HIDDEN = re.compile(r'<input type="hidden" name="(key|seen)" value="([^"]*)">')


@pytest.fixture
def product(connected: stores.Store) -> catalogue.Product:
    return makers.product(connected, stock=5)


@pytest.fixture
def order(till: Till, connected: stores.Store, product: catalogue.Product) -> Order:
    """A paid order of two vases for 28.00 each."""
    return moneybox.paid(till, connected, product, 2)


def at(order: Order, then: str = "") -> str:
    return f"/console/orders/{order.id}{then}"


def shown(console: FlaskClient, order: Order) -> dict[str, str]:
    """The fields of the refund form, as it comes."""
    page = console.get(at(order, "/refund")).text
    fields = dict(HIDDEN.findall(page))
    for name in ("amount", *re.findall(r'name="(restock-[^"]+)"', page)):
        found = re.search(rf'name="{name}"[^>]*? value="([^"]*)"', page)
        assert found, name
        fields[name] = found[1]
    return fields


def send(console: FlaskClient, order: Order, **typed: Any) -> TestResponse:
    """Send the form as it is shown, but for what is typed."""
    return console.post(at(order, "/refund"), data={**shown(console, order), **typed})


def another_tab(app: Flask) -> FlaskClient:
    tab = app.test_client()
    tab.environ_base["HTTP_SEC_FETCH_SITE"] = "same-origin"
    tab.post("/login", data={"email": makers.EMAIL, "password": makers.PASSWORD})
    return tab


def press(
    app: Flask,
    tab: FlaskClient,
    order: Order,
    form: dict[str, str],
    answers: list[int],
    gate: Barrier | None = None,
) -> Thread:
    """Send the form beside what else goes on; its status goes to `answers`."""
    path = at(order, "/refund")

    def send_it() -> None:
        if gate:
            gate.wait()
        with app.app_context():
            answers.append(tab.post(path, data=form).status_code)

    thread = Thread(target=send_it)
    thread.start()
    return thread


def page(console: FlaskClient, order: Order) -> str:
    return unescape(console.get(at(order)).text)


def refunded(order: Order) -> int:
    return orders.sums(fresh(order)).refunded


def test_the_form_suggests_all_of_it(console: FlaskClient, order: Order) -> None:
    asked = console.get(at(order, "/refund"))
    assert asked.status_code == 200
    assert "Refund order 1001?" in asked.text and "Up to €56.00." in asked.text
    found = shown(console, order)
    piece = next(name for name in found if name.startswith("restock-"))
    assert (found["amount"], found[piece], found["seen"]) == ("56.00", "2", "5600")
    assert "<html" not in console.get(at(order, "/refund"), headers=HTMX).text


def test_nothing_of_a_parcel_on_its_way_goes_back_on_the_shelf(
    console: FlaskClient, order: Order
) -> None:
    orders.ship(order.store_id, order.id)
    found = shown(console, order)
    assert [value for name, value in found.items() if name.startswith("restock-")] == ["0"]


def test_a_part_then_the_rest(
    console: FlaskClient, order: Order, product: catalogue.Product
) -> None:
    piece = f"restock-{product.variants[0].id}"
    answer = send(console, order, amount="10,00", note="One was chipped", **{piece: "1"})
    assert (answer.status_code, answer.location) == (303, at(order))
    first = page(console, order)
    for words in ("€10.00 refunded", "−€10.00", "One was chipped", "Partly refunded"):
        assert words in first, words
    assert (refunded(order), moneybox.stock(product)) == (1000, (4, 0))
    assert fresh(order).status == "paid"
    found = shown(console, order)
    assert (found["amount"], found[piece]) == ("46.00", "1")
    send(console, order)
    last = page(console, order)
    assert fresh(order).status == "refunded"
    assert "€46.00 refunded" in last and "ask-refund" not in last and "Partly" not in last
    assert moneybox.stock(product) == (5, 0)
    over = console.get(at(order, "/refund")).text
    assert "Nothing left to refund" in over and "<form id=" not in over


@pytest.mark.parametrize(
    ("amount", "say"),
    [
        ("ten", "Enter an amount like 24.99."),
        ("", "Enter how much goes back."),
        ("0", "Enter more than 0."),
        ("0.00", "Enter more than 0."),
        ("-1", "Enter more than 0."),
        ("1.005", "An amount in EUR has at most 2 decimals."),
        ("56.01", "At most €56.00 can be refunded."),
        ("999999999999", "At most €56.00 can be refunded."),
        ("9" * 5000, "Enter an amount like 24.99."),
        ("1e2", "Enter an amount like 24.99."),
        ("\x00", "Enter an amount like 24.99."),
        ("٥", "Enter an amount like 24.99."),
    ],
)
def test_a_wrong_amount_is_said_at_the_field(
    console: FlaskClient, order: Order, amount: str, say: str
) -> None:
    answer = send(console, order, amount=amount, note="Kept <b>\nas typed")
    assert answer.status_code == 422
    text = unescape(answer.text)
    assert f'<a class="link" href="#amount">{say}</a>' in text
    assert 'aria-invalid="true" aria-describedby="amount-said"' in text
    assert "Kept <b>\nas typed</textarea>" in text
    assert refunded(order) == 0 and orders.refunds(order) == []


def test_whole_currencies_take_no_decimals(
    console: FlaskClient, connected: stores.Store, till: Till
) -> None:
    with transaction():
        shop = db.session.get_one(stores.Store, connected.id)
        shop.currency = "JPY"
    vase = makers.product(shop, price=2500)
    yen = moneybox.paid(till, stores.by_id(shop.id), vase)
    assert shown(console, yen)["amount"] == "2500"
    answer = send(console, yen, amount="10.5")
    assert answer.status_code == 422 and "An amount in JPY has no decimals." in answer.text
    send(console, yen, amount="500")
    assert refunded(yen) == 500 and "¥500 refunded" in page(console, yen)


@pytest.mark.parametrize("pieces", ["3", "-1", "x", "1.5", "9" * 30, "\x00"])
def test_no_more_goes_back_than_was_sold(
    console: FlaskClient, order: Order, product: catalogue.Product, pieces: str
) -> None:
    name = f"restock-{product.variants[0].id}"
    answer = send(console, order, **{name: pieces})
    assert answer.status_code == 422
    assert f'href="#{name}"' in answer.text and f'id="{name}-said"' in answer.text
    assert refunded(order) == 0 and moneybox.stock(product) == (3, 0)


def test_a_note_is_not_a_novel(console: FlaskClient, order: Order) -> None:
    answer = send(console, order, note="x" * 501)
    assert answer.status_code == 422 and 'href="#note"' in answer.text
    assert refunded(order) == 0


def test_the_same_form_sent_again_refunds_once(console: FlaskClient, order: Order) -> None:
    form = {**shown(console, order), "amount": "10"}
    answers = [console.post(at(order, "/refund"), data=form) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [303] * 3
    assert refunded(order) == 1000
    assert len(moneybox.refunds_at_stripe(order)) == 1


def test_two_at_once_never_refund_too_much(app: Flask, console: FlaskClient, order: Order) -> None:
    tabs = [console, another_tab(app)]
    forms = [{**shown(tab, order), "amount": "40"} for tab in tabs]
    answers: list[int] = []
    together = Barrier(2)
    threads = [
        press(app, tab, order, form, answers, together)
        for tab, form in zip(tabs, forms, strict=True)
    ]
    for thread in threads:
        thread.join()
    assert sorted(answers) == [303, 409]
    assert refunded(order) == 4000


def test_the_same_form_comes_again_while_stripe_is_slow(
    app: Flask, till: Till, console: FlaskClient, order: Order
) -> None:
    form = {**shown(console, order), "amount": "10"}
    till.fault("slow", REFUNDS, method="POST", seconds=1)
    answers: list[int] = []
    first = press(app, console, order, form, answers)
    wait_for(lambda: orders.refunds(fresh(order)))
    press(app, another_tab(app), order, form, answers).join()
    first.join()
    assert answers == [303, 303]
    assert (refunded(order), len(moneybox.refunds_at_stripe(order))) == (1000, 1)


def test_an_order_is_begun_while_its_refund_is_on_the_way(
    app: Flask, till: Till, console: FlaskClient, order: Order
) -> None:
    form = {**shown(console, order), "amount": "10"}
    till.fault("slow", REFUNDS, method="POST", seconds=1)
    answers: list[int] = []
    sent = press(app, console, order, form, answers)
    wait_for(lambda: orders.refunds(fresh(order)))
    orders.start(order.store_id, order.id)
    sent.join()
    assert answers == [303]
    assert (refunded(order), fresh(order).status) == (1000, "in_progress")


def test_another_tab_was_faster(console: FlaskClient, order: Order) -> None:
    stale = {**shown(console, order), "amount": "50", "note": "Typed before"}
    orders.refund(order.store_id, order.id, amount=2000)
    for headers in ({}, HTMX):
        answer = console.post(at(order, "/refund"), data=stale, headers=headers)
        assert answer.status_code == 409
        assert "Up to €36.00." in answer.text and 'name="seen" value="3600"' in answer.text
        assert 'value="50"' in answer.text and "Typed before" in answer.text
        assert 'role="alert"' in answer.text
    assert refunded(order) == 2000


@pytest.mark.parametrize("seen", ["", "x", "-5", "9" * 40])
def test_a_form_that_has_seen_nothing_is_asked_again(
    console: FlaskClient, order: Order, seen: str
) -> None:
    assert send(console, order, seen=seen).status_code == 409
    assert refunded(order) == 0


def test_stripe_away_is_said_in_place_and_made_good(
    console: FlaskClient, order: Order, till: Till, clock: Any
) -> None:
    till.fault("server_error", path=REFUNDS, times=9)
    assert send(console, order, amount="10").status_code == 303
    waiting = page(console, order)
    assert "Stripe hasn’t answered yet." in waiting and "Waiting for Stripe" in waiting
    assert "€10.00 refunded" not in waiting
    assert shown(console, order)["amount"] == "46.00"
    till.ask("switches", faults=[])
    moneybox.look(till, clock)
    assert refunded(order) == 1000
    assert "Stripe hasn’t answered yet." not in page(console, order)


def test_a_refund_that_stripe_refuses_is_said_and_can_be_tried_again(
    console: FlaskClient, order: Order, till: Till
) -> None:
    till.fault("balance_insufficient", path=REFUNDS, times=1)
    answer = send(console, order, amount="10")
    assert answer.status_code == 409 and 'role="alert"' in answer.text
    assert refunded(order) == 0
    assert "Failed" in page(console, order)
    assert send(console, order, amount="10").status_code == 303
    assert refunded(order) == 1000


def test_a_refund_that_fails_later_needs_a_look(
    console: FlaskClient, order: Order, till: Till
) -> None:
    till.ask("switches", refunds={"begins": "pending", "ends": "failed", "after": 1})
    send(console, order, amount="10")
    assert "On its way" in page(console, order)
    wait_for(lambda: till.run_jobs() is not None and fresh(order).payment_problem)
    failed = page(console, order)
    for words in ("This payment needs your look.", "A refund failed", "Refund came back"):
        assert words in failed, words
    assert shown(console, order)["amount"] == "56.00"
    assert "1001" in console.get("/console/orders?status=problems").text
    answer = console.post(at(order, "/settle"))
    assert (answer.status_code, answer.location) == (303, at(order))
    settled = page(console, order)
    assert "This payment needs your look." not in settled
    assert settled.count("Marked as looked at") >= 2
    assert "No payment needs your look" in console.get("/console/orders?status=problems").text


def test_an_order_without_money_has_nothing_to_refund(
    console: FlaskClient, connected: stores.Store, till: Till, product: catalogue.Product
) -> None:
    unpaid = checkout(connected, product)
    assert "ask-refund" not in page(console, unpaid)
    assert "Nothing left to refund" in console.get(at(unpaid, "/refund")).text
    answer = console.post(at(unpaid, "/refund"), data={"amount": "1", "seen": "0"})
    assert answer.status_code == 409


def test_nobody_refunds_for_another_shop(
    app: Flask, console: FlaskClient, order: Order, till: Till
) -> None:
    console.post("/console/mode", data={"mode": "test"})
    for path in ("/refund", "/cancel"):
        assert console.get(at(order, path)).status_code == 404
        assert console.post(at(order, path), data={"amount": "1"}).status_code == 404
    assert console.post(at(order, "/settle")).status_code == 404
    stranger = app.test_client()
    assert stranger.post(at(order, "/refund"), data={"amount": "1"}).status_code in (303, 403)
    assert refunded(order) == 0
