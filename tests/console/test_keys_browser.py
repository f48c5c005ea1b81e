"""The console by the keyboard alone: every key, where they are off, and what follows a sending."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from playwright.sync_api import Page, expect

from synqro import quotes, stores
from synqro.core.db import db
from tests import makers
from tests.console.asked import answered, asked, fresh
from tests.console.test_browser import LOOKS, NOT_BEGUN, SIZES, go, look
from tests.console.test_quotes import by
from tests.console.test_quotes_browser import POLL
from tests.orders import shop


@pytest.fixture(autouse=True)
def payments(store: stores.Store) -> None:
    shop.set_up_payments(store)


@pytest.fixture
def four(store: stores.Store) -> dict[str, quotes.Quote]:
    """Four requests; Dan's is the newest and stands above."""
    return {name: asked(store, customer=by(name)) for name in ("Ana", "Bob", "Cem", "Dan")}


def row(quote: quotes.Quote) -> str:
    return f"#{quote.id}"


def test_rows_are_walked_through_and_opened(
    signed_in: Page, live: str, four: dict[str, quotes.Quote]
) -> None:
    page, press = signed_in, signed_in.keyboard.press
    page.goto(f"{live}/console/quotes")
    for key, name in [("j", "Dan"), ("j", "Cem"), ("j", "Bob"), ("k", "Cem"), ("j", "Bob")]:
        press(key)
        expect(page.locator(row(four[name]))).to_be_focused()
    press("Enter")
    expect(page.locator("#quote")).to_be_focused()
    expect(page.locator(row(four["Bob"]))).to_have_attribute("aria-current", "true")
    press("k")  # the one above opens at once
    expect(page).to_have_url(f"{live}/console/quotes/{four['Cem'].id}")
    expect(page.locator("#quote")).to_be_focused()
    press("j")
    press("j")  # faster than the answer
    expect(page).to_have_url(f"{live}/console/quotes/{four['Ana'].id}")
    press("j")  # there is none below
    expect(page.locator("#qt")).to_contain_text("Ana")
    press("Escape")
    expect(page.locator(row(four["Ana"]))).to_be_focused()
    press("k")  # in the list only the cursor moves
    expect(page.locator(row(four["Bob"]))).to_be_focused()
    expect(page).to_have_url(f"{live}/console/quotes/{four['Ana'].id}")


def test_letters_lead_to_the_fields(
    signed_in: Page, live: str, store: stores.Store, four: dict[str, quotes.Quote]
) -> None:
    page, press = signed_in, signed_in.keyboard.press
    sent = answered(store, four["Ana"])
    page.goto(f"{live}/console/quotes/{four['Dan'].id}")
    press("e")
    expect(page.get_by_label("Line 1, price each in EUR")).to_be_focused()
    expect(page.get_by_label("Line 1, price each in EUR")).to_have_value("")
    press("Escape")
    press("m")
    expect(page.get_by_label("Message to Dan")).to_be_focused()
    page.keyboard.type("jkxe?/m")
    expect(page.get_by_label("Message to Dan")).to_have_value("jkxe?/m")
    expect(page).to_have_url(f"{live}/console/quotes/{four['Dan'].id}")
    press("Escape")
    press("/")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.type("gq")
    expect(page.get_by_role("searchbox")).to_have_value("gq")
    page.goto(f"{live}/console/quotes/{sent.id}")
    press("e")  # a sent one is changed and sent again
    expect(page.get_by_role("button", name="Send quote")).to_be_visible()
    expect(page.get_by_label("Line 1, price each in EUR")).to_be_focused()
    press("Escape")
    page.evaluate("""() => {
        const use = Object.assign(document.createElement("button"), { type: "button" });
        use.addEventListener("click", () => { window.used = true; });
        document.querySelector("#use-price")?.remove();
        use.id = "use-price";
        document.querySelector("#quote").append(use);
    }""")
    press("u")
    assert page.evaluate("window.used")


@pytest.mark.parametrize("key", ["e", "j"])
def test_a_press_may_come_before_htmx_has_begun(
    signed_in: Page, live: str, store: stores.Store, four: dict[str, quotes.Quote], key: str
) -> None:
    page = signed_in
    sent = answered(store, four["Dan"])
    page.add_init_script(NOT_BEGUN)
    page.goto(f"{live}/console/quotes/{sent.id}")
    page.evaluate("window.stayed = true")
    page.keyboard.press(key)
    if key == "e":
        expect(page.get_by_label("Line 1, price each in EUR")).to_be_focused()
    else:
        expect(page).to_have_url(f"{live}/console/quotes/{four['Cem'].id}")
        expect(page.locator("#quote")).to_be_focused()
    assert page.evaluate("window.stayed")


@pytest.mark.parametrize(
    ("key", "path"),
    [("h", "/console/"), ("q", "/console/quotes"), ("o", "/console/orders"),
     ("p", "/console/products")],
)  # fmt: skip
def test_g_and_a_letter_lead_to_a_section(signed_in: Page, live: str, key: str, path: str) -> None:
    page = signed_in
    page.goto(f"{live}/console/settings")
    go(page, key)
    expect(page).to_have_url(live + path)


