"""Drafts and saved replies in a browser: what is typed is never lost, whoever else types."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from synqro import quotes, stores
from synqro.core.db import db
from tests import makers
from tests.console.asked import answered, asked, fresh
from tests.console.conftest import LASTING
from tests.console.test_browser import LOOKS, SIZES, look
from tests.console.test_drafts import ANA, colleague
from tests.console.test_quotes_browser import POLL
from tests.orders import shop

PRICE = "Line 1, price each in EUR"
MESSAGE = "Message with the price"
COPIES = "Object.keys(localStorage).filter((name) => name.startsWith('synqro-draft:')).length"
SAVED = "**/draft"


@pytest.fixture(autouse=True)
def payments(store: stores.Store) -> None:
    shop.set_up_payments(store)


@contextmanager
def elsewhere(browser: Browser, live: str, email: str) -> Iterator[Page]:
    """Another browser, in which somebody is signed in."""
    context: BrowserContext = browser.new_context()
    context.add_init_script(LASTING)
    page = context.new_page()
    page.goto(f"{live}/login")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(makers.PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/console/")
    yield page
    context.close()


def kept(store: stores.Store, quote: quotes.Quote, owner: stores.Person) -> dict[str, str]:
    """What the server has of a person's draft."""
    db.session.rollback()
    found = quotes.draft_of(store.id, quote.id, owner.id)
    return found.typed if found else {}


def test_a_draft_goes_along_to_another_device(
    signed_in: Page, browser: Browser, live: str, store: stores.Store, owner: stores.Person
) -> None:
    quote = asked(store)
    page = signed_in
    page.goto(f"{live}/console/quotes/{quote.id}")
    with page.expect_response(SAVED) as saved:
        page.get_by_label(MESSAGE).fill("Made of PETG")
    assert saved.value.status == 204
    page.get_by_role("button", name="Add a line").click()
    page.get_by_label("Line 2, what").fill("Delivery")
    page.get_by_label("Message to Sam").fill("Which gr")
    makers.wait_for(lambda: kept(store, quote, owner).get("text") == "Which gr")
    makers.wait_for(lambda: page.evaluate(COPIES) == 0)
    with elsewhere(browser, live, makers.EMAIL) as other:
        other.goto(f"{live}/console/quotes/{quote.id}")
        expect(other.get_by_text("This is your draft, not sent yet.")).to_be_visible()
        expect(other.get_by_label("Line 2, what")).to_have_value("Delivery")
        expect(other.get_by_label(MESSAGE)).to_have_value("Made of PETG")
        expect(other.get_by_label("Message to Sam")).to_have_value("Which gr")
        other.get_by_label(PRICE).fill("20")
        other.get_by_label("Line 2, price each in EUR").fill("5")
        other.get_by_role("button", name="Send quote").click()
        expect(other.get_by_role("status").get_by_text("Quote sent")).to_be_visible()
    assert fresh(quote).status == "quoted"
    assert kept(store, quote, owner).keys() <= {"text", "note"}


def test_what_is_typed_and_left_at_once_is_kept(
    signed_in: Page, live: str, store: stores.Store
) -> None:
    quote = asked(store)
    page = signed_in
    page.goto(f"{live}/console/quotes/{quote.id}")
    page.get_by_label(MESSAGE).fill("Made of PETG")
    page.reload()
    expect(page.get_by_label(MESSAGE)).to_have_value("Made of PETG")
    expect(page.get_by_text("This is your draft, not sent yet.")).to_be_visible()
    page.get_by_label(MESSAGE).fill("Made of PLA")
    page.goto(f"{live}/console/orders")
    page.goto(f"{live}/console/quotes/{quote.id}")
    expect(page.get_by_label(MESSAGE)).to_have_value("Made of PLA")
    page.get_by_role("button", name="Drop the draft").click()
    expect(page.get_by_role("status").get_by_text("Draft dropped")).to_be_visible()
    expect(page.get_by_label(MESSAGE)).to_have_value("")
    page.reload()
    expect(page.get_by_label(MESSAGE)).to_have_value("")
    expect(page.locator("#draft-said")).to_be_hidden()


def test_what_is_taken_back_is_no_draft(
    signed_in: Page, live: str, store: stores.Store, owner: stores.Person
) -> None:
    quote = asked(store)
    page = signed_in
    page.goto(f"{live}/console/quotes/{quote.id}")
    for words in ("Hm", ""):
        with page.expect_response(SAVED):
            page.get_by_label(MESSAGE).fill(words)
    assert kept(store, quote, owner) == {}


