"""The host script: who may speak to whom, and what a host page hears."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Browser, BrowserContext, Frame, Page, expect

from synqro import catalogue, stores
from tests import makers
from tests.widget.conftest import Host, unpaid, widget

HEAR = """<script>
  window.heard = [];
  for (const name of ["ready", "resize", "checkout_started", "paid"])
    addEventListener("synqro:" + name, (e) => heard.push([name, JSON.stringify(e.detail)]));
</script>"""
HEIGHT = "document.querySelector('iframe').getBoundingClientRect().height"


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    made = browser.new_context(viewport={"width": 480, "height": 900})
    yield made
    made.close()


@pytest.fixture
def vase(connected: stores.Store) -> catalogue.Product:
    return makers.product(connected)


def fits(page: Page, frame: Frame) -> None:
    """Wait until the frame is as high as what is in it."""
    makers.wait_for(
        lambda: abs(page.evaluate(HEIGHT) - frame.evaluate("document.body.scrollHeight")) <= 2
    )


def names(heard: list[list[str]]) -> list[str]:
    return [name for name, _ in heard]


def test_the_script_is_small_and_for_everybody(client: FlaskClient) -> None:
    answer = client.get("/embed.js", headers={"Accept-Encoding": "gzip"})
    assert answer.mimetype == "text/javascript"
    assert len(answer.data) <= 1024
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert "Set-Cookie" not in answer.headers


def test_the_frame_grows_with_its_content_and_says_so(
    context: BrowserContext, live: str, shop: str, host: Host, vase: catalogue.Product
) -> None:
    page = context.new_page()
    page.goto(host.show(live, shop, more=HEAR))
    page.wait_for_function("heard.some(([name]) => name === 'resize')")
    assert names(page.evaluate("heard"))[0] == "ready"
    frame = widget(page)
    fits(page, frame)
    assert page.evaluate(HEIGHT) != 760
    assert page.evaluate("document.querySelector('iframe').loading") == "lazy"


def test_the_token_stays_between_the_frame_and_the_script(
    context: BrowserContext, live: str, shop: str, host: Host, vase: catalogue.Product
) -> None:
    page = context.new_page()
    far = HEAR + '<p style="height:2000px">A long story.</p>'
    page.goto(host.show(live, f"{shop}/details?basket={vase.variants[0].id}:1", more=far))
    page.evaluate("document.querySelector('iframe').scrollIntoView()")
    frame = widget(page)
    frame.wait_for_selector("html.auto")
    frame.fill("[name='customer.name']", "Sam")
    frame.fill("[name='customer.email']", "sam@example.com")
    # Heard before the page is left, so kept where the next page can read it.
    page.evaluate(
        "addEventListener('synqro:checkout_started',"
        " (e) => sessionStorage.setItem('seen', JSON.stringify(e.detail)))"
    )
    frame.locator("#pay").click()
    page.wait_for_url("**/sandbox/**")
    page.locator("[value=cancel]").click()
    page.wait_for_url("**result=cancel*")
    seen = page.evaluate("JSON.parse(sessionStorage.getItem('seen'))")
    assert list(seen["order"]) == ["id"]
    frame = widget(page)
    frame.wait_for_url("**/orders/**")
    expect(frame.locator("h1")).to_have_text("Nothing was charged")
    top = "document.querySelector('iframe').getBoundingClientRect().top"
    page.wait_for_function(f"Math.abs({top}) < 400")
    frame.get_by_role("link", name="Change the basket").click()
    frame.wait_for_url("**/basket?**")
    frame.wait_for_selector("html.auto")
    expect(frame.locator("h1")).to_have_text("Basket")


@pytest.mark.parametrize("embedded", [True, False], ids=["on a host page", "top level"])
def test_the_browsers_back_button_leads_from_the_payment_page_to_the_order(
    context: BrowserContext, live: str, shop: str, host: Host, connected: stores.Store,
    vase: catalogue.Product, embedded: bool,
) -> None:  # fmt: skip
    path = f"{shop}/details?basket={vase.variants[0].id}:1"
    page = context.new_page()
    page.goto(host.show(live, path) if embedded else live + path)
    frame = widget(page)
    frame.wait_for_selector("html.auto" if embedded else "html")
    frame.fill("[name='customer.name']", "Sam")
    frame.fill("[name='customer.email']", "sam@example.com")
    frame.locator("#pay").click()
    page.wait_for_url("**/sandbox/**")
    page.go_back()
    frame = widget(page)
    frame.wait_for_url("**/orders/**")
    expect(frame.locator("h1")).to_have_text("Nothing was charged")
    expect(frame.locator("#pay")).to_be_visible()
    assert len(unpaid(connected.id)) == 1


def test_a_stranger_hears_nothing(
    context: BrowserContext, live: str, shop: str, host: Host, connected: stores.Store,
    vase: catalogue.Product,
) -> None:  # fmt: skip
    """A page that is not on the list gets no frame at all."""
    stores.save_storefront(connected.id, allowed_domains=["maker.example"])
    page = context.new_page()
    page.goto(host.show(live, shop, more=HEAR))
    page.wait_for_load_state("networkidle")
    assert page.evaluate("heard") == []


def test_an_allowed_domain_is_heard(
    context: BrowserContext, live: str, shop: str, host: Host, connected: stores.Store,
    vase: catalogue.Product,
) -> None:  # fmt: skip
    stores.save_storefront(connected.id, allowed_domains=[f"localhost:{host.port}"])
    page = context.new_page()
    page.goto(host.show(live, shop, more=HEAR))
    page.wait_for_function("heard.length > 0")


def test_messages_from_elsewhere_change_nothing(
    context: BrowserContext, live: str, shop: str, host: Host, vase: catalogue.Product
) -> None:
    page = context.new_page()
    page.goto(host.show(live, shop, more=HEAR))
    page.wait_for_function("heard.some(([name]) => name === 'resize')")
    frame = widget(page)
    fits(page, frame)
    before = page.evaluate("document.querySelector('iframe').style.height")
    # From the host page itself: the right window's name, the wrong origin.
    page.evaluate("postMessage({synqro: 'resize', height: 9}, '*')")
    page.evaluate("postMessage({synqro: 'paid'}, '*')")
    # From the frame to itself: the right origin, the wrong window.
    frame.evaluate("postMessage({synqro: 'hello', auto: true, scheme: 'dark'}, '*')")
    frame.evaluate("postMessage({synqroTheme: {brand: '#f00'}}, '*')")
    page.evaluate("frames[0].postMessage({synqroTheme: {brand: '#f00'}}, '*')")
    page.evaluate("new Promise((done) => setTimeout(done, 200))")
    assert page.evaluate("document.querySelector('iframe').style.height") == before
    assert "paid" not in names(page.evaluate("heard"))
    assert frame.evaluate("document.documentElement.style.cssText") == ""


def test_the_frame_follows_the_hosts_scheme(
    context: BrowserContext, live: str, shop: str, host: Host, vase: catalogue.Product
) -> None:
    page = context.new_page()
    page.goto(host.show(live, shop, more="<style>:root.dark{color-scheme:dark}</style>"))
    frame = widget(page)
    frame.wait_for_selector("html.auto")
    page.evaluate("document.documentElement.className = 'dark'")
    frame.wait_for_function("document.documentElement.style.colorScheme === 'dark'")


def test_the_console_previews_its_colours(
    context: BrowserContext, live: str, shop: str, vase: catalogue.Product
) -> None:
    """Only a page of our own origin, only where the address asks for it."""
    page = context.new_page()
    page.goto(f"{live}/embed.js")
    page.evaluate(
        """(src) => new Promise((done) => {
          const frame = document.createElement("iframe");
          frame.src = src; frame.onload = done; document.body.append(frame);
        })""",
        f"{live}{shop}?preview=1",
    )
    theme: dict[str, Any] = {"brand": "#aa0000", "on": "#fff", "radius": 4, "scheme": "dark"}
    page.evaluate("(t) => frames[0].postMessage({synqroTheme: t}, location.origin)", theme)
    frame = widget(page)
    frame.wait_for_function(
        "document.documentElement.style.getPropertyValue('--brand') === '#aa0000'"
    )
    assert frame.evaluate("document.documentElement.style.colorScheme") == "dark"


def test_a_page_opened_from_disk_works(
    context: BrowserContext, live: str, shop: str, host: Host, vase: catalogue.Product,
    tmp_path: Any,
) -> None:  # fmt: skip
    host.show(live, shop, more=HEAR)
    file = tmp_path / "page.html"
    file.write_text(host.html)
    page = context.new_page()
    page.goto(f"file://{file}")
    page.wait_for_function("heard.some(([name]) => name === 'resize')")
    expect(widget(page).locator(".card")).to_contain_text("Ripple vase")
