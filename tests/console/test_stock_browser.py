"""Stock in a browser: counting in a row, receiving, two who count at once, and on a phone."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Page, expect

from synqro import catalogue, stores
from tests import makers
from tests.console.test_browser import LOOKS, SIZES, look
from tests.console.test_stock import LIST, MOVES, send, there

SIZED = [{"name": "Size", "values": ["Small", "Large"]}]


@pytest.mark.parametrize(("size", "scheme"), LOOKS)
def test_everybody_can_use_the_pages_of_stock(
    signed_in: Page,
    live: str,
    console: FlaskClient,
    store: stores.Store,
    axe: Callable[[Page], list[str]],
    size: str,
    scheme: str,
) -> None:
    small = makers.product(store, options=SIZED, sku=None, stock=2).variants[0]
    makers.product(store, title="Tidy", stock=None)
    wrong = {"pieces": "1", "way": "out", "reason": "damaged", "note": "It fell"}
    send(console, small, "correct", **wrong)
    look(signed_in, size, scheme)
    for path in (LIST, f"{LIST}?show=low", f"{LIST}?q=nothing", f"{LIST}/{small.id}", MOVES):
        signed_in.goto(f"{live}{path}")
        assert axe(signed_in) == [], path
        width = signed_in.evaluate("document.documentElement.scrollWidth")
        assert width <= SIZES[size]["width"], path
    signed_in.goto(f"{live}{LIST}/{small.id}")
    signed_in.get_by_role("button", name="Save correction").click()
    expect(signed_in.get_by_label("How many", exact=True)).to_be_focused()
    assert axe(signed_in) == []


def test_a_count_in_a_row_is_saved_said_and_undone(
    signed_in: Page, live: str, store: stores.Store
) -> None:
    variant = makers.product(store).variants[0]
    page = signed_in
    page.goto(f"{live}{LIST}")
    field = page.get_by_label("On hand of Ripple vase")
    expect(page.locator(f"#row-{variant.id}")).to_contain_text("Low")
    field.fill("34")
    field.press("Enter")
    toast = page.get_by_role("status").filter(has_text="Ripple vase: 34 in stock")
    expect(toast).to_be_visible()
    expect(page.locator(f"#row-{variant.id}")).to_contain_text("In stock")
    expect(field).to_be_focused()
    toast.get_by_role("button", name="Undo").press("Enter")
    expect(field).to_have_value("3")
    again = page.get_by_role("status").filter(has_text="Ripple vase: 3 in stock")
    expect(again.get_by_role("button", name="Undo")).to_be_focused()
    assert there(store, variant) == 3
    assert len(catalogue.moves(store.id).data) == 3
    page.keyboard.press("z")
    expect(field).to_have_value("34")


def test_what_comes_in_stands_in_the_history_and_nothing_else_that_was_typed_is_lost(
    signed_in: Page, live: str, store: stores.Store
) -> None:
    variant = makers.product(store).variants[0]
    page = signed_in
    page.goto(f"{live}{LIST}")
    page.get_by_role("link", name="Ripple vase").click()
    page.wait_for_url(f"**{LIST}/{variant.id}")
    page.get_by_label("How many there are").fill("14")
    page.get_by_label("How many came in").fill("12")
    page.get_by_label("How many came in").press("Enter")
    history = page.get_by_role("region", name="History")
    expect(history.get_by_role("row").nth(1)).to_contain_text("12 received")
    expect(history.get_by_role("row").nth(1)).to_contain_text("Robin Maker")
    expect(page.locator("#figures")).to_contain_text("15")
    expect(page.get_by_label("How many came in")).to_be_focused()
    expect(page.get_by_label("How many came in")).to_have_value("")
    expect(page.get_by_label("How many there are")).to_have_value("14")
    page.get_by_role("button", name="Save count").click()
    expect(page.get_by_role("status").filter(has_text="Counted 14")).to_be_visible()
    history.get_by_role("row").nth(1).get_by_role("button", name="Undo").click()
    expect(history.get_by_role("row").nth(1)).to_contain_text("Undone: Counted 14")
    expect(page.get_by_role("heading", name="History")).to_be_focused()
    assert there(store, variant) == 15


def test_of_two_who_count_at_once_the_second_sees_both_numbers(
    signed_in: Page, live: str, store: stores.Store
) -> None:
    variant = makers.product(store).variants[0]
    first, second = signed_in, signed_in.context.new_page()
    for page in (first, second):
        page.goto(f"{live}{LIST}/{variant.id}")
        page.get_by_label("How many there are").fill("6" if page is first else "4")
    first.get_by_role("button", name="Save count").click()
    expect(first.locator("#figures")).to_contain_text("6")
    second.get_by_role("button", name="Save count").click()
    expect(second.get_by_text("There are 6 now. Count again.")).to_be_visible()
    field = second.get_by_label("How many there are")
    expect(field).to_have_value("4")
    expect(field).to_be_focused()
    expect(second.locator("#figures")).to_contain_text("6")
    field.press("Enter")
    expect(second.locator("#figures dd").first).to_have_text("4")
    assert there(store, variant) == 4
