"""/docs/api: the document as pages that anybody can read, without a script and with a phone."""

import re
import shlex
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Page, expect

from synqro import events
from synqro.web.openapi_reading import Reader
from tests import documented

HREF = re.compile('href="(/docs/api[^"#]*)(?:#([^"]+))?"')


def test_every_operation_and_every_event_is_there(app: Flask, client: FlaskClient) -> None:
    document = documented.document(app)
    page = client.get("/docs/api").text
    for path, methods in document["paths"].items():
        for operation in methods.values():
            assert f"#{operation['operationId']}" in page, path
    for type in events.TYPES:
        assert type in page


def test_every_link_of_it_leads_to_its_place(client: FlaskClient) -> None:
    pages: dict[str, str] = {}
    for path, anchor in set(HREF.findall(client.get("/docs/api").text)):
        if path not in pages:
            answer = client.get(path)
            assert answer.status_code == 200, path
            pages[path] = answer.text
        assert not anchor or f'id="{anchor}"' in pages[path], (path, anchor)
    assert len(pages) > 8
    for page in pages.values():
        for anchor in set(re.findall('href="#([^"]+)"', page)):
            assert f'id="{anchor}"' in page, anchor
        ids = re.findall(' id="([^"]+)"', page)
        assert len(ids) == len(set(ids))
    assert client.get("/docs/api/nothing").status_code == 404


def test_an_operation_says_all_that_a_caller_needs(client: FlaskClient) -> None:
    page = client.get("/docs/api/orders").text
    for words in (
        "POST", "/v1/orders/{order_id}/ship", "orders:write", "tracking_number", "required",
        "Idempotency-Key", "Authorization: Bearer sk_test_YOUR_KEY", "order_not_shippable",
        "missing_scope", "rate_limited", "shipping_address.country", "lines[].unit_price",
    ):  # fmt: skip
        assert words in page, words
    page = client.get("/docs/api/webhook-events").text
    for words in ("webhook-signature", "order.shipped", "data.tracking.carrier", "sam@"):
        assert words in page, words


def test_every_request_shown_is_one_that_a_shell_takes(app: Flask) -> None:
    for part in Reader(documented.document(app)).parts():
        for told in part.operations:
            if told.curl:
                words = shlex.split(told.curl.replace("\\\n", " "))
                assert words[0] == "curl" and "\n" not in words and "…" not in told.curl, told.curl
                assert any(word.startswith("http") for word in words)


@pytest.mark.parametrize(("scheme", "width"), [("light", 1440), ("dark", 390)])
def test_axe_finds_nothing(
    page: Page, live: str, axe: Callable[[Page], list[str]], scheme: str, width: int
) -> None:
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 900})
    for path in ("/docs/api", "/docs/api/orders", "/docs/api/webhook-events"):
        page.goto(live + path)
        page.evaluate("document.querySelectorAll('main details').forEach((d) => (d.open = true))")
        assert axe(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_an_operation_is_found_by_its_words(page: Page, live: str) -> None:
    page.goto(f"{live}/docs/api")
    page.get_by_label("Find an operation").fill("orders refund")
    expect(page.locator(".ref-list li:visible")).to_have_count(1)
    page.get_by_label("Find an operation").fill("no such thing")
    expect(page.get_by_text("Nothing is called that.")).to_be_visible()
    page.get_by_label("Find an operation").fill("refund /v1")
    page.locator(".ref-list a:visible").first.click()
    expect(page).to_have_url(f"{live}/docs/api/orders#refund_order")
