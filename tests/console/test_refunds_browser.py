"""Refunding in a browser: the keyboard alone, a phone, axe, and no script at all."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from synqro import stores
from synqro.orders import Order
from tests import makers
from tests.console.test_browser import LOOKS, SIZES, look
from tests.console.test_refunds import refunded
from tests.payments import moneybox
from tests.payments.till import Till, checkout


@pytest.fixture
def order(till: Till, connected: stores.Store) -> Order:
    return moneybox.paid(till, connected, makers.product(connected, stock=5), 2)


def tab_to(page: Page, name: str, role: str = "link") -> None:
    """Press Tab until it is there, as somebody without a mouse does."""
    wanted = page.get_by_role(role, name=name, exact=True).first  # type: ignore[arg-type]
    for _ in range(60):
        page.keyboard.press("Tab")
        if wanted.evaluate("el => el === document.activeElement"):
            return
    raise AssertionError(f"Tab never gets to {name}")


@pytest.mark.parametrize(("size", "scheme"), LOOKS)
def test_a_part_is_refunded_with_the_keyboard(
    signed_in: Page,
    live: str,
    order: Order,
    axe: Callable[[Page], list[str]],
    size: str,
    scheme: str,
) -> None:
    page = signed_in
    look(page, size, scheme)
    page.goto(f"{live}/console/orders/{order.id}")
    tab_to(page, "Refund")
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Refund order 1001?")
    expect(dialog.get_by_role("button", name="Keep the money")).to_be_focused()
    assert axe(page) == []
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(page.get_by_role("link", name="Refund", exact=True)).to_be_focused()
    page.keyboard.press("Enter")
    expect(dialog.get_by_role("button", name="Keep the money")).to_be_focused()
    amount, piece = dialog.get_by_label("Amount"), dialog.get_by_label("Ripple vase")
    expect(piece).to_have_value("2")
    amount.focus()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("100")
    expect(piece).to_have_value("0")
    page.keyboard.press("Enter")
    expect(dialog.get_by_role("alert")).to_be_focused()
    expect(dialog.get_by_role("alert")).to_contain_text("At most €56.00 can be refunded.")
    expect(amount).to_have_value("100")
    assert axe(page) == []
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(amount).to_be_focused()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("10")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").get_by_text("€10.00 refunded")).to_be_visible()
    expect(page.get_by_role("row").filter(has_text="−€10.00")).to_be_visible()
    assert refunded(order) == 1000
    assert axe(page) == []
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= SIZES[size]["width"]


def test_an_order_is_cancelled_with_the_keyboard(
    signed_in: Page, live: str, order: Order, axe: Callable[[Page], list[str]]
) -> None:
    page = signed_in
    page.goto(f"{live}/console/orders/{order.id}")
    tab_to(page, "Cancel order")
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Cancel order 1001?")
    expect(dialog.get_by_role("button", name="Keep order")).to_be_focused()
    assert axe(page) == []
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").get_by_text("Order 1001 cancelled")).to_be_visible()
    assert refunded(order) == 5600


def test_stripe_away_is_said_in_the_dialog(
    signed_in: Page, live: str, connected: stores.Store, till: Till
) -> None:
    unpaid = checkout(connected, makers.product(connected))
    till.fault("server_error", path=f"/v1/checkout/sessions/{unpaid.session_id}/expire", times=9)
    page = signed_in
    page.goto(f"{live}/console/orders/{unpaid.id}")
    page.get_by_role("link", name="Cancel order").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Cancel order").click()
    expect(dialog.get_by_role("alert")).to_be_focused()
    expect(dialog.get_by_role("button", name="Cancel order")).to_be_enabled()


def test_it_works_without_script(
    browser: Browser, signed_in: Page, live: str, order: Order
) -> None:
    state = signed_in.context.storage_state()
    context = browser.new_context(java_script_enabled=False, storage_state=state)
    page = context.new_page()
    page.goto(f"{live}/console/orders/{order.id}")
    page.get_by_role("link", name="Refund", exact=True).click()
    page.get_by_label("Amount").fill("nothing")
    page.get_by_label("Note").fill("Kept")
    page.get_by_role("button", name="Refund").click()
    expect(page.get_by_role("alert")).to_contain_text("Enter an amount like 24.99.")
    expect(page.get_by_label("Note")).to_have_value("Kept")
    page.get_by_label("Amount").fill("10")
    page.get_by_role("button", name="Refund").click()
    expect(page.get_by_text("€10.00 refunded")).to_be_visible()
    page.get_by_role("link", name="Cancel order").click()
    page.get_by_role("button", name="Cancel order").click()
    expect(page.get_by_text("Order 1001 cancelled")).to_be_visible()
    assert refunded(order) == 5600
    context.close()