def test_nothing_is_lost_while_offline(
    signed_in: Page, live: str, store: stores.Store, owner: stores.Person
) -> None:
    quote = asked(store)
    page = signed_in
    page.goto(f"{live}/console/quotes/{quote.id}")
    page.context.set_offline(True)
    bar = page.get_by_text("Offline. Changes will be sent when you’re back.")
    expect(bar).to_be_visible()
    page.get_by_label(MESSAGE).fill("Made of PETG")
    makers.wait_for(lambda: page.evaluate(COPIES) == 1)
    assert kept(store, quote, owner) == {}
    with page.expect_response(SAVED):
        page.context.set_offline(False)
    expect(bar).to_be_hidden()
    makers.wait_for(lambda: page.evaluate(COPIES) == 0)
    assert kept(store, quote, owner)["message"] == "Made of PETG"


def test_what_only_this_browser_has_is_brought_home(
    signed_in: Page, live: str, store: stores.Store, owner: stores.Person
) -> None:
    quote = asked(store)
    page = signed_in
    page.goto(f"{live}/console/quotes/{quote.id}")
    page.route(SAVED, lambda route: route.fulfill(status=503))
    page.get_by_role("button", name="Add a line").click()
    page.get_by_label("Line 2, what").fill("Delivery")
    expect(page.get_by_text("Your draft is kept in this browser only")).to_be_visible()
    assert kept(store, quote, owner) == {}
    page.unroute(SAVED)
    page.reload()
    expect(page.get_by_label("Line 2, what")).to_have_value("Delivery")
    expect(page.get_by_text("This is your draft, not sent yet.")).to_be_visible()
    assert kept(store, quote, owner)["lines.1.description"] == "Delivery"
    makers.wait_for(lambda: page.evaluate(COPIES) == 0)


def test_two_people_on_one_quote(
    signed_in: Page, browser: Browser, live: str, store: stores.Store
) -> None:
    quote = asked(store)
    colleague(store)
    page = signed_in
    page.goto(f"{live}/console/quotes/{quote.id}")
    with page.expect_response(SAVED):
        page.get_by_label(PRICE).fill("20")
    with elsewhere(browser, live, ANA) as hers:
        hers.goto(f"{live}/console/quotes/{quote.id}")
        expect(hers.locator("#answering")).to_contain_text("Robin Maker is answering this quote")
        with hers.expect_response(SAVED):
            hers.get_by_label(PRICE).fill("25")
        page.evaluate(POLL, "#talk")
        expect(page.locator("#answering")).to_contain_text("Ana Maker is answering this quote too")
        hers.get_by_role("button", name="Send quote").click()
        expect(hers.get_by_role("status").get_by_text("Quote sent")).to_be_visible()
        for one, words in ((hers, "From Ana"), (page, "From Robin")):
            one.get_by_label("Message to Sam").fill(words)
            one.get_by_role("button", name="Send message").click()
            mine = one.locator("#talk .me").filter(has_text=words)
            expect(mine.locator(".by")).to_contain_text("You, ")
        expect(page.locator("#talk")).to_contain_text("From Ana")
    page.get_by_role("button", name="Send quote").click()
    alert = page.get_by_role("alert").filter(has_text="Someone else changed this quote")
    expect(alert).to_contain_text("Theirs: €100.00")
    expect(page.get_by_label(PRICE)).to_have_value("20")
    page.reload()
    expect(page.get_by_label(PRICE)).to_have_value("20")
    page.get_by_role("button", name="Send quote").click()
    expect(page.get_by_role("status").get_by_text("Quote sent")).to_be_visible()
    expect(page.locator("#quote .tot")).to_have_text("€80.00")
    assert len(quotes.versions(fresh(quote))) == 2


def test_a_message_half_written_outlives_the_answer(
    signed_in: Page, live: str, store: stores.Store
) -> None:
    quote = asked(store)
    page = signed_in
    page.goto(f"{live}/console/quotes/{quote.id}")
    page.get_by_label("Message to Sam").fill("One more th")
    page.get_by_label(PRICE).fill("20")
    page.get_by_role("button", name="Send quote").click()
    expect(page.get_by_role("status").get_by_text("Quote sent")).to_be_visible()
    expect(page.get_by_label("Message to Sam")).to_have_value("One more th")
    page.reload()
    expect(page.get_by_label("Message to Sam")).to_have_value("One more th")
    expect(page.locator("#answer")).to_have_count(0)


