"""The examples for pages, on somebody's own page in a browser."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page, expect

from synqro import orders, stores
from synqro.web.snippets import PUBLISHABLE_KEY, snippet
from tests import makers
from tests.browsers import violations
from tests.docs.conftest import Terminal
from tests.site.test_docs import PAGES
from tests.widget.conftest import Host, until_paid, widget

ON = [f"storefront/{name}.js" for name in ("call", "products", "order")]
BACK = [f"storefront/{name}.js" for name in ("call", "back")]


@pytest.fixture
def host() -> Iterator[Host]:
    running = Host()
    yield running
    running.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    made = browser.new_context(viewport={"width": 390, "height": 844}, color_scheme="dark")
    made.set_default_timeout(30_000)  # ms, for a machine that has other things to do
    yield made.new_page()
    made.close()


def html(*parts: str) -> str:
    return "<!doctype html><html lang=en><title>Mine</title><body>" + "\n".join(parts)


def heard(page: Page, said: list[str], words: str) -> None:
    """Wait until the page has written these words to its console."""
    makers.wait_for(lambda: page.evaluate("1") and any(one.startswith(words) for one in said))


def test_a_page_of_ones_own_sells(
    page: Page, host: Host, shop: stores.Store, keys: dict[str, str], run_jobs: Callable[[], int]
) -> None:
    makers.product(shop)
    stores.save_storefront(
        shop.id,
        shipping_options=[{"id": "", "name": "Post", "price": 590, "countries": []}],
        allowed_domains=[f"localhost:{host.port}"],
    )
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))

    def module(names: list[str]) -> str:
        code = "\n".join(snippet(name, keys) for name in names)
        return html(f'<script type="module">{code}</script>')

    host.html = module(ON)
    page.goto(host.url)
    page.wait_for_url("**/sandbox/**")
    heard(page, said, "Ripple vase")
    assert said == ["Ripple vase €28.00"]
    host.html = module(BACK)
    page.locator("[value=cancel]").click()
    page.wait_for_url("**result=cancel*")
    heard(page, said, "Pay it after all: http")
    assert said[1].endswith("awaiting_payment")
    page.goto(said[2].partition(": ")[2])
    page.locator("[value=pay]").click()
    page.wait_for_url("**result=success*")
    until_paid(shop.id, run_jobs)
    page.reload()
    heard(page, said, f"{said[1].split()[0]} paid")
    [order] = orders.newest_first(shop.id, orders.Sought(orders.Status.PAID)).data
    assert order.total == 2800 + 590


def test_the_frame_stands_on_a_page_and_tells_it_what_happens(
    page: Page, host: Host, client: FlaskClient, shop: stores.Store, keys: dict[str, str],
    run_jobs: Callable[[], int],
) -> None:  # fmt: skip
    makers.product(shop)
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    names = ("iframe", "script", "events", "on", "sandbox")
    parts = {name: snippet(f"embed/{name}.html", keys) for name in names}
    host.policy = snippet("embed/policy.http").partition(": ")[2] + " 'unsafe-inline'"
    host.html = html(parts["sandbox"], parts["on"], parts["events"])
    page.goto(host.url)
    frame = widget(page)
    frame.wait_for_selector("html.auto")
    frame.locator(".card").click()
    frame.get_by_role("button", name="Add to basket").click()
    frame.get_by_role("link", name="Check out").click()
    frame.locator("[name='customer.name']").fill("Sam Field")
    frame.locator("[name='customer.email']").fill("sam@example.com")
    frame.locator("#pay").click()
    page.wait_for_url("**/sandbox/**")
    page.locator("[value=pay]").click()
    page.wait_for_url("**result=success*")
    until_paid(shop.id, run_jobs)
    makers.wait_for(
        lambda: page.evaluate("1") and any(one.startswith("Paid: ord_") for one in said)
    )
    host.html = html(parts["iframe"], parts["script"])
    page.goto(host.url)
    widget(page).wait_for_selector("html.auto")


def test_a_quote_is_told_of_by_name(page: Page, host: Host, store: stores.Store, live: str) -> None:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    values = {PUBLISHABLE_KEY: store.publishable_key}
    host.html = html(*(snippet(f"embed/{name}.html", values) for name in ("iframe", "on")))
    page.goto(host.url)
    frame = widget(page)
    frame.wait_for_selector("html.auto")
    frame.goto(f"{live}/s/{store.publishable_key}/custom")
    frame.wait_for_selector("html.auto")
    frame.locator("[name=description]").fill("Four brackets")
    frame.locator("[name='customer.name']").fill("Sam Field")
    frame.locator("[name='customer.email']").fill("sam@example.com")
    frame.locator("[name='customer.email']").press("Enter")
    makers.wait_for(
        lambda: page.evaluate("1") and any(one.startswith("Asked: qt_") for one in said)
    )


def test_domains_are_listed_as_shown(terminal: Terminal, shop: stores.Store) -> None:
    terminal.paste("quickstart/keys.sh")
    answer = json.loads(terminal.paste("embed/domains.sh"))
    assert answer["allowed_domains"][0] == "northlight.example"


def test_no_page_is_wider_than_a_phone(page: Page, live: str) -> None:
    for path in PAGES:
        page.goto(live + path)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path


@pytest.mark.parametrize("path", ["/docs", "/docs/testing"])
def test_the_pages_are_accessible(page: Page, live: str, path: str) -> None:
    page.goto(live + path)
    page.get_by_text("All pages").click()
    assert violations(page) == []


def test_a_block_is_copied_as_it_is_shown(page: Page, live: str) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.clock.install()
    page.goto(f"{live}/docs/quickstart")
    page.clock.pause_at(datetime.now(UTC) + timedelta(hours=1))  # or it ends before it is read
    page.get_by_role("button", name="Copy: Your keys").click()
    expect(page.locator("#docs-said")).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == snippet("quickstart/keys.sh")
