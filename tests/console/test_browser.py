"""The console in a browser: what a keyboard, a phone and axe find."""

import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, Route, expect
from sqlalchemy import update

from synqro import stores
from synqro.core.db import db
from tests import makers

PAGES = ["/console/", "/console/storefront", "/console/integrations", "/console/settings"]
DOORS = ["/", "/login", "/signup", "/reset", "/logout", "/demo/mail"]
SIZES = {"wide": {"width": 1440, "height": 900}, "phone": {"width": 390, "height": 844}}
# Both sizes and both schemes, without all four pairs: a colour does not depend on the width.
LOOKS = [("wide", "light"), ("phone", "dark")]
# htmx begins in a timer, which on a busy machine comes after the page's load.
NOT_BEGUN = """{
    const set = setTimeout;
    window.setTimeout = (act, ...how) => /initialize/.test(act) ? 0 : set(act, ...how);
}"""


def saved(store: stores.Store) -> stores.Store:
    db.session.rollback()
    return stores.by_id(store.id)


def look(page: Page, size: str, scheme: str) -> None:
    page.set_viewport_size(SIZES[size])  # type: ignore[arg-type]
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]


def go(page: Page, key: str) -> None:
    """Press g and a key, which belong together however long a machine takes between them."""
    page.clock.set_fixed_time(datetime.now(UTC))
    page.keyboard.press("g")
    page.keyboard.press(key)


@pytest.mark.parametrize(("size", "scheme"), LOOKS)
def test_everybody_can_use_the_console(
    signed_in: Page, live: str, axe: Callable[[Page], list[str]], size: str, scheme: str
) -> None:
    look(signed_in, size, scheme)
    for path in PAGES:
        signed_in.goto(live + path)
        assert axe(signed_in) == [], path
        width = signed_in.evaluate("document.documentElement.scrollWidth")
        assert width <= SIZES[size]["width"], path


@pytest.mark.parametrize(("size", "scheme"), LOOKS)
def test_everybody_can_get_in(
    page: Page,
    live: str,
    store: stores.Store,
    axe: Callable[[Page], list[str]],
    size: str,
    scheme: str,
) -> None:
    look(page, size, scheme)
    for path in DOORS:
        page.goto(live + path)
        assert axe(page) == [], path
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= SIZES[size]["width"], path


def test_a_form_that_came_back_is_read_out_first(
    page: Page, live: str, axe: Callable[[Page], list[str]]
) -> None:
    page.goto(f"{live}/signup")
    page.get_by_label("Shop name").fill("Oak & Ember")
    page.get_by_role("button", name="Open my shop").click()
    expect(page.get_by_role("alert")).to_contain_text("fields need a look")
    expect(page.get_by_label("Shop name")).to_have_value("Oak & Ember")
    expect(page.get_by_label("Email")).to_have_attribute("aria-invalid", "true")
    page.wait_for_load_state()
    assert axe(page) == []


def test_the_time_zone_of_the_device_is_chosen(
    browser: object, live: str, page: Page, store: stores.Store
) -> None:
    context = page.context.browser.new_context(timezone_id="Asia/Tokyo")  # type: ignore[union-attr]
    tokyo = context.new_page()
    tokyo.goto(f"{live}/signup")
    expect(tokyo.get_by_label("Time zone")).to_have_value("Asia/Tokyo")
    context.close()


def test_the_keyboard_alone_saves_a_section(
    signed_in: Page, live: str, store: stores.Store
) -> None:
    page = signed_in
    page.goto(f"{live}/console/storefront")
    page.get_by_label("Rate").focus()
    page.keyboard.type("20")
    page.keyboard.press("Enter")
    expect(page.locator("#toasts")).to_contain_text("Tax saved")
    expect(page.get_by_label("Rate")).to_have_value("20")
    expect(page.get_by_label("Rate")).to_be_focused()
    assert saved(store).tax_rate_bp == 2000


def test_a_wrong_section_is_said_where_it_stands(
    signed_in: Page, live: str, axe: Callable[[Page], list[str]]
) -> None:
    page = signed_in
    page.goto(f"{live}/console/storefront")
    page.get_by_label("Rate").fill("much")
    page.get_by_role("button", name="Save: Tax").click()
    alert = page.locator("#tax").get_by_role("alert")
    expect(alert).to_contain_text("Enter a rate like 20 or 5.5.")
    expect(alert).to_be_focused()
    expect(page.get_by_label("Rate")).to_have_value("much")
    assert axe(page) == []


def test_the_preview_takes_the_colour_at_once(signed_in: Page, live: str) -> None:
    page = signed_in
    page.goto(f"{live}/console/storefront")
    shop = page.frame_locator("#preview")
    expect(shop.locator("body")).to_be_visible()
    page.evaluate("window.marked = document.querySelector('#preview').contentWindow.marked = 1")
    page.get_by_role("radio", name="Lemon").check(force=True)
    html = page.frames[1].locator("html")
    expect(html).to_have_attribute("style", _has("--brand: #ffd60a", "--brand-on: #000"))
    expect(page.locator("#contrast")).to_contain_text("Black text on it reads well")
    expect(page.get_by_label("Colour code")).to_have_value("#ffd60a")
    page.get_by_text("Dark", exact=True).last.click()
    expect(html).to_have_attribute("style", _has("color-scheme: dark"))
    assert page.frames[1].evaluate("window.marked") == 1


