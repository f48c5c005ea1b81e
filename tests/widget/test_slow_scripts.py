"""A page is used before its script has come: what was typed and chosen until then holds."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from synqro import catalogue, stores
from tests import makers
from tests.widget.test_custom import HULL
from tests.widget.test_in_a_browser import delivered, phone, vase

__all__ = ["delivered", "phone", "vase"]
Go = Callable[[], None]


def slow(page: Page, script: str, url: str) -> Go:
    """Open a page whose script stays away; gives back what lets it come."""
    held: list[Route] = []
    page.route(f"**/{script}*", lambda route: held.append(route))
    page.goto(url, wait_until="commit")
    page.wait_for_selector("footer, .bar", state="attached")

    def go() -> None:
        makers.wait_for(lambda: page.evaluate("1") and held)
        held[0].continue_()
        page.unroute(f"**/{script}*")
        page.wait_for_load_state()

    return go


@pytest.mark.usefixtures("delivered")
def test_a_way_of_delivery_and_a_name_hold(
    phone: BrowserContext, live: str, shop: str, vase: catalogue.Product
) -> None:
    page = phone.new_page()
    details = f"{live}{shop}/details?basket={vase.variants[0].id}:1:2800"
    go = slow(page, "checkout.js", details)
    page.locator("label", has_text="World").click()
    go()
    expect(page.locator("#pay")).to_contain_text("Pay €42.90 with Stripe")
    page.fill("[name='customer.name']", "Sam Field")
    go = slow(page, "checkout.js", details)
    page.fill("[name='customer.name']", "Sam Fields")
    page.locator("label", has_text="Parcel").click()
    go()
    expect(page.locator("[name='customer.name']")).to_have_value("Sam Fields")
    expect(page.locator("#pay")).to_contain_text("Pay €33.90 with Stripe")
    page.reload()
    expect(page.locator("[name='customer.name']")).to_have_value("Sam Fields")


def test_the_words_of_a_request_hold(
    phone: BrowserContext, live: str, shop: str, store: stores.Store
) -> None:
    page = phone.new_page()
    page.goto(f"{live}{shop}/custom")
    page.fill("#description", "A hook")
    page.fill("#quantity", "3")
    first, second = (page.locator("#material label").nth(at) for at in (0, 1))
    first.click()
    go = slow(page, "custom.js", f"{live}{shop}/custom")
    page.fill("#description", "Two hooks")
    second.click()
    go()
    expect(page.locator("#quantity")).to_have_value("3")
    expect(page.locator("#description")).to_have_value("Two hooks")
    page.reload()
    expect(page.locator("#description")).to_have_value("Two hooks")
    expect(second.locator("input")).to_be_checked()


def test_a_file_of_a_request_is_taken(
    phone: BrowserContext, live: str, shop: str, store: stores.Store, tmp_path: Path
) -> None:
    hook = tmp_path / "hook.stl"
    hook.write_bytes(HULL)
    page = phone.new_page()
    go = slow(page, "custom.js", f"{live}{shop}/custom")
    page.set_input_files("#choose", hook)
    go()
    expect(page.locator("#files li[data-state=ready] .n")).to_have_text("hook.stl")
    expect(page.locator("#why")).to_be_hidden()
