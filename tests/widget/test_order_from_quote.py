"""The customer's page of an order that was made from a quote."""

from html import unescape

import pytest

from synqro import orders, quotes, stores
from synqro.orders.attempting import begin_attempt, remember_page
from tests import makers
from tests.orders.shop import set_up_payments
from tests.widget.conftest import Customer
from tests.widget.test_order import heading, page


@pytest.fixture
def order(store: stores.Store) -> orders.Order:
    set_up_payments(store)
    asked = makers.quoted(store, deposit_bp=3_000)
    return quotes.accept(store, asked.token, version=1).order


def shown(customer: Customer, order: orders.Order, query: str = "") -> str:
    return unescape(page(customer, order, query))


def pay(order: orders.Order, amount: int) -> None:
    orders.mark_paid(order.id, reference=f"pi_{amount}", amount=amount, currency=order.currency)


def test_the_deposit_and_then_the_balance(customer: Customer, order: orders.Order) -> None:
    before = shown(customer, order)
    assert "Pay €18.90 with Stripe" in before and "basket" not in before.split("<main")[1].lower()
    assert "Bracket, PETG grey" in before and "whenever it suits you" in before
    pay(order, 1_890)
    after = shown(customer, order, "?result=success")
    assert heading(after) == "Thank you, the deposit is paid"
    assert "Pay €44.10 with Stripe" in after and "Balance due" in after
    pay(order, 4_410)
    done = shown(customer, order)
    assert heading(done) == "Thank you, it's ordered"
    assert "with Stripe" not in done and "Balance due" not in done


def test_on_the_way_back_the_balance_is_confirmed_only_once_it_came(
    customer: Customer, order: orders.Order
) -> None:
    pay(order, 1_890)
    begun = begin_attempt(order.id, amount=4_410, account_id=order.session_account or "")
    assert remember_page(begun, "cs_balance", "https://pay.example/balance")
    assert heading(shown(customer, order, "?result=success")) == "Confirming your payment…"
    orders.mark_settling(order.id)
    assert heading(shown(customer, order)) == "Your bank is working on it"


def test_giving_it_up_stays_on_its_page(customer: Customer, order: orders.Order) -> None:
    answer = customer.client.post(customer.link(order) + "/cancel")
    assert (answer.status_code, "/orders/" in answer.headers["Location"]) == (303, True)
    assert heading(shown(customer, order)) == "This order is cancelled"
