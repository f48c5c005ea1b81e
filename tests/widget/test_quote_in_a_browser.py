"""A quote in a real browser: by the mail's link, in two tabs, in a sandboxed frame."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import APIResponse, Browser, BrowserContext, Frame, Page, Route, expect

from synqro import mail, orders, quotes, stores
from synqro.quotes import OfferLine, Status
from tests import makers
from tests.payments.till import Till
from tests.widget.conftest import Host, Violations, to_payment, widget
from tests.widget.quoting import Link, answered, asked, fresh, order_of, quoted

Axe = Callable[[Page | Frame], Violations]
BOXED = (
    'sandbox="allow-scripts allow-forms allow-same-origin allow-top-navigation-by-user-activation"'
)
# Only who came back to the tab by `look` has it in view: it looks for news at no other time.
ELSEWHERE = "Object.defineProperty(document, 'hidden', { get: () => !window.back })"


@pytest.fixture
def phone(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport={"width": 390, "height": 760}, color_scheme="dark")
    yield context
    context.close()


def tab_to(page: Page, selector: str) -> None:
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("s => document.activeElement?.matches(s)", selector):
            return
    raise AssertionError(f"the keyboard does not reach {selector}")


def mailed_link(store: stores.Store, template: str) -> str:
    [message] = [m for m in mail.of_stores([store.id]) if m.template == template]
    return next(word for word in (message.text or "").split() if "/quotes/" in word)


def look(page: Page | Frame) -> None:
    """Come back to the tab, which makes it look for news at once."""
    page.evaluate("window.back = true, document.dispatchEvent(new Event('visibilitychange'))")


def shown(page: Page | Frame, title: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(title)


def test_from_the_mail_to_the_balance_with_the_keyboard(
    phone: BrowserContext, connected: stores.Store, till: Till, axe: Axe
) -> None:
    quote = quoted(connected, file=True, deposit_bp=5000)
    till.run_jobs()
    page = phone.new_page()
    trouble: list[str] = []
    page.on("pageerror", lambda error: trouble.append(str(error)))
    page.goto(mailed_link(connected, "quotes/quoted"))
    assert page.evaluate("document.activeElement === document.body"), "focus moved at first"
    assert axe(page) == []
    tab_to(page, "#pay")
    page.keyboard.press("Enter")
    page.wait_for_url("**/sandbox/**")
    page.click("[value=cancel]")
    page.wait_for_url("**result=cancel**")
    shown(page, "Accepted. One step left")
    assert axe(page) == []
    page.click("#pay")
    page.wait_for_url("**/sandbox/**")
    page.click("[value=pay]")
    page.wait_for_url("**result=success**")
    makers.wait_for(lambda: till.run_jobs() is not None and fresh(quote).status is Status.PAID)
    shown(page, "Paid. Printing is next")
    assert axe(page) == []
    page.click("text=Pay the balance, €34.45")
    page.wait_for_url("**/sandbox/**")
    page.click("[value=pay]")
    page.wait_for_url("**pay=balance**")
    makers.wait_for(lambda: till.run_jobs() is not None and not orders.balance_due(order_of(quote)))
    expect(page.locator("#bar")).to_contain_text("Download quote and receipt")
    with page.expect_popup() as opened:
        page.click("text=Download quote and receipt")
    shown(opened.value, "Quote and receipt")
    assert axe(opened.value) == []
    assert trouble == []


def test_a_new_price_words_both_ways_and_a_decline_without_a_reload(
    phone: BrowserContext, connected: stores.Store, live: str, axe: Axe, client: object
) -> None:
    link = Link(client, quoted(connected))  # type: ignore[arg-type]
    one, two = phone.new_page(), phone.new_page()
    one.add_init_script(ELSEWHERE)
    for page in (one, two):
        page.goto(live + link.path)
        page.evaluate("window.here = true")
        page.wait_for_load_state("networkidle")
    one.fill("#text", "Could it be ")
    one.focus("#text")
    two.fill("#text", "Darker, please")
    two.press("#text", "Control+Enter")
    expect(two.locator(".msg.me")).to_contain_text("Darker, please")
    expect(two.locator("#text")).to_have_value("")
    quotes.reply(connected.id, link.quote.id, "It can.")
    look(two)
    expect(two.locator(".msg:not(.me)")).to_contain_text("It can.")
    expect(one.locator("#text")).to_have_value("Could it be ")
    answered(fresh(link.quote), lines=[OfferLine("Bracket", 4, 1700)])
    one.click("#pay")
    expect(one.locator("#alert")).to_be_focused()
    expect(one.locator("#alert")).to_contain_text("It was €68.90 and is now €73.90.")
    shown(one, "€73.90 for 4 brackets")
    expect(one.locator("#text")).to_have_value("Could it be ")
    look(two)
    shown(two, "€73.90 for 4 brackets")
    expect(two.locator("#alert")).to_contain_text("The workshop sent a new price")
    assert axe(one) == []
    two.get_by_text("Decline", exact=True).click()
    two.fill("#decline-reason", "Too much")
    assert axe(two) == []
    two.click("text=Decline this price")
    shown(two, "You declined this price")
    expect(two.get_by_role("heading", level=1)).to_be_focused()
    expect(two.locator("#bar a")).to_have_text("Ask again")
    look(one)
    shown(one, "You declined this price")
    expect(one.locator("#text")).to_have_value("Could it be ")
    assert one.evaluate("window.here") and two.evaluate("window.here")
    assert fresh(link.quote).reason == "Too much"


def test_an_answer_that_was_overtaken_takes_nothing_back(
    phone: BrowserContext, store: stores.Store, live: str, client: object
) -> None:
    """Of two looks at once, or of a look and what is sent meanwhile, the later one counts."""
    link = Link(client, asked(store))  # type: ignore[arg-type]
    page = phone.new_page()
    page.add_init_script(ELSEWHERE)
    page.goto(live + link.path)
    held: list[tuple[Route, APIResponse]] = []
    page.route("**/quotes/**", lambda route: held.append((route, route.fetch())), times=1)
    look(page)
    makers.wait_for(lambda: page.evaluate("1") and held)
    page.fill("#text", "Darker, please")
    page.press("#text", "Control+Enter")
    expect(page.locator(".msg.me")).to_contain_text("Darker, please")
    route, early = held[0]
    with page.expect_response("**/quotes/**"):
        route.fulfill(response=early)
    page.evaluate("new Promise((done) => setTimeout(done))")  # it has been read
    assert page.locator(".msg.me").count() == 1


def test_a_sandboxed_frame_leaves_for_the_payment_and_keeps_errors_to_itself(
    phone: BrowserContext, connected: stores.Store, live: str, host: Host, till: Till,
    client: object,
) -> None:  # fmt: skip
    store = stores.save_storefront(connected.id, address_required=True)
    link = Link(client, quoted(store))  # type: ignore[arg-type]
    page = phone.new_page()
    page.goto(host.show(live, link.path, frame=BOXED))
    frame = widget(page)
    shown(frame, "€68.90 for 4 brackets")
    frame.locator("#pay").click()
    expect(frame.locator("#alert")).to_be_focused()
    expect(frame.locator("#alert")).to_contain_text("Three things need a look")
    frame.select_option("[name='customer.address.country']", "AT")
    with page.expect_response(lambda answer: "seen=1" in answer.url):
        look(frame)
    expect(frame.locator("#alert")).to_contain_text("Three things need a look")
    assert frame.input_value("[name='customer.address.country']") == "AT"
    for name, value in (("line1", "Weg 1"), ("postal_code", "10115"), ("city", "Berlin")):
        frame.fill(f"[name='customer.address.{name}']", value)
    till.fault("server_error", times=9)
    frame.locator("#pay").click()
    expect(frame.locator("#alert")).to_contain_text("The payment page didn't open")
    assert page.url == host.url, "an error took the whole page away"
    till.ask("switches", faults=[])
    to_payment(page, frame)
    assert fresh(link.quote).status is Status.ACCEPTED


def test_a_request_is_taken_back_without_javascript(
    browser: Browser, store: stores.Store, live: str, client: object
) -> None:
    link = Link(client, asked(store))  # type: ignore[arg-type]
    context = browser.new_context(java_script_enabled=False, viewport={"width": 320, "height": 700})
    page = context.new_page()
    page.goto(live + link.path)
    page.click("summary:has-text('Cancel this request')")
    page.click("text=Cancel request Q-1001")
    shown(page, "You cancelled this request")
    context.close()
