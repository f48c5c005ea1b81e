"""Drafts once their answer was sent, in a browser: nothing of it comes back."""

from playwright.sync_api import Page, expect

from synqro import stores
from tests.conftest import Clock
from tests.console.asked import asked
from tests.console.test_drafts_browser import kept
from tests.orders import shop


def test_an_answer_sent_by_keys_as_soon_as_it_is_typed_is_no_draft(
    signed_in: Page, live: str, store: stores.Store, owner: stores.Person, clock: Clock
) -> None:
    shop.set_up_payments(store)
    quote, following = asked(store), asked(store)
    page = signed_in
    page.goto(f"{live}/console/quotes/{quote.id}")
    page.keyboard.press("e")
    page.keyboard.type("15.75")
    page.keyboard.press("Control+Enter")
    expect(page).to_have_url(f"{live}/console/quotes/{following.id}")
    expect(page.locator("#quote")).to_be_focused()
    clock.forward(20)  # until then the shop takes no draft of what was just sent
    page.goto(f"{live}/console/quotes/{quote.id}")
    expect(page.locator("#quote-chip")).to_have_text("Quoted")
    expect(page.locator("#change")).to_be_visible()
    page.goto(f"{live}/console/quotes/{quote.id}")
    expect(page.locator("#change")).to_be_visible()
    assert kept(store, quote, owner) == {}
