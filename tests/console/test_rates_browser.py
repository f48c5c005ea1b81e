"""Rates in a browser: set up in a few steps, seen to come out, the keyboard, a phone, axe."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from synqro import costing, stores
from synqro.core.db import db
from tests import makers
from tests.console.test_browser import LOOKS, NOT_BEGUN, SIZES, look

PATH = "/console/quotes/rates"


def kept(store: stores.Store) -> costing.Rates:
    db.session.rollback()
    found, _version = costing.card_of(store)
    assert found
    return found


@pytest.mark.parametrize(("size", "scheme"), LOOKS)
def test_everybody_can_use_the_rates(
    signed_in: Page, live: str, axe: Callable[[Page], list[str]], size: str, scheme: str
) -> None:
    look(signed_in, size, scheme)
    for query in ("", "?start=both"):
        signed_in.goto(live + PATH + query)
        assert axe(signed_in) == [], query
        width = signed_in.evaluate("document.documentElement.scrollWidth")
        assert width <= SIZES[size]["width"], query
    signed_in.get_by_label("Density of PLA").fill("heavy")
    signed_in.get_by_label("Volume of PETG on FDM printer an hour").fill("0")
    signed_in.get_by_role("button", name="Save rates").click()
    expect(signed_in.get_by_role("alert").filter(has_text="Two fields")).to_be_focused()
    assert axe(signed_in) == []
    assert signed_in.evaluate("document.documentElement.scrollWidth") <= SIZES[size]["width"]


def test_rates_are_set_up_in_a_few_steps(
    signed_in: Page, live: str, store: stores.Store, axe: Callable[[Page], list[str]]
) -> None:
    page = signed_in
    page.goto(live + PATH)
    page.get_by_role("link", name="FDM").press("Enter")
    page.wait_for_url("**start=fdm*")
    example = page.locator("#example")
    expect(example).to_contain_text("A 20 mm cube in PLA")
    before = example.locator(".one b.num").first.inner_text()
    page.get_by_label("Setup").first.fill("50")
    expect(example.locator(".one b.num").first).not_to_have_text(before)
    page.get_by_role("button", name="Add a material").press("Enter")
    expect(page.get_by_label("Name of material 3")).to_be_focused()
    page.keyboard.type("ASA")
    expect(page.locator('[data-name-of="2"]')).to_have_text("ASA")
    page.get_by_label("Density of material 3").fill("1.07")
    page.get_by_label("Price of a kilogram of material 3").fill("28")
    page.get_by_label("Volume of material 3 on FDM printer an hour").fill("14")
    page.get_by_role("button", name="Remove PETG").click()
    expect(page.get_by_text("Removed.")).to_be_visible()
    expect(page.get_by_label("Density of ASA")).to_have_value("1.07")
    assert axe(page) == []
    page.get_by_role("button", name="Save rates").click()
    expect(page.get_by_role("status").get_by_text("Rates saved")).to_be_visible()
    assert [m.name for m in kept(store).materials] == ["PLA", "ASA"]
    assert kept(store).machines[0].speeds[1] == costing.Speed("ASA", 14_000, 0)
    assert kept(store).setup == 5000


def test_what_is_wrong_leads_to_its_field(signed_in: Page, live: str) -> None:
    page = signed_in
    page.goto(f"{live}{PATH}?start=fdm")
    page.get_by_label("Wall").fill("12")
    page.get_by_label("Wall").press("Control+Enter")
    summary = page.get_by_role("alert").filter(has_text="A field needs a look.")
    expect(summary).to_be_focused()
    summary.get_by_role("link", name="Wall of FDM printer: Enter a wall from 0 to 10 mm.").click()
    expect(page.get_by_label("Wall")).to_be_focused()
    expect(page.get_by_label("Wall")).to_have_value("12")


def test_the_example_says_what_is_missing_while_it_is_typed(signed_in: Page, live: str) -> None:
    page = signed_in
    page.goto(f"{live}{PATH}?start=fdm")
    example = page.locator("#example")
    page.get_by_label("Price of a kilogram of PLA").fill("")
    expect(example).to_contain_text("Price of a kilogram of PLA: Enter an amount from €0.01")
    page.get_by_label("Price of a kilogram of PLA").fill("20")
    expect(example).to_contain_text("How it comes to that")
    details = example.locator("details").nth(1)
    details.locator("summary").click()
    expect(details).to_have_attribute("open", "")
    page.get_by_label("Packing").fill("99")
    expect(example).to_contain_text("€99.00")
    expect(example.locator("details").nth(1)).to_have_attribute("open", "")


def test_what_is_typed_may_come_before_htmx_has_begun(signed_in: Page, live: str) -> None:
    page = signed_in
    page.add_init_script(NOT_BEGUN)
    page.goto(f"{live}{PATH}?start=fdm")
    page.get_by_label("Packing").fill("99")
    expect(page.locator("#example")).to_contain_text("€99.00")


def test_rows_come_and_go_with_the_keyboard(signed_in: Page, live: str) -> None:
    page = signed_in
    page.goto(f"{live}{PATH}?start=fdm")
    page.get_by_role("button", name="Add a resin machine").press("Enter")
    name = page.get_by_role("group", name="machine 2").get_by_label("Name", exact=True)
    expect(name).to_be_focused()
    page.keyboard.type("Saturn")
    page.get_by_role("button", name="Remove machine 2").press("Enter")
    first = page.get_by_role("group", name="FDM printer")
    expect(first.get_by_label("Name", exact=True)).to_be_focused()
    page.get_by_role("button", name="Undo").press("Enter")
    back = page.get_by_role("group", name="Saturn").get_by_label("Name", exact=True)
    expect(back).to_be_focused()
    expect(back).to_have_value("Saturn")


def test_rates_are_set_up_without_script(browser: Browser, live: str, store: stores.Store) -> None:
    page = browser.new_page(java_script_enabled=False)
    page.goto(f"{live}/login")
    page.get_by_label("Email").fill(makers.EMAIL)
    page.get_by_label("Password").fill(makers.PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/console/")
    page.goto(f"{live}{PATH}?start=fdm")
    page.get_by_label("Setup").first.fill("9")
    page.get_by_role("button", name="Add a quantity").click()
    page.get_by_label("Quantity 3, pieces").fill("100")
    page.get_by_label("Quantity 3, share").fill("15")
    page.get_by_role("button", name="Work it out").click()
    expect(page.locator("#example")).to_contain_text("€9.00")
    page.get_by_role("button", name="Save rates").click()
    expect(page.get_by_role("status")).to_contain_text("Rates saved")
    assert kept(store).setup == 900 and kept(store).breaks[-1] == costing.Break(100, 1500)
    page.close()
