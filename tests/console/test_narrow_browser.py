"""The pages around quotes on narrow screens: nothing scrolls sideways, and the open tab is seen."""

import pytest
from playwright.sync_api import Page, expect

from synqro import costing, orders, stores
from tests.quotes.at_once import RATES, asked

SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
NAME = "Świętosława Brzęczyszczykiewicz-Wojciechowska of the Long Name"


@pytest.mark.parametrize("width", [320, 390])
def test_nothing_scrolls_sideways_and_the_open_tab_is_seen(
    signed_in: Page, live: str, store: stores.Store, width: int
) -> None:
    costing.save(store, RATES)
    asked(store, customer=orders.Customer(NAME, "swieta@example.com"))
    page = signed_in
    page.set_viewport_size({"width": width, "height": 700})
    page.goto(f"{live}/console/quotes")
    assert page.evaluate(SIDEWAYS) == 0
    page.get_by_role("link", name="Quote settings").click()
    for tab in ("Rates", "Automatic quotes", "Accuracy", "Saved replies", "Numbers"):
        page.get_by_role("link", name=tab, exact=True).click()
        here = page.locator(".seg > [aria-current=page]")
        expect(here).to_have_text(tab)
        page.wait_for_load_state()
        expect(here).to_be_in_viewport(ratio=1)
        assert page.evaluate(SIDEWAYS) == 0, tab
