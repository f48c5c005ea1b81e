"""The suggested price in a browser: typed, used and sent without losing the caret."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from synqro import costing, quotes, stores
from tests.console.asked import asked, fresh
from tests.console.test_browser import LOOKS, SIZES, look
from tests.console.test_quotes_browser import POLL
from tests.console.test_suggestion import WANTED, cubes, rates, save  # noqa: F401
from tests.orders import shop


@pytest.fixture(autouse=True)
def payments(store: stores.Store) -> None:
    shop.set_up_payments(store)


@pytest.mark.parametrize(("size", "scheme"), LOOKS)
def test_everybody_can_use_a_suggestion(
    signed_in: Page,
    live: str,
    store: stores.Store,
    rates: costing.Rates,  # noqa: F811
    axe: Callable[[Page], list[str]],
    size: str,
    scheme: str,
) -> None:
    several, nothing = cubes(store, 20, 30), asked(store, **WANTED)
    look(signed_in, size, scheme)
    for quote in (several, nothing):
        signed_in.goto(f"{live}/console/quotes/{quote.id}")
        details = signed_in.locator("#suggestion-change")
        if details.get_attribute("open") is None:
            details.get_by_text("Change").click()
        details.get_by_text("Amounts").click()
        assert axe(signed_in) == [], quote.number
        width = signed_in.evaluate("document.documentElement.scrollWidth")
        assert width <= SIZES[size]["width"], quote.number


def test_what_is_typed_moves_the_price_and_is_sent(
    signed_in: Page,
    live: str,
    store: stores.Store,
    rates: costing.Rates,  # noqa: F811
) -> None:
    quote = asked(store, **WANTED)
    page = signed_in
    page.goto(f"{live}/console/quotes/{quote.id}")
    page.locator("#working").get_by_role("link", name="Type it").click()
    grams = page.get_by_label("Weight each")
    expect(grams).to_be_focused()
    grams.fill("24")
    page.get_by_label("Print time each").fill("2:1x")
    expect(page.locator("#working")).to_contain_text("can’t be read")
    expect(page.locator("#said-part-0-minutes")).to_be_empty()
    grams.focus()
    expect(page.locator("#said-part-0-minutes")).to_contain_text("Enter a time")
    expect(page.get_by_label("Print time each")).to_have_attribute("aria-invalid", "true")
    page.get_by_label("Print time each").fill("2:10")
    expect(page.locator("#working .out")).to_contain_text("€63.00")
    expect(page.get_by_label("Print time each")).to_be_focused()
    expect(page.locator("#said-part-0-minutes")).to_be_empty()
    expect(page.get_by_label("Print time each")).not_to_have_attribute("aria-invalid", "true")
    expect(page.locator("#print-each")).to_contain_text("24 g, 2 h 10")
    page.get_by_role("button", name="Use this price").click()
    expect(page.locator("#suggestion-use")).to_contain_text("Used: 4 × €15.75 = €63.00")
    expect(page.locator("#totals")).to_contain_text("€63.00")
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_label("Line 1, price each in EUR")).to_have_value("")
    page.get_by_role("button", name="Use this price").click()
    expect(page.locator("#suggestion-use")).to_contain_text("Used")
    page.get_by_label("Line 1, price each in EUR").fill("14.70")
    expect(page.locator("#suggestion-use")).to_contain_text("You charge €4.20 less.")
    page.keyboard.press("Escape")
    page.keyboard.press("u")
    expect(page.locator("#suggestion-use")).to_contain_text("Used")
    page.get_by_label("Deposit").fill("0")
    page.get_by_role("button", name="Send quote").click()
    expect(page.locator("#quote .chip").first).to_have_text("Quoted")
    expect(page.locator("#suggestion")).to_contain_text("Worked out when it was sent.")
    sent = quotes.offer_of(fresh(quote))
    assert sent and sent.working and (sent.total, sent.working["price"]) == (6300, 6300)


def test_rates_saved_in_another_tab_show_at_once(
    signed_in: Page,
    live: str,
    store: stores.Store,
    rates: costing.Rates,  # noqa: F811
) -> None:
    quote = cubes(store, 20)
    page = signed_in
    page.goto(f"{live}/console/quotes/{quote.id}")
    page.locator("#suggestion-change").get_by_text("Change").click()
    page.get_by_label("Message with the price").fill("Half a sen")
    page.get_by_label("How many").fill("8")
    expect(page.locator("#working")).to_contain_text("× 8 =")
    expect(page.locator("#working")).to_contain_text("Mark-up 35%")
    page.get_by_label("Message with the price").focus()
    save(store, margin_bp=5000)
    page.evaluate(POLL, "#talk")
    expect(page.locator("#working")).to_contain_text("Mark-up 50%")
    expect(page.locator("#working")).to_contain_text("× 8 =")
    expect(page.locator("#suggestion-use")).to_contain_text("less.")
    expect(page.get_by_label("Message with the price")).to_be_focused()
    page.evaluate(POLL, "#box")
    expect(page.locator(f"#{quote.id} .amt")).to_contain_text("suggested")


def test_without_script_it_is_worked_out_by_a_button(
    signed_in: Page,
    live: str,
    store: stores.Store,
    rates: costing.Rates,  # noqa: F811
) -> None:
    quote = asked(store, **WANTED)
    browser = signed_in.context.browser
    assert browser
    state = signed_in.context.storage_state()
    page = browser.new_context(java_script_enabled=False, storage_state=state).new_page()
    page.goto(f"{live}/console/quotes/{quote.id}")
    page.get_by_label("Weight each").fill("24")
    page.get_by_label("Print time each").fill("2 h 10")
    page.get_by_role("button", name="Work out again").click()
    expect(page.locator("#working .out")).to_contain_text("€63.00")
    page.get_by_role("button", name="Use this price").click()
    expect(page.get_by_label("Line 1, price each in EUR")).to_have_value("15.75")
    expect(page.get_by_label("Weight each")).to_have_value("24")
    page.get_by_role("button", name="Send quote").click()
    expect(page.locator("#quote .chip").first).to_have_text("Quoted")
    sent = quotes.offer_of(fresh(quote))
    assert sent and sent.working
    page.context.close()