def test_keys_with_others_and_in_dialogs_are_left_alone(
    signed_in: Page, live: str, four: dict[str, quotes.Quote]
) -> None:
    page, press = signed_in, signed_in.keyboard.press
    page.goto(f"{live}/console/quotes/{four['Cem'].id}")
    for key in ("Control+j", "Alt+x", "Meta+m", "Shift+J"):
        press(key)
    assert page.locator("input:focus, textarea:focus, :checked").count() == 0
    expect(page).to_have_url(f"{live}/console/quotes/{four['Cem'].id}")
    press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    for key in ("j", "x", "m", "?"):
        press(key)
    expect(page).to_have_url(f"{live}/console/quotes/{four['Cem'].id}")
    press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_single_keys_are_turned_off_and_on(
    signed_in: Page, live: str, four: dict[str, quotes.Quote]
) -> None:
    page, press = signed_in, signed_in.keyboard.press
    page.goto(f"{live}/console/quotes")
    expect(page.locator(".inbox > footer")).to_be_visible()
    press("?")
    page.get_by_label("Single keys").uncheck()
    page.get_by_role("button", name="Save keys").click()
    expect(page.get_by_role("status").get_by_text("Keys saved")).to_be_visible()
    expect(page.get_by_role("dialog")).to_have_count(0)
    for _ in range(2):  # at once, and after a reload
        expect(page.locator(".inbox > footer")).to_be_hidden()
        press("j")
        press("?")
        go(page, "o")
        assert page.locator("#box a:focus, dialog[open]").count() == 0
        page.reload()
    expect(page).to_have_url(f"{live}/console/quotes")
    page.locator(row(four["Dan"])).press("Enter")  # what is no single letter goes on
    price = page.get_by_label("Line 1, price each in EUR")
    price.fill("9")
    price.press("Control+Enter")
    expect(page.get_by_role("status")).to_contain_text("Quote sent to Dan. Next: Cem")
    page.goto(f"{live}/console/settings")
    page.get_by_label("Single keys").check()
    page.get_by_label("Open the next quote after sending").uncheck()
    page.get_by_role("button", name="Save keys").click()
    expect(page.get_by_role("status")).to_contain_text("Keys saved")
    page.wait_for_load_state()
    press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    db.session.expire_all()
    person = stores.by_email(makers.EMAIL)
    assert person and (person.single_keys, person.next_after_sending) == (True, False)


def test_the_next_quote_opens_after_sending(
    signed_in: Page, live: str, store: stores.Store, four: dict[str, quotes.Quote]
) -> None:
    page, press = signed_in, signed_in.keyboard.press
    page.goto(f"{live}/console/quotes?show=todo")
    press("j")
    press("j")
    press("Enter")
    for name, following in [("Cem", "Bob"), ("Bob", "Ana"), ("Ana", "Dan")]:
        expect(page.locator("#qt")).to_contain_text(name)
        expect(page.locator("#quote")).to_be_focused()
        press("e")
        page.keyboard.type("15.75")
        press("Control+Enter")
        words = f"Quote sent to {name}. Next: {following}"
        expect(page.get_by_role("status").get_by_text(words)).to_be_visible()
        expect(page).to_have_url(f"{live}/console/quotes/{four[following].id}?show=todo")
        current = page.locator("#box [aria-current=true]")
        expect(page.locator(row(four[name]))).to_have_count(0)  # it left what is to do
        expect(current.last).to_contain_text(following)
    press("e")
    page.keyboard.type("15.75")
    press("Control+Enter")
    expect(page.get_by_role("status")).to_contain_text("Quote sent. Nothing left to answer.")
    expect(page.locator("#qt")).to_contain_text("Dan")
    assert {fresh(quote).status.value for quote in four.values()} == {"quoted"}
    page.go_back()
    expect(page.locator("#qt")).to_contain_text("Ana")


def test_the_last_row_asks_for_more(
    signed_in: Page, live: str, store: stores.Store, four: dict[str, quotes.Quote]
) -> None:
    page, press = signed_in, signed_in.keyboard.press
    for number in range(50):
        asked(store, customer=by(f"Name{number}"))
    page.goto(f"{live}/console/quotes/{four['Dan'].id}")
    expect(page.locator("#box a.name")).to_have_count(50)
    last = page.locator("#box a.name").last
    last.focus()
    press("j")
    expect(page.locator("#box a.name")).to_have_count(54)
    expect(page.locator("#box a.name").nth(50)).to_be_focused()


def test_the_list_keeps_its_focus_while_it_changes(
    signed_in: Page, live: str, store: stores.Store, four: dict[str, quotes.Quote]
) -> None:
    page, press = signed_in, signed_in.keyboard.press
    page.goto(f"{live}/console/quotes?show=todo")
    for _ in range(3):
        press("j")
    asked(store, customer=by("Eva"))
    quotes.write(store, quotes.link_token(fresh(four["Ana"])), "A question.")  # it moves up
    page.evaluate(POLL, "#box")
    expect(page.locator("#box a.name")).to_have_count(5)
    expect(page.locator(row(four["Bob"]))).to_be_focused()
    answered(store, four["Bob"])  # it leaves; the one that follows takes its place
    page.evaluate(POLL, "#box")
    expect(page.locator("#box a.name")).to_have_count(4)
    expect(page.locator("#box a.name").last).to_be_focused()


