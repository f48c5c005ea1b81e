"""The widget as a customer meets it: in an iframe on somebody's page, in a real browser."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Frame, Page, ViewportSize, expect

from synqro import catalogue, orders, stores
from tests import makers
from tests.widget.conftest import Host, Violations, unpaid, until_paid, widget

PHONE: ViewportSize = {"width": 390, "height": 844}
MOST_TABS = 60
Jobs = Callable[[], int]
Axe = Callable[[Page | Frame], Violations]


@pytest.fixture
def vase(connected: stores.Store) -> catalogue.Product:
    return makers.product(
        connected,
        options=[
            {"name": "Colour", "values": ["Sand", "Slate"]},
            {"name": "Size", "values": ["S", "L"]},
        ],
        variants=[
            {"options": {"Colour": "Sand", "Size": "S"}, "price": 2800, "stock": 5},
            {"options": {"Colour": "Sand", "Size": "L"}, "price": 4000, "stock": 5},
            {"options": {"Colour": "Slate", "Size": "S"}, "price": 2800, "stock": 2},
            {"options": {"Colour": "Slate", "Size": "L"}, "price": 4000, "stock": 0},
        ],
        lead_time_days=3,
    )


@pytest.fixture
def delivered(connected: stores.Store) -> stores.Store:
    """A shop that delivers to an address."""
    option: stores.ShippingOption = {"id": "", "name": "Parcel", "price": 590, "countries": ["DE"]}
    world: stores.ShippingOption = {"id": "", "name": "World", "price": 1490, "countries": []}
    return stores.save_storefront(
        connected.id,
        shipping_options=[option, world],
        address_required=True,
        terms_url="https://maker.example/terms",
    )


@pytest.fixture
def phone(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport=PHONE)
    yield context
    context.close()


def tab_to(page: Page, frame: Frame, selector: str) -> None:
    """Press Tab until the focus stands on `selector` in the frame."""
    for _ in range(MOST_TABS):
        if frame.evaluate("s => document.activeElement?.matches(s)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the keyboard does not reach {selector}")


def choose(page: Page, live: str, shop: str, vase: catalogue.Product) -> None:
    page.goto(f"{live}{shop}/products/{vase.id}")
    page.get_by_role("button", name="Add to basket").click()
    page.get_by_role("link", name="Check out").click()
    page.wait_for_url("**/details?**")


def contact(page: Page | Frame) -> None:
    page.fill("[name='customer.name']", "Sam Field")
    page.fill("[name='customer.email']", "sam@example.com")


def address(page: Page | Frame) -> None:
    for name, value in (("line1", "Weg 1"), ("postal_code", "10115"), ("city", "Berlin")):
        page.fill(f"[name='customer.address.{name}']", value)


def test_a_purchase_with_the_keyboard_alone_on_a_phone(
    phone: BrowserContext, live: str, shop: str, host: Host, delivered: stores.Store,
    vase: catalogue.Product, run_jobs: Jobs, axe: Axe,
) -> None:  # fmt: skip
    page = phone.new_page()
    page.goto(host.show(live, shop))
    frame = widget(page)
    frame.wait_for_selector(".card")
    assert frame.evaluate("document.activeElement === document.body"), "focus moved at first"
    tab_to(page, frame, ".card")
    page.keyboard.press("Enter")
    frame.wait_for_url("**/products/**")
    frame.wait_for_selector("h1:focus")
    tab_to(page, frame, "[name=o0]")
    page.keyboard.press("ArrowRight")
    tab_to(page, frame, "[name=quantity]")
    page.keyboard.press("ArrowUp")
    expect(frame.locator("#total")).to_have_text("€56.00")
    page.keyboard.press("Enter")
    frame.wait_for_url("**/basket?**")
    frame.wait_for_selector("h1:focus")
    tab_to(page, frame, "a.btn.main")
    page.keyboard.press("Enter")
    frame.wait_for_url("**/details?**")
    for name, value in (
        ("customer.name", "Sam Field"), ("customer.email", "sam@example"),
        ("customer.address.line1", "Weg 1"), ("customer.address.postal_code", "10115"),
        ("customer.address.city", "Berlin"),
    ):  # fmt: skip
        tab_to(page, frame, f"[name='{name}']")
        page.keyboard.type(value)
    page.keyboard.press("Enter")
    frame.wait_for_selector("#alert:focus")
    assert page.url == host.url, "an error took the whole page away"
    assert axe(frame) == []
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    frame.wait_for_selector("[name='customer.email']:focus")
    page.keyboard.type("x")
    page.keyboard.press("End")
    page.keyboard.type(".com")
    tab_to(page, frame, "#pay")
    page.keyboard.press("Enter")
    page.wait_for_url("**/sandbox/**")
    for _ in range(MOST_TABS):
        if page.evaluate("document.activeElement?.value === 'pay'"):
            break
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{host.url}?*result=success*")
    frame = widget(page)
    frame.wait_for_url("**/orders/**")
    until_paid(delivered.id, run_jobs)
    expect(frame.locator("h1")).to_have_text("Thank you, it's ordered")
    assert axe(frame) == []
    assert phone.cookies() == []


def test_a_purchase_without_javascript(
    browser: Browser, live: str, shop: str, delivered: stores.Store, vase: catalogue.Product,
    run_jobs: Jobs,
) -> None:  # fmt: skip
    context = browser.new_context(viewport=PHONE, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{live}{shop}")
    page.locator(".card").click()
    page.locator("label", has_text="Slate").click()
    page.get_by_label("Quantity", exact=True).last.fill("2")
    page.get_by_role("button", name="Add to basket").click()
    page.get_by_role("link", name="One less").click()
    page.wait_for_url("**/basket?basket=*:1:2800*")
    page.get_by_role("link", name="Check out").click()
    contact(page)
    page.locator("label", has_text="World").click()
    expect(page.locator("#pay")).to_contain_text("€42.90", use_inner_text=True)
    page.locator("#pay").click()
    assert "Three things need a look" in page.locator("[role=alert]").inner_text()
    assert page.input_value("[name='customer.name']") == "Sam Field"
    address(page)
    page.locator("#pay").click()
    page.wait_for_url("**/sandbox/**")
    page.locator("[value=pay]").click()
    page.wait_for_url("**/orders/**")
    until_paid(delivered.id, run_jobs)
    # It looks again by itself: a reload would meet that.
    expect(page.locator("h1")).to_have_text("Thank you, it's ordered")
    assert context.cookies() == []
    context.close()


def test_a_double_click_pays_once(
    phone: BrowserContext, live: str, shop: str, connected: stores.Store, vase: catalogue.Product
) -> None:
    page = phone.new_page()
    choose(page, live, shop, vase)
    contact(page)
    page.locator("#pay").dblclick()
    page.wait_for_url("**/sandbox/**")
    assert len(unpaid(connected.id)) == 1


def test_a_double_click_without_javascript_pays_once(
    browser: Browser, live: str, shop: str, connected: stores.Store, vase: catalogue.Product
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    choose(page, live, shop, vase)
    contact(page)
    page.locator("#pay").dblclick()
    page.wait_for_url("**/sandbox/**")
    assert len(unpaid(connected.id)) == 1
    context.close()


def test_a_lost_connection_keeps_the_words(
    phone: BrowserContext, live: str, shop: str, connected: stores.Store, vase: catalogue.Product
) -> None:
    page = phone.new_page()
    choose(page, live, shop, vase)
    contact(page)
    phone.set_offline(True)
    expect(page.locator(".off")).to_be_visible()
    page.locator("#pay").click()
    expect(page.locator("#alert")).to_contain_text("Connection lost")
    phone.set_offline(False)
    expect(page.locator(".off")).to_be_hidden()
    page.reload()
    assert page.input_value("[name='customer.name']") == "Sam Field"
    page.locator("#pay").click()
    page.wait_for_url("**/sandbox/**")


def test_options_show_what_can_be_bought(
    phone: BrowserContext, live: str, shop: str, connected: stores.Store, vase: catalogue.Product
) -> None:
    page = phone.new_page()
    page.goto(f"{live}{shop}/products/{vase.id}")
    page.locator("label", has_text="Slate").click()
    expect(page.locator("#left")).to_have_text("2 left")
    expect(page.locator("label.out")).to_have_text("L, sold out")
    for _ in range(4):
        page.get_by_role("button", name="One more").click(force=True)
    assert page.input_value("[name=quantity]") == "2"
    page.locator("label", has_text="Sand").click()
    page.locator("label.out").wait_for(state="detached")
    page.locator("label", has_text="L").last.click()
    expect(page.locator("#price")).to_have_text("€40.00")
    expect(page.locator("#total")).to_have_text("€80.00")


def test_delivery_follows_the_country(
    phone: BrowserContext, live: str, shop: str, delivered: stores.Store, vase: catalogue.Product
) -> None:
    page = phone.new_page()
    choose(page, live, shop, vase)
    expect(page.locator("#pay")).to_contain_text("Pay €33.90 with Stripe")
    page.select_option("[name='customer.address.country']", "CH")
    assert page.locator("label", has_text="Parcel").locator("input").is_disabled()
    expect(page.locator("#pay")).to_contain_text("Pay €42.90 with Stripe")


@pytest.mark.parametrize(("scheme", "width"), [("light", 320), ("dark", 280)])
def test_axe_finds_nothing_on_any_page(
    browser: Browser, live: str, shop: str, delivered: stores.Store, vase: catalogue.Product,
    axe: Axe, scheme: Any, width: int,
) -> None:  # fmt: skip
    context = browser.new_context(viewport={"width": width, "height": 640}, color_scheme=scheme)
    page = context.new_page()
    wrong: Violations = []

    def look(path: str) -> None:
        page.goto(f"{live}{path}")
        wrong.extend(f"{path}: {line}" for line in axe(page))
        wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
        wrong.extend([f"{path}: scrolls sideways"] if wide else [])

    basket = f"basket={vase.variants[0].id}:2:2700"
    blocked = f"basket={vase.variants[3].id}:2"
    for path in ("", f"/products/{vase.id}", "/basket", f"/basket?{basket}", "/products/none"):
        look(f"{shop}{path}")
    look(f"{shop}/basket?{blocked}")
    look(f"{shop}/basket?was={vase.variants[0].id}:2")
    look(f"{shop}/details?{basket}")
    look("/s/sf_live_nobody")
    page.goto(f"{live}{shop}/details?{basket}")
    contact(page)
    address(page)
    page.locator("#pay").click()
    page.wait_for_url("**/sandbox/**")
    order = unpaid(delivered.id)[0]
    link = f"{shop}/orders/{orders.link_token(order)}"
    for query in ("", "?result=success", "?result=cancel"):
        look(link + query)
    orders.give_up(order.id)
    look(link)
    stores.save_storefront(delivered.id, ordering_enabled=False)
    look(shop)
    context.close()
    assert wrong == []


def test_every_target_is_large_enough_for_a_thumb(
    phone: BrowserContext, live: str, shop: str, delivered: stores.Store, vase: catalogue.Product
) -> None:
    page = phone.new_page()
    basket = f"basket={vase.variants[0].id}:2"
    for path in ("", f"/products/{vase.id}", f"/basket?{basket}", f"/details?{basket}"):
        page.goto(f"{live}{shop}{path}")
        small = page.evaluate(
            """() => [...document.querySelectorAll('a, button, input, select, textarea, summary')]
              .filter((e) => e.offsetParent && e.type !== 'hidden' && !e.closest('.vh, p'))
              .map((e) => [e.outerHTML.slice(0, 80), e.getBoundingClientRect()])
              .filter(([, box]) => box.width && (box.height < 44 || box.width < 44))
              .map(([html, box]) => `${html} ${box.width}x${box.height}`)"""
        )
        assert small == [], path
