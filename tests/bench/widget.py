"""The widget's first view: bytes and requests, and how soon a phone on 4G can use it.

Brotli is not in Python's library and the product serves gzip, so the bytes are gzip's,
which is the harder measure.
"""

import re
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from threading import Thread
from typing import Any

from flask import Flask
from playwright.sync_api import Browser, Page, sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server

from synqro import catalogue, create_app, stores
from synqro.config import load
from synqro.core.db import db
from tests import browsers, makers
from tests.bench import report

ROOT = Path(__file__).resolve().parent.parent.parent
ROUNDS = 7
CPU, LATENCY, BYTES_PER_SECOND = 4, 150, 1_600_000 / 8
TEXT_KB, SCRIPT_KB, LOADER_KB, PHOTO_KB, UPLOAD_KB = 10.0, 2.0, 1.0, 15.0, 3.0
REQUESTS, TIMES_FLOOR, SHIFT = 3, 1.3, 0.02
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    # One process for page and frame, so that the slow line and the slow CPU hold for both.
    "--disable-site-isolation-trials",
    "--disable-features=IsolateOrigins,site-per-process",
]
BARE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Bare</title>
<meta name="viewport" content="width=device-width"><style>body{font:16px system-ui;margin:20px}
label,input,button{display:block;margin:8px 0;min-height:44px}</style>
<form><label>Name <input name="name" autocomplete="name"></label><label>Email
<input name="email" type="email" autocomplete="email"></label><button>Send</button></form>"""
HOST = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Host</title>
<meta name="viewport" content="width=device-width"><h1>A page</h1>
<iframe src="{src}" title="Shop" style="width:100%;height:760px;border:0"></iframe>
<script src="{home}/embed.js" async></script>"""
# Painted is usable: links and forms work before any script has run.
MOMENTS = """() => {
  const paint = performance.getEntriesByName("first-contentful-paint")[0];
  const { domContentLoadedEventEnd: scripted } = performance.getEntriesByType("navigation")[0];
  return paint && scripted && [paint.startTime, scripted].map((t) => performance.timeOrigin + t);
}"""
SHIFTED = """() => new Promise((done) => {
  new PerformanceObserver((list) => done(list.getEntries().reduce((a, e) => a + e.value, 0)))
    .observe({ type: "layout-shift", buffered: true });
  setTimeout(() => done(0), 300);
})"""


class Quiet(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log(self, *_: Any) -> None:
        pass


def run() -> None:
    """Weigh the first view, then load it and a bare page in turns on a slow phone."""
    with tempfile.TemporaryDirectory() as name, _shop(Path(name)) as (home, path):
        host = Flask("host")
        host.add_url_rule("/bare", view_func=lambda: BARE)
        for page, src in (("/bare-host", "/bare"), ("/shop-host", f"{home}{path}")):
            html = HOST.format(src=src, home=home)
            host.add_url_rule(page, page, view_func=lambda html=html: html)
        with _served(host, makers.free_port()) as elsewhere, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=browsers.chromium(), args=QUIET)
            try:
                _weigh(browser, f"{home}{path}", home)
                _weigh_custom(browser, f"{home}{path}/custom", home)
                _time(browser, elsewhere.replace("127.0.0.1", "localhost"))
            finally:
                browser.close()


def _weigh(browser: Browser, url: str, home: str) -> None:
    page = browser.new_page(viewport={"width": 480, "height": 760})
    seen = _first_view(page, url)
    loader = _size(page, f"{home}/embed.js")
    page.close()
    photos = sum(size for url, size in seen.items() if "/media/" in url)
    scripts = sum(size for url, size in seen.items() if ".js" in url)
    text = sum(seen.values()) - photos
    report.line("requests of the first view", len(seen), REQUESTS, "")
    report.line("text of the first view, gz", text / 1000, TEXT_KB, "kB")
    report.line("scripts before use, gz", scripts / 1000, SCRIPT_KB, "kB")
    report.line("loader, gz", loader / 1000, LOADER_KB, "kB")
    report.line("photos of the first view", photos / 1000, PHOTO_KB, "kB")