def test_rows_are_selected_and_declined_together(
    signed_in: Page, live: str, store: stores.Store, four: dict[str, quotes.Quote]
) -> None:
    page, press = signed_in, signed_in.keyboard.press
    page.goto(f"{live}/console/quotes/{four['Dan'].id}")
    bar = page.get_by_role("form", name="Selected quotes")
    expect(bar).to_be_hidden()
    press("x")  # the open one
    expect(bar).to_contain_text("1 selected")
    press("Escape")
    press("j")
    press("x")
    expect(page.locator(row(four["Cem"]))).to_be_focused()
    page.get_by_label("Select Q-1002, Bob").check()
    expect(page.locator(row(four["Bob"]))).to_be_focused()
    expect(bar).to_contain_text("3 selected")
    asked(store, customer=by("Eva"))
    page.evaluate(POLL, "#box")
    expect(page.locator("#box a.name")).to_have_count(5)
    expect(bar).to_contain_text("3 selected")
    assert page.locator("#box :checked").count() == 3
    press("x")  # and off again
    expect(bar).to_contain_text("2 selected")
    quotes.decline(store.id, four["Cem"].id)
    bar.get_by_role("button", name="Decline").click()
    dialog = page.get_by_role("dialog", name="Decline 1 quote?")
    expect(dialog).to_contain_text("Q-1003, Cem: This quote was declined.")
    expect(dialog.get_by_role("button", name="Back")).to_be_focused()
    dialog.get_by_label("Why").fill("On holiday")
    dialog.get_by_role("button", name="Decline 1 quote").click()
    expect(page.get_by_role("status").get_by_text("1 quote declined")).to_be_visible()
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(bar).to_be_hidden()
    expect(page.locator("#quote")).to_contain_text("On holiday")  # the open one shows it
    expect(page.locator(f"#{four['Dan'].id} .chip")).to_have_text("Declined")
    assert fresh(four["Bob"]).status.value == "pending"


def test_what_was_not_done_stays_to_be_read(
    signed_in: Page, live: str, store: stores.Store, four: dict[str, quotes.Quote]
) -> None:
    page, press = signed_in, signed_in.keyboard.press
    for name in ("Ana", "Bob"):
        answered(store, four[name])
    page.goto(f"{live}/console/quotes?show=waiting")
    for _ in range(2):
        press("j")
        press("x")
    page.get_by_role("button", name="Hold longer").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Prices held until").fill("2020-01-01")
    dialog.get_by_role("button", name="Hold 2 prices longer").click()
    expect(dialog).to_contain_text("Choose today or a later day.")
    quotes.decline(store.id, four["Ana"].id)
    held = fresh(four["Bob"]).expires_on
    assert held
    later = date.fromisoformat(held) + timedelta(days=60)
    dialog.get_by_label("Prices held until").fill(later.isoformat())
    dialog.get_by_role("button", name="Hold 2 prices longer").click()
    expect(dialog.get_by_role("heading", name="1 price held longer")).to_be_focused()
    expect(dialog).to_contain_text("Q-1001 changed meanwhile. Look at it again.")
    dialog.get_by_role("button", name="Close").click()
    expect(page.get_by_role("form", name="Selected quotes")).to_be_hidden()
    expect(page.locator("#box a.name")).to_have_count(1)


def test_a_selection_is_cleared(signed_in: Page, live: str, four: dict[str, quotes.Quote]) -> None:
    page, press = signed_in, signed_in.keyboard.press
    page.goto(f"{live}/console/quotes")
    press("j")
    press("x")
    page.get_by_role("button", name="Clear").click()
    expect(page.get_by_role("form", name="Selected quotes")).to_be_hidden()
    assert page.locator("#box :checked").count() == 0
    tick = page.locator(f"#pick-{four['Bob'].id}")
    tick.focus()
    tick.press("Enter")  # opens, and sends nothing
    expect(page).to_have_url(f"{live}/console/quotes/{four['Bob'].id}")


@pytest.mark.parametrize(("size", "scheme"), LOOKS)
def test_everybody_can_use_what_the_keys_open(
    signed_in: Page,
    live: str,
    store: stores.Store,
    four: dict[str, quotes.Quote],
    axe: Callable[[Page], list[str]],
    size: str,
    scheme: str,
) -> None:
    page = signed_in
    look(page, size, scheme)
    answered(store, four["Ana"])
    for path in ("/console/keys", "/console/settings"):
        page.goto(live + path)
        assert axe(page) == [], path
    page.goto(f"{live}/console/quotes")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    assert axe(page) == []
    page.keyboard.press("Escape")
    for name in ("Ana", "Dan"):
        page.locator(f"#pick-{four[name].id}").check()
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= SIZES[size]["width"]
    page.get_by_role("button", name="Hold longer").click()
    expect(page.get_by_role("dialog")).to_contain_text("Dan: No price has been sent yet.")
    assert axe(page) == []
