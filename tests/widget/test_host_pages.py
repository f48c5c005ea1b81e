"""Buying on whatever page the shop's iframe stands: tied down, without storage, gliding."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    BrowserType,
    Page,
    ViewportSize,
    expect,
)

from synqro import catalogue, stores
from tests import browsers, makers
from tests.widget.conftest import Host, to_payment, unpaid, until_paid, widget

Jobs = Callable[[], int]
PHONE: ViewportSize = {"width": 390, "height": 844}
SANDBOX = (
    'sandbox="allow-scripts allow-forms allow-same-origin allow-popups'
    ' allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation"'
)
WITH_OR_WITHOUT = pytest.mark.parametrize("script", [True, False], ids=["embed.js", "plain"])
KEEPS = "() => { try { return !!sessionStorage } catch ({ name }) { return name } }"

# Above the frame: a page too busy to hear at once what the frame tells, and when that moved it.
BUSY = """<script>
    const place = () => JSON.stringify(document.querySelector("iframe").getBoundingClientRect());
    let moved = 0;
    addEventListener("message", (event) => {
        if (!event.isTrusted) return;
        event.stopImmediatePropagation();
        setTimeout(() => {
            const before = place(), now = Date.now(), { data, origin, source } = event;
            dispatchEvent(new MessageEvent("message", { data, origin, source }));
            if (place() !== before) moved = now;
        }, 300);
    });
</script>"""
# In the frame: when and where its main button could be pressed.
STOOD = """if (parent !== window) {
    window.stood = [];
    const patient = new CSSStyleSheet();
    patient.replaceSync("body { animation-duration: 1h !important }");
    document.adoptedStyleSheets = [patient];
    const look = () => {
        const button = document.querySelector(".bar .main");
        const { x, y, width, height } = button?.getBoundingClientRect() ?? {};
        if (button?.contains(document.elementFromPoint(x + width / 2, y + height / 2)))
            stood.push([Date.now(), Math.round(y)]);
        requestAnimationFrame(look);
    };
    look();
}"""
AFTERWARDS = """new Promise((done) => {
    const look = () => Date.now() - stood[0]?.[0] > 600 ? done(stood) : requestAnimationFrame(look);
    look();
})"""


@pytest.fixture
def vase(connected: stores.Store) -> catalogue.Product:
    return makers.product(connected)


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    made = browser.new_context(viewport=PHONE)
    yield made
    made.close()


@pytest.fixture
def wary(
    browser: Browser, browser_type: BrowserType, browser_type_launch_args: dict[str, Any],
    tmp_path: Path,
) -> Iterator[BrowserContext]:  # fmt: skip
    """A browser that lets no frame of another site keep anything."""
    settings = tmp_path / "Default" / "Preferences"
    settings.parent.mkdir()
    blocked = {"block_third_party_cookies": True, "cookie_controls_mode": 1}
    settings.write_text(json.dumps({"profile": blocked}))
    whole = {"executable_path": path} if (path := browsers.chromium()) else {}
    made = browser_type.launch_persistent_context(
        tmp_path, viewport=PHONE, **{**browser_type_launch_args, **whole}
    )
    yield made
    made.close()


def buy(page: Page, *, back: bool) -> None:
    """From the host page's frame to the order, which the host page shows where it is `back`."""
    home = page.url
    frame = widget(page)
    if back:  # every step after the first view is seen only where it stays
        frame.wait_for_selector("html.placed")
    frame.locator(".card").click()
    frame.get_by_role("button", name="Add to basket").click()
    frame.get_by_role("link", name="Check out").click()
    frame.wait_for_url("**/details?**")  # once it is loaded, its script takes the press
    frame.locator("[name='customer.name']").fill("Sam Field")
    frame.locator("[name='customer.email']").fill("sam@example.com")
    to_payment(page, frame)
    page.locator("[name=action][value=pay]").click()
    page.wait_for_url(f"{home}?*result=success*" if back else "**/orders/**")


def thanked(page: Page) -> None:
    expect(widget(page).locator("h1")).to_have_text("Thank you, it's ordered")


@WITH_OR_WITHOUT
def test_a_tied_down_page_sells(
    context: BrowserContext, live: str, shop: str, host: Host, connected: stores.Store,
    vase: catalogue.Product, run_jobs: Jobs, script: bool,
) -> None:  # fmt: skip
    """A frame that may only do what it must, on a page that loads nothing from elsewhere."""
    host.policy = f"default-src 'none'; style-src 'unsafe-inline'; frame-src {live}"
    host.policy += f"; script-src {live}" * script
    page = context.new_page()
    page.goto(host.show(live, shop, script=script, frame=SANDBOX))
    buy(page, back=script)
    until_paid(connected.id, run_jobs)
    thanked(page)