def _weigh_custom(browser: Browser, url: str, home: str) -> None:
    """What the other door costs: its page, and the client that a chosen file loads."""
    page = browser.new_page(viewport={"width": 480, "height": 760})
    seen = _first_view(page, url)
    client = _size(page, f"{home}/s/static/upload.js")
    page.close()
    report.line("requests of the custom page", len(seen), REQUESTS, "")
    report.note("text of the custom page, gz", sum(seen.values()) / 1000, "kB")
    report.line("upload client, gz", client / 1000, UPLOAD_KB, "kB")


def _first_view(page: Page, url: str) -> dict[str, int]:
    """Give back the bytes of every answer that the page waits for."""
    answers: list[Any] = []
    page.on("response", lambda answer: answers.append(answer))
    page.goto(url)
    page.wait_for_load_state("networkidle")
    lazy = set(page.eval_on_selector_all("img[loading=lazy]", "all => all.map((i) => i.src)"))
    return {
        answer.url: int(answer.headers["content-length"])
        for answer in answers
        if answer.url not in lazy and not answer.url.endswith("favicon.ico")
    }


def _size(page: Page, url: str) -> int:
    return int(page.request.get(url).headers["content-length"])


def _time(browser: Browser, elsewhere: str) -> None:
    shifts: list[float] = []
    scripted: list[float] = []

    def bare() -> float:
        return _moments(browser, f"{elsewhere}/bare-host")[0]

    def shop() -> float:
        painted, ready, shift = _moments(browser, f"{elsewhere}/shop-host")
        shifts.append(shift)
        scripted.append(ready)
        return painted

    found = report.in_turns({"bare": bare, "shop": shop}, rounds=ROUNDS)
    detail = f"{median(found['shop']):.2f} s, a bare page {median(found['bare']):.2f} s"
    times = report.ratio(found["shop"], found["bare"])
    report.line("time to usable, slow phone", times, TIMES_FLOOR, detail=detail)
    report.note("until the script has run", median(scripted), "s")
    report.line("layout shift", max(shifts), SHIFT, "")


def _moments(browser: Browser, url: str) -> tuple[float, float, float]:
    """Give back the seconds until the frame is painted and its script has run, and its shift."""
    context = browser.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    _slow(page)
    page.goto(url)
    frame = makers.wait_for(lambda: next((f for f in page.frames[1:] if f.url), None), 30)
    began = page.evaluate("performance.timeOrigin")
    painted, scripted = makers.wait_for(lambda: frame.evaluate(MOMENTS), 30)
    shift = frame.evaluate(SHIFTED)
    context.close()
    return (painted - began) / 1000, (scripted - began) / 1000, shift


def _slow(page: Page) -> None:
    session = page.context.new_cdp_session(page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": CPU})
    session.send("Network.enable")
    session.send(
        "Network.emulateNetworkConditions",
        {
            "offline": False,
            "latency": LATENCY,
            "downloadThroughput": BYTES_PER_SECOND,
            "uploadThroughput": BYTES_PER_SECOND,
        },
    )


@contextmanager
def _shop(folder: Path) -> Iterator[tuple[str, str]]:
    """A shop with the demo's pictures; gives back its server's address and its path."""
    port = makers.free_port()
    settings = load(
        _env_file=None,
        SYNQRO_DATA_DIR=folder / "data",
        SYNQRO_SECRET_KEY="a secret for measuring only",
        REDIS_URL=f"unix://{folder}/nobody.sock",
        SYNQRO_RATE_LIMITS="off",
        PORT=port,
        SYNQRO_DEMO=True,
    )
    app = create_app(settings)
    with app.app_context():
        db.create_all()
        place = stores.Place("EUR", "DE", "Europe/Berlin", "en_IE")
        store = stores.open_store(makers.person(), name="Northlight Prints", place=place).store
        for file in sorted((ROOT / "static" / "demo").glob("*.webp"))[:8]:
            title = re.sub(r"[-_]", " ", file.stem).capitalize()
            product = makers.product(store, title=title)
            catalogue.add_image(store.id, product.id, file.read_bytes(), alt=title)
        path = f"/s/{store.publishable_key}"
    with _served(app, port) as home:
        yield home, path


@contextmanager
def _served(app: Callable[..., Any], port: int) -> Iterator[str]:
    server = make_server("127.0.0.1", port, app, threaded=True, request_handler=Quiet)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


if __name__ == "__main__":
    run()