def test_a_message_that_is_sent_is_not_typed_again(
    signed_in: Page, live: str, store: stores.Store
) -> None:
    quote = asked(store)
    page = signed_in
    page.goto(f"{live}/console/quotes/{quote.id}")
    with page.expect_response(SAVED):
        page.get_by_label("Message to Sam").fill("Which grey?")
    page.get_by_role("button", name="Send message").click()
    expect(page.locator("#talk .me .by")).to_contain_text("You, ")
    page.get_by_label(PRICE).fill("20")
    page.get_by_role("button", name="Send quote").click()  # what one says oneself is no conflict
    expect(page.get_by_role("status").get_by_text("Quote sent")).to_be_visible()
    page.reload()
    expect(page.get_by_label("Message to Sam")).to_have_value("")


def test_a_saved_reply_goes_in_where_the_caret_stands(
    signed_in: Page, live: str, store: stores.Store
) -> None:
    quote = asked(store)
    quotes.save_reply(store.id, title="Grey", text="Which grey, {name}?")
    quotes.save_reply(store.id, title="Price", text="It is {price}.")
    page = signed_in
    page.goto(f"{live}/console/quotes/{quote.id}")
    field = page.get_by_label("Message to Sam")
    field.fill("Hello. Thanks.")
    field.evaluate("(it) => it.setSelectionRange(6, 6)")
    menu = page.locator(".replies[data-into=text]")
    menu.locator("summary").press("Enter")
    menu.get_by_role("link", name="Grey").press("Enter")
    expect(field).to_have_value("Hello.\nWhich grey, Sam? Thanks.")
    expect(field).to_be_focused()
    page.get_by_label(PRICE).fill("20")
    page.locator(".replies[data-into=message] summary").click()
    page.locator(".replies[data-into=message]").get_by_role("link", name="Price").click()
    expect(page.get_by_label(MESSAGE)).to_have_value("It is €80.00.")
    menu.locator("summary").click()
    menu.get_by_role("button", name="Save as reply").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Title").fill("Thanks")
    dialog.get_by_label("What it says").fill("Thanks, {nmae}")
    dialog.get_by_role("button", name="Save reply").click()
    expect(dialog.get_by_text("{nmae} is no placeholder.")).to_be_visible()
    dialog.get_by_label("What it says").fill("Thanks, {name}")
    dialog.get_by_role("button", name="Save reply").click()
    expect(dialog).to_be_hidden()
    expect(page.get_by_role("status").get_by_text("Reply saved")).to_be_visible()
    menu.locator("summary").click()
    expect(menu.get_by_role("link", name="Thanks")).to_be_visible()
    expect(field).to_have_value("Hello.\nWhich grey, Sam? Thanks.")


def test_deleting_a_reply_is_undone(signed_in: Page, live: str, store: stores.Store) -> None:
    quotes.save_reply(store.id, title="Grey", text="Which grey, {name}?")
    page = signed_in
    page.goto(f"{live}/console/quotes/replies")
    page.get_by_role("button", name="Delete Grey").click()
    expect(page.get_by_role("heading", name="No saved replies yet")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("link", name="Grey")).to_be_visible()


@pytest.mark.parametrize(("size", "scheme"), LOOKS)
def test_everybody_can_use_drafts_and_replies(
    signed_in: Page,
    live: str,
    store: stores.Store,
    owner: stores.Person,
    axe: Callable[[Page], list[str]],
    size: str,
    scheme: str,
) -> None:
    page, quote, sent = signed_in, asked(store), answered(store)
    ana = colleague(store)
    look(page, size, scheme)
    page.goto(f"{live}/console/quotes/replies")
    assert axe(page) == []
    reply = quotes.save_reply(store.id, title="Grey " * 16, text="Which grey, {name}?").id
    typed = {"seen": "0", "held": "0-pending", "lines.0.description": "Bracket", "text": "Which"}
    for one in (quote, sent):
        quotes.keep_draft(store.id, one.id, owner.id, typed)
        quotes.keep_draft(store.id, one.id, ana.id, typed)
    for path in (quote.id, sent.id, "replies", f"replies/{reply}"):
        page.goto(f"{live}/console/quotes/{path}")
        if page.locator(".replies").count():
            page.locator(".replies summary").first.click()
        assert axe(page) == [], path
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= SIZES[size]["width"], path