@WITH_OR_WITHOUT
def test_a_frame_that_may_keep_nothing_sells(
    wary: BrowserContext, live: str, shop: str, host: Host, connected: stores.Store,
    vase: catalogue.Product, run_jobs: Jobs, script: bool,
) -> None:  # fmt: skip
    page = wary.new_page()
    page.goto(host.show(live, shop, script=script))
    assert widget(page).evaluate(KEEPS) == "SecurityError"
    buy(page, back=script)
    until_paid(connected.id, run_jobs)
    thanked(page)


def test_a_frame_without_javascript_sells(
    browser: Browser, live: str, shop: str, host: Host, connected: stores.Store,
    vase: catalogue.Product, run_jobs: Jobs,
) -> None:  # fmt: skip
    context = browser.new_context(viewport=PHONE, java_script_enabled=False)
    page = context.new_page()
    page.goto(host.show(live, shop, frame=SANDBOX))
    buy(page, back=False)
    until_paid(connected.id, run_jobs)
    thanked(page)  # the page looks again by itself
    context.close()


def test_a_step_stands_still_at_once_on_a_page_that_glides(
    context: BrowserContext, live: str, shop: str, host: Host, vase: catalogue.Product
) -> None:
    """A quick tap after a step would else miss its button, which is still on its way."""
    page = context.new_page()
    glides = "<style>html { scroll-behavior: smooth } main { padding: 900px 0 }</style>"
    page.goto(host.show(live, shop, more=glides))
    top = "document.querySelector('iframe').getBoundingClientRect().top"
    frame = widget(page)
    frame.wait_for_selector("html.auto")
    page.wait_for_function("document.querySelector('iframe').synqro")  # it has heard the first view
    page.evaluate(f"scrollBy({{ top: {top} + 100, behavior: 'instant' }})")
    assert page.evaluate(top) == pytest.approx(-100, abs=2)
    page.evaluate(f"addEventListener('synqro:ready', () => {{ window.at = {top}; }})")
    frame.locator(".card").click()
    page.wait_for_function("'at' in window")
    assert page.evaluate("at") == pytest.approx(0, abs=2)


def test_a_step_is_seen_once_it_stands(
    context: BrowserContext, live: str, shop: str, host: Host, connected: stores.Store,
    vase: catalogue.Product,
) -> None:  # fmt: skip
    """Its button would else move away under the press, with the layout, the height, the page."""
    page = context.new_page()
    page.add_init_script(STOOD)
    tall = "<style>main { padding: 900px 0 }</style>"
    page.goto(host.show(live, shop, more=tall + BUSY))
    page.wait_for_function("moved")
    top = "document.querySelector('iframe').getBoundingClientRect().top"
    page.evaluate(f"scrollBy(0, {top} + 20)")
    frame = widget(page)
    frame.locator(".card").click()
    for step in ("products", "basket"):
        frame.wait_for_url(f"**/{step}**")
        stood = frame.evaluate(AFTERWARDS)
        assert len({y for _, y in stood}) == 1, step
        assert stood[0][0] >= page.evaluate("moved"), step
        assert page.evaluate(top) == pytest.approx(0, abs=2)
        page.evaluate("scrollBy(0, 20)")
        frame.locator(".bar .main").click()
    frame.wait_for_url("**/details?*")


def test_an_address_for_a_frame_that_grows_can_be_read_by_itself(
    context: BrowserContext, live: str, shop: str, host: Host, connected: stores.Store,
    vase: catalogue.Product,
) -> None:  # fmt: skip
    """Opened in a tab of its own it scrolls; where the host page stays silent it is seen, too."""
    page = context.new_page()
    page.goto(f"{live}{shop}/products/{vase.id}?auto=1")
    expect(page.locator("html.auto")).to_have_count(0)
    page.goto(host.show(live, f"{shop}/products/{vase.id}?auto=1", script=False))
    widget(page).get_by_role("button", name="Add to basket").click()
    widget(page).wait_for_url("**/basket?*")


def test_a_frame_that_may_not_leave_by_itself_asks_for_one_more_press(
    context: BrowserContext, live: str, shop: str, host: Host, connected: stores.Store,
    vase: catalogue.Product,
) -> None:  # fmt: skip
    """As when Stripe answers after the press is over."""
    page = context.new_page()
    page.goto(host.show(live, f"{shop}/details?basket={vase.variants[0].id}:1", frame=SANDBOX))
    frame = widget(page)
    frame.locator("[name='customer.name']").fill("Sam Field")
    frame.locator("[name='customer.email']").fill("sam@example.com")
    frame.evaluate("window.open = () => null")
    frame.locator("#pay").click()
    frame.wait_for_url("**/orders/**")
    expect(frame.locator("h1")).to_have_text("One step left: payment")
    frame.locator("#pay").click()
    page.wait_for_url("**/sandbox/**")
    assert len(unpaid(connected.id)) == 1
