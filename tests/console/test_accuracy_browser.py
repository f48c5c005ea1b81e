"""Calibration in a browser: entered on an order, seen, used, and put back."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from synqro import costing, quotes, stores
from tests import makers
from tests.console import made
from tests.console.asked import uploaded
from tests.console.test_browser import LOOKS, SIZES, look
from tests.orders import shop
from tests.uploads import parts

PAGE = "/console/quotes/accuracy"


@pytest.fixture(autouse=True)
def payments(store: stores.Store) -> None:
    shop.set_up_payments(store)


@pytest.mark.parametrize(("size", "scheme"), LOOKS)
def test_everybody_can_enter_and_read_it(
    signed_in: Page,
    live: str,
    store: stores.Store,
    axe: Callable[[Page], list[str]],
    size: str,
    scheme: str,
) -> None:
    unset = made.ordered(store)
    look(signed_in, size, scheme)
    there = [PAGE, f"/console/orders/{unset.id}"]
    for path in there:
        check(signed_in, live + path, axe, size)
    made.rates(store)
    for percent in (118, 95, 130, 400):
        made.took(store, order := made.ordered(store, 20, 34), percent, 90 + percent // 10)
    made.took(store, made.ordered(store, material="PETG"), 100, 70)
    for path in (PAGE, f"/console/orders/{order.id}"):
        check(signed_in, live + path, axe, size)
    signed_in.get_by_label("Weight").first.fill("much")
    signed_in.get_by_role("button", name="Save").click()
    expect(signed_in.locator("#printed").get_by_role("alert")).to_be_focused()
    assert axe(signed_in) == []


def check(page: Page, address: str, axe: Callable[[Page], list[str]], size: str) -> None:
    page.goto(address)
    assert axe(page) == [], address
    assert page.evaluate("document.documentElement.scrollWidth") <= SIZES[size]["width"], address


def test_from_the_printer_to_the_next_price(
    signed_in: Page, live: str, store: stores.Store
) -> None:
    made.rates(store)
    order = made.ordered(store, 40)
    next_one = quotes.Wanted(uploaded(store, "next.stl", parts.stl(parts.cube(40))))
    asked = makers.quote(store, files=[next_one], material="PLA", quantity=4).quote
    [part] = quotes.made(store, order)
    facts = (part.quantity, "PLA", part.volume or 0, part.area or 0)
    said = costing.expected(
        costing.rates_of(store),
        costing.Printed(part.id, part.name, "PLA", made.PRUSA.id, facts[0], *facts[2:], 0, 0),
    )
    assert said
    page = signed_in
    page.goto(f"{live}/console/quotes/{asked.id}")
    before = suggested(page)

    page.goto(f"{live}/console/orders/{order.id}")
    panel = page.locator("#printed")
    panel.get_by_label("Weight").fill(f"{said.milligrams / 1000:.2f} g")
    panel.get_by_label("Time").fill(f"{said.seconds * 15 // 10 // 60} min")
    panel.get_by_role("button", name="Save").press("Enter")
    toast = page.get_by_role("status")
    expect(toast.get_by_text("Saved: 50% longer than expected")).to_be_visible()
    expect(panel.locator("dl")).to_contain_text("50% longer than expected")
    expect(panel.get_by_role("button", name="Save")).to_be_focused()
    panel.get_by_role("link", name="Accuracy").click()
    page.wait_for_url(f"**{PAGE}")

    why = "One job only: it took 50% longer than your rates say."
    expect(page.get_by_text(why)).to_be_visible()
    page.get_by_role("button", name="Use these speeds").click()
    expect(toast.get_by_text("Your rates for PLA have changed")).to_be_visible()
    expect(page.get_by_text("Your rates fit")).to_be_visible()
    undo = page.get_by_role("button", name="Undo")
    undo.focus()  # so that it stays

    other = page.context.new_page()
    other.goto(f"{live}/console/quotes/{asked.id}")
    assert suggested(other) > before
    undo.click()
    expect(toast.get_by_text("Your old figures are back")).to_be_visible()
    expect(page.get_by_role("button", name="Use these speeds")).to_be_visible()
    other.reload()
    assert suggested(other) == before


def suggested(page: Page) -> float:
    """The suggested price of the open quote."""
    text = page.locator("#suggestion").inner_text()
    found = re.search(r"Suggested\s+€([\d,.]+)", text)
    assert found, text
    return float(found[1].replace(",", ""))
