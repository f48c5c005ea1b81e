"""Browsers on the widget: the live app, a host page on another origin, axe."""

from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Frame, Page

from synqro import stores
from tests import makers

AXE = (Path(__file__).parent.parent / "vendor" / "axe.min.js").read_text()
Violations = list[str]


@pytest.fixture
def shop(store: stores.Store) -> str:
    """The path of the store's widget."""
    return f"/s/{store.publishable_key}"


class Host:
    """A page of somebody's own, on another origin than the widget."""

    def __init__(self) -> None:
        self.html = ""
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body = outer.html.encode()
                self.send_response(200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self._server.server_port
        self.url = f"http://localhost:{self.port}/"
        self._thread = Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def show(self, live: str, shop: str, *, script: bool = True, more: str = "") -> str:
        """Put the shop's iframe on the page and give back the page's address."""
        embed = f'<script src="{live}/embed.js" async></script>' if script else ""
        self.html = (
            "<!doctype html><html lang=en><title>A maker's page</title>"
            "<meta name=viewport content='width=device-width'>"
            f'<body style="margin:0"><main><h1>My things</h1>{more}'
            f'<iframe src="{live}{shop}" title="Shop" style="width:100%;max-width:480px;'
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


@pytest.fixture
def axe() -> Callable[[Page | Frame], Violations]:
    """What axe finds wrong on a page, one line for each."""

    def run(page: Page | Frame) -> Violations:
        page.evaluate(AXE)
        found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        return [
            f"{v['id']}: {node['html'][:160]} {node['failureSummary'][:200]}"
            for v in found["violations"]
            for node in v["nodes"]
        ]

    return run


def widget(page: Page) -> Frame:
    """The frame of the shop on a host page, once it is there."""

    def find() -> Frame | None:
        frames = [f for f in page.frames if urlsplit(f.url).path.startswith("/s/")]
        return frames[0] if frames else None

    return makers.wait_for(find)  # type: ignore[no-any-return]
