"""Customers of the widget: without a browser, and in one on a host page of another origin."""

import re
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Error, Frame, Page
from werkzeug.test import TestResponse

from synqro import catalogue, orders, stores
from tests import makers

AXE = (Path(__file__).parent.parent / "vendor" / "axe.min.js").read_text()
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')
Violations = list[str]
LEFT = re.compile(r"/orders/|result=cancel")
PRESS = 5.0  # seconds that a press in a sandboxed frame counts for Chromium


@pytest.fixture
def shop(store: stores.Store) -> str:
    """The path of the store's widget."""
    return f"/s/{store.publishable_key}"


class Customer:
    """Walks through the widget without JavaScript: follows links, sends forms."""

    typed = {"customer.name": "Sam Field", "customer.email": "sam@example.com"}

    def __init__(self, client: FlaskClient, shop: str) -> None:
        self.client, self.shop = client, shop

    def basket(self, *wanted: tuple[catalogue.Product, int]) -> str:
        """The query of a basket with the first variant of these products."""
        pieces = [f"{p.variants[0].id}:{quantity}:{p.variants[0].price}" for p, quantity in wanted]
        return f"basket={','.join(pieces)}"

    def details(self, basket: str) -> TestResponse:
        return self.client.get(f"{self.shop}/details?{basket}")

    def pay(self, basket: str, **typed: str) -> TestResponse:
        """Press Pay with the details page's own hidden fields; `__` in a name is a dot."""
        page = self.details(basket).text
        hidden = dict(HIDDEN.findall(page))
        said = {name.replace("__", "."): value for name, value in typed.items()}
        return self.client.post(
            f"{self.shop}/details?{basket}", data={**hidden, **self.typed, **said}
        )

    def order(self, *wanted: tuple[catalogue.Product, int], **typed: str) -> orders.Order:
        """The order that paying these products makes."""
        answer = self.pay(self.basket(*wanted), **typed)
        assert answer.status_code == 303, answer.text
        store = stores.by_publishable_key(self.shop.rsplit("/", 1)[1])
        return unpaid(store.id)[0]

    def link(self, order: orders.Order) -> str:
        return f"{self.shop}/orders/{orders.link_token(order)}"


@pytest.fixture
def customer(client: FlaskClient, shop: str) -> Customer:
    return Customer(client, shop)


class Host:
    """A page of somebody's own, on another origin than the widget."""

    def __init__(self) -> None:
        self.html = ""
        self.policy = ""
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body = outer.html.encode()
                self.send_response(200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Length", str(len(body)))
                if outer.policy:
                    self.send_header("Content-Security-Policy", outer.policy)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self._server.server_port
        self.url = f"http://localhost:{self.port}/"
        self._thread = Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def show(
        self, live: str, shop: str, *, script: bool = True, more: str = "", frame: str = ""
    ) -> str:
        """Put the shop's iframe on the page and give back the page's address.

        `more` is put above the iframe, `frame` among its attributes.
        """
        embed = f'<script src="{live}/embed.js" async></script>' if script else ""
        self.html = (
            "<!doctype html><html lang=en><title>A maker's page</title>"
            "<meta name=viewport content='width=device-width'>"
            f'<body style="margin:0"><main><h1>My things</h1>{more}'
            f'<iframe {frame} src="{live}{shop}" title="Shop" style="width:100%;max-width:480px;'
            f'height:760px;border:0"></iframe></main>{embed}</body></html>'
        )
        return self.url

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@pytest.fixture
def host() -> Iterator[Host]:
    running = Host()
    yield running
    running.close()


def hear(page: Page) -> None:
    """Let come in what the browser has told since."""
    with suppress(Error):  # of a page that is just being left
        page.evaluate("1")


def widget(page: Page) -> Frame:
    """The frame of the shop on a host page, once it is there."""

    def find() -> Frame | None:
        hear(page)
        frames = [f for f in page.frames if urlsplit(f.url).path.startswith("/s/")]
        return frames[0] if frames else None

    return makers.wait_for(find)  # type: ignore[no-any-return]


def to_payment(page: Page, frame: Frame) -> None:
    """Press Pay in a frame, and once more where the answer took longer than a press counts."""
    begun = time.monotonic()
    frame.locator("#pay").click()

    def asked_again() -> bool:
        hear(page)
        return "/sandbox/" in page.url or bool(LEFT.search(frame.url))

    makers.wait_for(asked_again)
    if "/sandbox/" not in page.url:
        assert time.monotonic() - begun > PRESS
        frame.locator("#pay").click()
    page.wait_for_url("**/sandbox/**")


def unpaid(store_id: str) -> list[orders.Order]:
    """Give back the orders that wait for their money, the newest first."""
    waiting = orders.Sought(orders.Status.AWAITING_PAYMENT)
    return list(orders.newest_first(store_id, waiting).data)


def until_paid(store_id: str, run_jobs: Callable[[], int]) -> None:
    """Work through the queue until the shop has a paid order."""

    def paid() -> bool:
        run_jobs()
        return bool(orders.newest_first(store_id, orders.Sought(orders.Status.PAID)).data)

    makers.wait_for(paid)
