"""The price of a custom print in a browser: it appears, follows what is typed, and is taken."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Frame, Page, Route, expect

from synqro import orders, quotes, stores
from synqro.core.db import db
from synqro.quotes import Status
from tests import makers
from tests.payments.till import Till
from tests.quotes.at_once import SECRETS, block, offer_of, switch_on
from tests.quotes.desk import fresh
from tests.widget.conftest import Host, to_payment, widget
from tests.widget.test_host_pages import SANDBOX
from tests.widget.test_in_a_browser import PHONE, Axe, tab_to


@pytest.fixture
def phone(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport=PHONE)
    yield context
    context.close()


@pytest.fixture
def part(tmp_path: Path) -> Path:
    path = tmp_path / "hinge.stl"
    path.write_bytes(block())
    return path


def form(page: Page, live: str, host: Host, shop: str) -> Frame:
    page.goto(host.show(live, f"{shop}/custom", frame=SANDBOX))
    frame = widget(page)
    frame.wait_for_selector("#price")
    return frame


def only(store: stores.Store) -> quotes.Quote:
    db.session.rollback()
    [row] = quotes.box(store.id, "all").data
    return row.quote


def test_a_price_is_seen_changed_and_paid(
    phone: BrowserContext, live: str, shop: str, connected: stores.Store, host: Host, part: Path,
    axe: Axe, till: Till,
) -> None:  # fmt: skip
    switch_on(connected, pieces=9)
    stores.save_storefront(connected.id, quote_deposit_bp=5000, quote_lead_time_days=5)
    page = phone.new_page()
    trouble: list[str] = []
    page.on("pageerror", lambda error: trouble.append(str(error)))
    bodies: list[str] = []
    page.on(
        "request",
        lambda r: bodies.append(r.post_data or "") if r.url.endswith("/custom/price") else None,
    )
    frame = form(page, live, host, shop)
    said, ask = frame.locator("#price-said"), frame.locator("#ask .idle")
    expect(said).to_have_text("Add a model and choose a material, and the price shows here.")
    expect(ask).to_have_text("Ask for a price")
    expect(frame.locator("#show")).to_be_hidden()
    frame.set_input_files("#choose", part)
    expect(said).to_have_text("Choose a material, and the price shows here.")
    tab_to(page, frame, "[name=material]")
    page.keyboard.press("ArrowRight")
    expect(said).to_contain_text("for 1 piece, delivery included.")
    expect(said).to_contain_text("Yours at once, held for 14 days.")
    expect(ask).to_have_text("Get this price")
    assert axe(frame) == []
    one = said.inner_text()
    frame.fill("#quantity", "3")
    expect(said).to_contain_text("for 3 pieces, delivery included.")
    assert said.inner_text() != one
    frame.fill("#quantity", "10")
    expect(said).to_contain_text("More than 9 pieces get a price by hand.")
    expect(ask).to_have_text("Ask for a price")
    expect(frame.locator("#price-sum dl")).to_have_count(0)
    frame.fill("#quantity", "3")
    expect(said).to_contain_text("for 3 pieces")
    frame.fill("#description", "For a gate")
    expect(said).to_contain_text("It reads your words first.")
    frame.fill("#description", "")
    expect(said).to_contain_text("for 3 pieces")
    total = frame.locator("#price-sum .tot dd").inner_text()
    frame.fill("[name='customer.email']", "sam@")
    frame.click("#ask")
    frame.wait_for_selector("#alert:focus")
    expect(frame.locator("#price-said")).to_contain_text(total)
    expect(frame.locator("#ask .idle")).to_have_text("Get this price")
    frame.fill("[name='customer.name']", "Sam Field")
    frame.fill("[name='customer.email']", "sam@example.com")
    expect(frame.locator("#ask")).not_to_have_attribute("aria-disabled", "true")
    frame.click("#ask")
    frame.wait_for_url("**/quotes/**")
    expect(frame.locator("h1")).to_contain_text(f"{total} for")
    expect(frame.locator("#pay")).to_contain_text("Accept and pay")
    assert axe(frame) == []
    quote = only(connected)
    assert quote.money(offer_of(quote).total).format("en_IE") == total
    assert not [word for word in SECRETS if word in frame.content()]
    to_payment(page, frame)
    page.click("[value=pay]")
    makers.wait_for(lambda: till.run_jobs() is not None and fresh(quote).status is Status.PAID)
    assert orders.find(connected.id, fresh(quote).order_id or "").total == offer_of(quote).total
    assert trouble == [] and bodies
    assert not [body for body in bodies if "Sam" in body or "sam%40" in body or "gate" in body]


def test_a_lost_connection_leaves_no_old_price(
    phone: BrowserContext, live: str, shop: str, connected: stores.Store, part: Path
) -> None:
    switch_on(connected)
    page = phone.new_page()
    page.goto(f"{live}{shop}/custom")
    page.set_input_files("#choose", part)
    page.click("label:has(#material-0)")
    expect(page.locator("#price-said")).to_contain_text("for 1 piece")

    def lost(route: Route) -> None:
        route.abort()

    page.route("**/custom/price", lost)
    page.fill("#quantity", "2")
    expect(page.locator("#price-said")).to_have_text("")
    expect(page.locator("#ask .idle")).to_have_text("Ask for a price")
    page.unroute("**/custom/price")
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator("#price-said")).to_contain_text("for 2 pieces")
    page.reload()
    expect(page.locator("#price-said")).to_contain_text("for 2 pieces")


def test_where_people_answer_nothing_of_it_is_loaded(
    phone: BrowserContext, live: str, shop: str, connected: stores.Store
) -> None:
    page = phone.new_page()
    seen: list[str] = []
    page.on("request", lambda request: seen.append(request.url))
    page.goto(f"{live}{shop}/custom")
    page.wait_for_load_state("networkidle")
    expect(page.locator("#price")).to_have_count(0)
    assert not [url for url in seen if "price" in url]
