"""Orders that were made from quotes, in the queue and on a page of their own."""

from html import unescape

import pytest
from flask.testing import FlaskClient

from synqro import orders, quotes, stores
from tests import makers
from tests.console.asked import uploaded
from tests.makers import HTMX
from tests.orders import shop

QUEUE = "/console/orders"


@pytest.fixture
def order(store: stores.Store) -> orders.Order:
    shop.set_up_payments(store)
    asked = makers.quoted(store, deposit_bp=3_000)
    return quotes.accept(store, asked.token, version=1).order


def pay(order: orders.Order, amount: int) -> None:
    orders.mark_paid(order.id, reference=f"pi_{amount}", amount=amount, currency=order.currency)


def test_from_the_deposit_to_the_balance(console: FlaskClient, order: orders.Order) -> None:
    page = f"{QUEUE}/{order.id}"
    before = unescape(console.get(page).text)
    assert "waits until it is paid or cancelled" in before and "pieces are held" not in before
    pay(order, 1_890)
    queue = unescape(console.get(QUEUE).text)
    assert "Deposit paid, €44.10 due" in queue and "Bracket, PETG grey" in queue
    shown = unescape(console.get(page).text)
    assert f'href="/console/quotes/{order.quote_id}"' in shown
    assert "Deposit paid, €44.10 due" in shown and "€44.10 is still due." in shown
    started = console.post(f"{page}/start", data={"from": "list"}, headers=HTMX).text
    assert "€44.10 is still due." in unescape(started)
    assert console.post(f"{page}/ship", data={}).status_code == 303
    pay(order, 4_410)
    shown = unescape(console.get(page).text)
    assert "Balance paid" in shown and "still due" not in shown.lower()
    assert "Deposit paid," not in unescape(console.get(f"{QUEUE}?status=shipped").text)


def test_the_customers_files_are_at_hand(console: FlaskClient, store: stores.Store) -> None:
    shop.set_up_payments(store)
    kept = uploaded(store, "hinge.stl")
    asked = makers.quote(store, files=[quotes.Wanted(kept)])
    quotes.send(store.id, asked.quote.id, makers.offer())
    order = quotes.accept(store, asked.token, version=1).order
    shown = unescape(console.get(f"{QUEUE}/{order.id}").text)
    assert f"/console/quotes/{order.quote_id}/files/{kept}" in shown and "hinge.stl" in shown


def test_calling_an_unpaid_one_off_takes_its_quote_along(
    console: FlaskClient, store: stores.Store, order: orders.Order
) -> None:
    page = f"{QUEUE}/{order.id}/cancel"
    assert "its quote is cancelled with it" in unescape(console.get(page).text)
    assert console.post(page, data={"key": "once"}).status_code == 303
    assert orders.find(store.id, order.id).status == "cancelled"
    assert quotes.find(store.id, order.quote_id or "").status == "cancelled"
