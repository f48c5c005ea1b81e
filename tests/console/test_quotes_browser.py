"""The box in a browser: it keeps itself fresh, keeps what is typed, and works by hand and key."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from synqro import quotes, stores
from synqro.quotes import Wanted
from tests.console.asked import answered, asked, fresh, uploaded
from tests.console.test_browser import LOOKS, SIZES, look
from tests.console.test_orders_browser import ASK, held
from tests.orders import shop

POLL = """(selector) => new Promise((done) => {
    document.addEventListener("htmx:finally:request", () => done(), { once: true });
    document.querySelector(selector).dispatchEvent(new CustomEvent("poll"));
})"""


@pytest.fixture(autouse=True)
def payments(store: stores.Store) -> None:
    shop.set_up_payments(store)


@pytest.mark.parametrize(("size", "scheme"), LOOKS)
def test_everybody_can_use_the_box(
    signed_in: Page,
    live: str,
    store: stores.Store,
    axe: Callable[[Page], list[str]],
    size: str,
    scheme: str,
) -> None:
    pending = asked(store, files=[Wanted(uploaded(store), "in")])
    link = asked(store, description=None, file_url="https://files.example/part.stl")
    sent = answered(store)
    look(signed_in, size, scheme)
    for path in ("", f"/{pending.id}", f"/{link.id}", f"/{sent.id}", f"/{sent.id}?change=1"):
        signed_in.goto(f"{live}/console/quotes{path}")
        assert axe(signed_in) == [], path
        width = signed_in.evaluate("document.documentElement.scrollWidth")
        assert width <= SIZES[size]["width"], path


def test_a_quote_is_answered_with_the_keyboard(
    signed_in: Page, live: str, store: stores.Store
) -> None:
    quote = asked(store)
    page = signed_in
    page.goto(f"{live}/console/quotes")
    page.locator(f"#{quote.id}").press("Enter")
    expect(page).to_have_url(f"{live}/console/quotes/{quote.id}")
    expect(page.locator("#quote")).to_be_focused()
    expect(page.locator(f"#{quote.id}")).to_have_attribute("aria-current", "true")
    page.get_by_label("Line 1, price each in EUR").fill("15.75")
    expect(page.locator("#totals")).to_contain_text("€63.00")
    expect(page.locator("#amount-0")).to_have_text("€63.00")
    expect(page.get_by_label("Line 1, price each in EUR")).to_be_focused()
    page.get_by_role("button", name="Add a line").press("Enter")
    expect(page.get_by_label("Line 2, what")).to_be_focused()
    page.get_by_role("button", name="Remove line 2").click()
    expect(page.get_by_label("Line 1, what")).to_be_focused()
    page.get_by_label("Deposit").fill("50")
    page.evaluate("Object.defineProperty(navigator, 'onLine', {value: false})")  # it asks no more
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("status").get_by_text("Quote sent")).to_be_visible()
    expect(page.locator("#quote")).to_contain_text("deposit €31.50")
    expect(page.locator(f"#{quote.id} .chip")).to_have_text("Quoted")
    assert not fresh(quote).unread
    page.go_back()
    expect(page).to_have_url(f"{live}/console/quotes")


def test_a_draft_survives_a_reload_and_another_quote(
    signed_in: Page, live: str, store: stores.Store
) -> None:
    quote, other = asked(store), asked(store)
    page = signed_in
    page.goto(f"{live}/console/quotes/{quote.id}")
    page.get_by_role("button", name="Add a line").click()
    page.get_by_label("Line 2, what").fill("Delivery")
    page.get_by_label("Message with the price").fill("Made of PETG")
    page.locator(f"#{other.id}").click()
    expect(page.get_by_label("Message with the price")).to_have_value("")
    page.locator(f"#{quote.id}").click()
    expect(page.get_by_label("Message with the price")).to_have_value("Made of PETG")
    page.reload()
    expect(page.get_by_label("Line 2, what")).to_have_value("Delivery")
    expect(page.get_by_text("This is your draft, not sent yet.")).to_be_visible()
    page.get_by_role("button", name="Drop the draft").click()
    expect(page.get_by_label("Message with the price")).to_have_value("")
    expect(page.get_by_label("Line 2, what")).to_have_count(0)


def test_what_comes_in_disturbs_nobody(signed_in: Page, live: str, store: stores.Store) -> None:
    quote = asked(store)
    page = signed_in
    page.goto(f"{live}/console/quotes/{quote.id}")
    page.get_by_label("Message with the price").fill("Half a sen")
    second = asked(store)
    quotes.reply(store.id, quote.id, "From a colleague")
    page.evaluate(POLL, "#box")
    page.evaluate(POLL, "#talk")
    expect(page.locator(f"#{second.id}")).to_be_visible()
    expect(page.locator("#talk")).to_contain_text("From a colleague")
    expect(page.get_by_label("Message with the price")).to_have_value("Half a sen")
    expect(page.get_by_label("Message with the price")).to_be_focused()
    expect(page.locator("#quote-news")).to_contain_text("This quote changed at")


def test_what_asks_while_an_answer_is_on_its_way_is_answered_after_it(
    signed_in: Page, live: str, store: stores.Store
) -> None:
    asked(store)
    page = signed_in
    page.goto(f"{live}/console/quotes")
    sent = held(page)
    page.evaluate("Object.defineProperty(document, 'hidden', {value: true})")  # no turn of its own
    page.evaluate(ASK)
    before = sent(1).fetch()
    second = asked(store)
    page.evaluate(ASK)
    sent(1).fulfill(response=before)
    sent(2).continue_()
    expect(page.locator(f"#{second.id}")).to_be_visible()


def test_a_message_shows_at_once_and_goes_back_where_it_fails(
    signed_in: Page, live: str, store: stores.Store
) -> None:
    quote = asked(store)
    page = signed_in
    page.goto(f"{live}/console/quotes/{quote.id}")
    page.route("**/messages", lambda route: route.abort())
    page.get_by_label("Message to Sam").fill("Which grey?")
    page.get_by_role("button", name="Send message").click()
    expect(page.get_by_label("Message to Sam")).to_have_value("Which grey?")
    expect(page.locator("#talk")).not_to_contain_text("Which grey?")
    page.unroute("**/messages")
    page.get_by_role("button", name="Send message").click()
    expect(page.locator("#talk .me")).to_contain_text("Which grey?")
    expect(page.locator("#talk .me .by")).to_contain_text("You, ")
    expect(page.get_by_label("Message to Sam")).to_have_value("")
    assert [m.text for m in quotes.messages(fresh(quote))] == ["Which grey?"]


def test_two_tabs_see_each_other(signed_in: Page, live: str, store: stores.Store) -> None:
    quote = asked(store)
    page = signed_in
    page.goto(f"{live}/console/quotes/{quote.id}")
    page.get_by_label("Line 1, price each in EUR").fill("20")
    answered(store, quote)
    page.get_by_role("button", name="Send quote").click()
    alert = page.get_by_role("alert").filter(has_text="Someone else changed this quote")
    expect(alert).to_be_focused()
    expect(page.get_by_label("Line 1, price each in EUR")).to_have_value("20")
    page.get_by_role("button", name="Send quote").click()
    expect(page.locator("#quote .tot")).to_have_text("€80.00")