def test_the_preview_takes_a_colour_that_was_chosen_before_the_script_came(
    signed_in: Page, live: str
) -> None:
    page, sent = signed_in, list[Route]()
    page.route("**/console/storefront.js", lambda route: sent.append(route))
    page.goto(f"{live}/console/storefront", wait_until="commit")
    expect(page.frame_locator("#preview").locator("body")).to_be_visible()
    page.frames[1].wait_for_load_state()
    page.get_by_role("radio", name="Lemon").check(force=True)
    makers.wait_for(lambda: page.evaluate("1") and sent)
    sent[0].continue_()
    expect(page.frames[1].locator("html")).to_have_attribute("style", _has("--brand: #ffd60a"))


def test_the_preview_follows_where_the_console_is_open_as_localhost(
    page: Page, live: str, store: stores.Store
) -> None:
    here = live.replace("127.0.0.1", "localhost")
    page.goto(f"{here}/login?next=/console/storefront")
    page.get_by_label("Email").fill(makers.EMAIL)
    page.get_by_label("Password").fill(makers.PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/console/storefront")
    expect(page.frame_locator("#preview").locator("body")).to_be_visible()
    page.get_by_role("radio", name="Lemon").check(force=True)
    html = page.frames[1].locator("html")
    expect(html).to_have_attribute("style", _has("--brand: #ffd60a"))


def _has(*parts: str) -> re.Pattern[str]:
    return re.compile("".join(rf"(?=.*{re.escape(part)})" for part in parts))


def test_ways_of_shipping_are_arranged_by_keyboard(
    signed_in: Page, live: str, store: stores.Store
) -> None:
    page = signed_in
    page.goto(f"{live}/console/storefront")
    section = page.locator("#shipping")
    for count, (name, price) in enumerate((("Letter", "3.90"), ("Parcel", "9.50")), 1):
        section.get_by_role("button", name="Add a way").focus()
        page.keyboard.press("Enter")
        expect(section.get_by_label("Name")).to_have_count(count)
        section.get_by_label("Name").last.fill(name)
        section.get_by_label("Price").last.fill(price)
    section.get_by_role("button", name="Move 2 up").press("Enter")
    expect(section.get_by_label("Name").first).to_have_value("Parcel")
    section.get_by_label("Name").first.press("Enter")
    expect(page.locator("#toasts")).to_contain_text("Shipping saved")
    assert [o["name"] for o in saved(store).shipping_options] == ["Parcel", "Letter"]


def test_two_keys_lead_to_a_section(signed_in: Page, live: str) -> None:
    page = signed_in
    go(page, "s")
    page.wait_for_url("**/console/storefront", wait_until="commit")
    page.goto(f"{live}/console/settings")
    page.get_by_label("Single keys").uncheck()
    page.get_by_role("button", name="Save keys").click()
    expect(page.locator("#toasts")).to_contain_text("Keys saved")
    page.wait_for_load_state()
    go(page, "i")
    expect(page).to_have_url(f"{live}/console/settings")


def test_skipping_to_the_content(signed_in: Page, live: str) -> None:
    page = signed_in
    page.goto(f"{live}/console/storefront")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()


def test_disconnecting_asks_first(
    signed_in: Page, live: str, connected: stores.Store, axe: Callable[[Page], list[str]]
) -> None:
    page = signed_in
    page.goto(f"{live}/console/integrations")
    page.get_by_role("button", name="Disconnect", exact=True).click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("button", name="Keep it")).to_be_focused()
    assert axe(page) == []
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Disconnect", exact=True)).to_be_focused()
    page.get_by_role("button", name="Disconnect", exact=True).click()
    dialog.get_by_role("button", name="Disconnect Stripe").click()
    expect(page.locator("#toasts")).to_contain_text("Stripe disconnected")


def test_connecting_ends_where_it_began(signed_in: Page, live: str, sandboxed: str) -> None:
    page = signed_in
    page.goto(f"{live}/console/integrations")
    page.get_by_role("button", name="Create a Stripe account").click()
    page.wait_for_url("**/sandbox/**")
    page.locator("button[value=complete]").click()
    page.wait_for_url("**/console/integrations")
    expect(page.get_by_text("Since")).to_be_visible()
    expect(page.locator("#toasts")).to_contain_text("Payments connected")


def test_a_lost_connection_loses_no_word(signed_in: Page, live: str) -> None:
    page = signed_in
    page.goto(f"{live}/console/storefront")
    page.get_by_label("Rate").fill("20")
    page.route("**/console/storefront/tax", lambda route: route.abort())
    page.get_by_role("button", name="Save: Tax").click()
    expect(page.locator("#notice")).to_contain_text("Nothing was saved")
    expect(page.get_by_label("Rate")).to_have_value("20")
    page.unroute("**/console/storefront/tax")
    page.get_by_role("button", name="Save: Tax").click()
    expect(page.locator("#toasts")).to_contain_text("Tax saved")
    expect(page.locator("#notice")).to_be_empty()


def test_the_session_that_ended_leads_to_the_door_and_back(
    signed_in: Page, live: str, store: stores.Store
) -> None:
    page = signed_in
    page.goto(f"{live}/console/storefront")
    # Not by its cookie, which an answer on its way would bring back.
    db.session.execute(update(stores.Person).values(session_key="another"))
    db.session.commit()
    page.get_by_role("button", name="Save: Tax").click()
    page.wait_for_url(re.compile(r"/login\?next="))
    page.get_by_label("Email").fill(makers.EMAIL)
    page.get_by_label("Password").fill(makers.PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/console/storefront", wait_until="commit")


def test_the_snippet_is_copied(signed_in: Page, live: str, store: stores.Store) -> None:
    page = signed_in
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"{live}/console/storefront")
    page.locator("[data-copy='#frame']").click()
    expect(page.locator("[data-copy='#frame']")).to_contain_text("Copied")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith(f'<iframe src="{live}/s/{store.publishable_key}" title="Northlight')
