"""Cancelling an order from its page: unpaid, paid, too late, and with Stripe away."""

from html import unescape

import pytest
from flask.testing import FlaskClient

from synqro import catalogue, orders, stores
from synqro.orders import Order
from tests import makers
from tests.console.test_refunds import at, page, refunded
from tests.makers import HTMX
from tests.payments import moneybox
from tests.payments.till import SESSIONS, Till, at_stripe, checkout, fresh


@pytest.fixture
def product(connected: stores.Store) -> catalogue.Product:
    return makers.product(connected, stock=5)


@pytest.fixture
def order(till: Till, connected: stores.Store, product: catalogue.Product) -> Order:
    return moneybox.paid(till, connected, product, 2)


@pytest.fixture
def unpaid(connected: stores.Store, product: catalogue.Product) -> Order:
    return checkout(connected, product, 2)


def question(console: FlaskClient, order: Order) -> str:
    return unescape(console.get(at(order, "/cancel")).text)


def test_an_unpaid_order_closes_its_payment_page(
    console: FlaskClient, till: Till, unpaid: Order, product: catalogue.Product
) -> None:
    asked = question(console, unpaid)
    assert "Cancel order 1001?" in asked and "The payment page closes" in asked
    assert moneybox.stock(product) == (5, 2)
    answer = console.post(at(unpaid, "/cancel"))
    assert (answer.status_code, answer.location) == (303, at(unpaid))
    assert "Order 1001 cancelled" in page(console, unpaid)
    assert (fresh(unpaid).status, moneybox.stock(product)) == ("cancelled", (5, 0))
    assert at_stripe(unpaid).status == "expired"


def test_a_paid_order_gives_money_and_pieces_back(
    console: FlaskClient, order: Order, product: catalogue.Product
) -> None:
    asked = question(console, order)
    assert "€56.00 goes back to Sam Field" in asked
    assert "Put back on the shelf:" in asked and "2 × Ripple vase" in asked
    form = {"paid": "1", "restock": "1", "key": "a"}
    for _ in range(2):  # the second press finds the first
        assert console.post(at(order, "/cancel"), data=form).status_code == 303
    shown = page(console, order)
    assert "Order 1001 cancelled" in shown and "−€56.00" in shown
    assert (fresh(order).status, refunded(order)) == ("cancelled", 5600)
    assert moneybox.stock(product) == (5, 0)


def test_the_pieces_may_stay_off_the_shelf(
    console: FlaskClient, order: Order, product: catalogue.Product
) -> None:
    console.post(at(order, "/cancel"), data={"paid": "1"})
    assert (fresh(order).status, moneybox.stock(product)) == ("cancelled", (3, 0))


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_what_has_left_is_not_cancelled(
    console: FlaskClient, order: Order, headers: dict[str, str]
) -> None:
    orders.ship(order.store_id, order.id)
    assert "ask-cancel" not in page(console, order)
    assert "can’t be cancelled" in question(console, order)
    answer = console.post(at(order, "/cancel"), data={"paid": "1"}, headers=headers)
    assert answer.status_code == 409 and "shipped already" in answer.text
    assert refunded(order) == 0


def test_an_order_paid_meanwhile_is_not_cancelled_as_unpaid(
    console: FlaskClient, till: Till, unpaid: Order
) -> None:
    till.deliver(never=True)
    till.press(unpaid, "pay")
    answer = console.post(at(unpaid, "/cancel"))
    assert answer.status_code == 409
    assert "paid a moment ago" in unescape(answer.text)
    assert "€56.00 goes back" in unescape(answer.text)
    assert fresh(unpaid).status == "paid"


def test_a_payment_on_its_way_is_waited_for(
    console: FlaskClient, till: Till, unpaid: Order
) -> None:
    till.ask("switches", settle_after=3600)
    till.press(unpaid, "async_ok")
    makers.wait_for(lambda: till.run_jobs() is not None and fresh(unpaid).settling)
    assert "ask-cancel" not in page(console, unpaid)
    assert "A payment for it is under way." in question(console, unpaid)
    assert console.post(at(unpaid, "/cancel")).status_code == 409


@pytest.mark.parametrize(("headers", "status"), [({}, 502), (HTMX, 409)])
def test_stripe_away_changes_nothing(
    console: FlaskClient, till: Till, unpaid: Order, headers: dict[str, str], status: int
) -> None:
    till.fault("server_error", path=f"{SESSIONS}/{unpaid.session_id}/expire", times=9)
    answer = console.post(at(unpaid, "/cancel"), headers=headers)
    assert answer.status_code == status and 'role="alert"' in answer.text
    assert fresh(unpaid).status == "awaiting_payment"


def test_stripe_away_sends_the_money_later(
    console: FlaskClient, till: Till, order: Order, clock: object
) -> None:
    till.fault("server_error", path="/v1/refunds", times=9)
    assert console.post(at(order, "/cancel"), data={"paid": "1"}).status_code == 303
    waiting = page(console, order)
    assert "Stripe hasn’t answered yet." in waiting and "Order 1001 cancelled" not in waiting
    assert "ask-cancel" not in waiting
    till.ask("switches", faults=[])
    moneybox.look(till, clock)
    assert fresh(order).status == "cancelled"
