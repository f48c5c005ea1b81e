"""The pages of listings in a browser: on a phone and on a desk, light and dark."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from synqro import listings, stores
from synqro.listings import Status
from tests import makers
from tests.console.test_browser import LOOKS, SIZES, look


@pytest.mark.parametrize(("size", "scheme"), LOOKS)
def test_everybody_can_use_the_pages_of_listings(
    signed_in: Page,
    live: str,
    store: stores.Store,
    axe: Callable[[Page], list[str]],
    size: str,
    scheme: str,
) -> None:
    makers.product(store, title="Ripple vase " * 8, sku="VASE" * 10, options=[])
    makers.product(store, options=[{"name": "Size", "values": ["S", "L"]}])
    paused, repriced, ended = (one.listing for one in listings.listed(store.id).data)
    listings.edit(store.id, paused.id, min_price=2000, max_price=3000, status=Status.PAUSED)
    listings.set_price(store.id, repriced.id, 2500, expected_version=1, reason="Sells " * 30)
    listings.end(store.id, ended.id)
    page = signed_in
    look(page, size, scheme)
    paths = ["", "?status=failed", *(f"/{row.id}" for row in (paused, repriced, ended))]
    for path in (*paths, f"/{paused.id}/end"):
        page.goto(f"{live}/console/listings{path}")
        assert axe(page) == [], path
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= SIZES[size]["width"], path
    page.goto(f"{live}/console/listings/{paused.id}")
    page.get_by_role("textbox", name="Price", exact=True).fill("3")
    page.get_by_role("button", name="Save listing").click()
    expect(page.get_by_role("alert").filter(has_text="A field needs a look")).to_be_focused()
    assert axe(page) == []
    page.get_by_role("link", name="Take down").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("button", name="Keep it")).to_be_focused()
    assert axe(page) == []
    dialog.get_by_role("button", name="Keep it").click()
    expect(page.get_by_role("link", name="Take down")).to_be_focused()
    page.get_by_role("link", name="Take down").click()
    dialog.get_by_role("button", name="Take down").click()
    expect(page.get_by_role("status").get_by_text("Listing taken down")).to_be_visible()
    expect(page.get_by_role("button", name="List again")).to_be_visible()
