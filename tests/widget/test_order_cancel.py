"""The customer's order that is given up, or whose money went back."""

from collections.abc import Callable, Iterator
from html import unescape

import pytest
from playwright.sync_api import Browser, BrowserContext, Frame, Page, expect

from synqro import catalogue, orders, stores
from tests import makers
from tests.payments import moneybox
from tests.payments.till import SESSIONS, Till, fresh
from tests.widget.conftest import Customer, Host, Violations, widget
from tests.widget.test_order import heading


@pytest.fixture
def vase(connected: stores.Store) -> catalogue.Product:
    """The last two."""
    return makers.product(connected, stock=2)


@pytest.fixture
def order(customer: Customer, vase: catalogue.Product) -> orders.Order:
    return customer.order((vase, 2))


def page(customer: Customer, order: orders.Order) -> str:
    return unescape(customer.client.get(customer.link(order)).text)


def test_an_unpaid_order_is_given_up_and_its_basket_kept(
    customer: Customer, order: orders.Order, vase: catalogue.Product
) -> None:
    assert "Cancel order 1001" in page(customer, order)
    answer = customer.client.post(f"{customer.link(order)}/cancel")
    assert answer.status_code == 303
    basket = unescape(customer.client.get(answer.location).text)
    assert "Your order is cancelled." in basket and "Ripple vase" in basket
    assert "Check out" in basket and "Change the lines marked" not in basket
    assert (fresh(order).status, moneybox.stock(vase)) == ("cancelled", (2, 0))
    over = page(customer, order)
    assert heading(over) == "This order is cancelled"
    assert "Nothing was charged" in over and "Back to the basket" in over
    assert f"basket={vase.variants[0].id}:2:2800" in over
    assert "/pay" not in over and "/cancel" not in over
    assert customer.order((vase, 1)).number == 1002


def test_giving_up_twice_leads_to_the_order(customer: Customer, order: orders.Order) -> None:
    path = f"{customer.link(order)}/cancel"
    customer.client.post(path)
    answer = customer.client.post(path)
    assert answer.status_code == 303 and answer.location == customer.link(order)
    assert customer.client.post(f"{customer.shop}/orders/nothing/cancel").status_code == 404
    assert customer.client.get(path).status_code == 405


def test_what_was_paid_is_the_shops_to_cancel(
    customer: Customer, order: orders.Order, till: Till
) -> None:
    till.press(order, "pay")
    answer = customer.client.post(f"{customer.link(order)}/cancel")
    assert answer.status_code == 303
    till.until(order, "paid")
    assert "Cancel order" not in page(customer, order)
    customer.client.post(f"{customer.link(order)}/cancel")
    assert fresh(order).status == "paid"


def test_with_stripe_away_nothing_has_changed(
    customer: Customer, order: orders.Order, till: Till
) -> None:
    till.fault("server_error", path=f"{SESSIONS}/{order.session_id}/expire", times=9)
    answer = customer.client.post(f"{customer.link(order)}/cancel")
    assert answer.status_code == 502
    assert "Nothing has changed." in answer.text and "Back to the order" in answer.text
    assert fresh(order).status == "awaiting_payment"


def test_money_that_went_back_is_said_with_its_day(
    customer: Customer, order: orders.Order, till: Till
) -> None:
    till.press(order, "pay")
    till.until(order, "paid")
    tag = customer.client.get(customer.link(order)).headers["ETag"]
    orders.refund(order.store_id, order.id, amount=1000)
    again = customer.client.get(customer.link(order), headers={"If-None-Match": tag})
    part = unescape(again.text)
    assert heading(part) == "Thank you, it's ordered"
    assert "€10.00 was refunded on " in part and "5 to 10 days" in part
    assert "-€10.00" in part
    orders.refund(order.store_id, order.id)
    whole = page(customer, order)
    assert heading(whole) == "This order was refunded"
    assert "€56.00 was refunded on " in whole and "Back to the shop" in whole


def test_a_refund_that_came_back_is_not_claimed(
    customer: Customer, order: orders.Order, till: Till
) -> None:
    till.press(order, "pay")
    till.until(order, "paid")
    till.ask("switches", refunds={"begins": "pending", "ends": "failed", "after": 1})
    orders.refund(order.store_id, order.id, amount=1000)
    assert "€10.00 was refunded on " in page(customer, order)
    makers.wait_for(lambda: till.run_jobs() is not None and fresh(order).payment_problem)
    assert "refunded" not in page(customer, order)


def test_a_paid_order_that_the_shop_cancels(
    customer: Customer, order: orders.Order, till: Till
) -> None:
    till.press(order, "pay")
    till.until(order, "paid")
    orders.cancel(order.store_id, order.id)
    over = page(customer, order)
    assert heading(over) == "This order was cancelled"
    assert "€56.00 was refunded on " in over and "Nothing was charged" not in over
    assert "Back to the shop" in over


@pytest.fixture
def phone(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale="en-GB")
    yield context
    context.close()


def to_payment(frame: Frame, title: str) -> None:
    frame.get_by_role("link", name=title).click()
    frame.get_by_role("button", name="Add to basket").click()
    frame.get_by_role("link", name="Check out").click()
    frame.wait_for_url("**/details?**")  # once it is loaded, its script takes the press
    frame.get_by_label("Full name").fill("Sam Field")
    frame.get_by_label("Email").fill("sam@example.com")
    frame.get_by_role("button", name="Pay €28.00 with Stripe").click()


def test_the_buyer_of_the_last_piece_changes_their_mind(
    phone: BrowserContext,
    live: str,
    shop: str,
    host: Host,
    connected: stores.Store,
    axe: Callable[[Page | Frame], Violations],
) -> None:
    vase = makers.product(connected, title="Last lamp", stock=1)
    tab = phone.new_page()
    # On the shop's own site: frames of other sites may keep nothing.
    page = host.show(live, shop).replace("localhost", "127.0.0.1")
    tab.goto(page)
    to_payment(widget(tab), "Last lamp")
    tab.wait_for_url("**/sandbox/**")
    tab.goto(page)
    frame = widget(tab)
    frame.goto(f"{live}{shop}/details?basket={vase.variants[0].id}:1:2800")
    expect(frame.get_by_text("Sold out.")).to_be_visible()
    expect(frame.get_by_text("An order of yours isn't paid yet.")).to_be_visible()
    frame.get_by_role("link", name="Pay it, or cancel it").click()
    frame.get_by_text("Cancel this order").click()
    assert axe(frame) == []
    frame.get_by_role("button", name="Cancel order 1001").press("Enter")
    expect(frame.get_by_text("Your order is cancelled.")).to_be_visible()
    assert axe(frame) == []
    assert moneybox.stock(vase) == (1, 0)
    frame.get_by_role("link", name="Check out").click()
    expect(frame.get_by_role("button", name="Pay €28.00 with Stripe")).to_be_visible()
    expect(frame.get_by_text("An order of yours isn't paid yet.")).to_be_hidden()
    frame.get_by_role("button", name="Pay €28.00 with Stripe").click()
    tab.wait_for_url("**/sandbox/**")
    assert moneybox.stock(vase) == (1, 1)
