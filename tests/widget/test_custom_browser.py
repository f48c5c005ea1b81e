"""Asking for a custom print in a browser: files sent meanwhile, broken off, resumed, taken off."""

import re
import struct
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from synqro import quotes, stores
from synqro.core.db import db
from tests import makers
from tests.widget.conftest import Host, widget
from tests.widget.test_custom import HULL
from tests.widget.test_host_pages import SANDBOX
from tests.widget.test_in_a_browser import PHONE, Axe, tab_to

NO_STORAGE = """for (const name of ["sessionStorage", "localStorage"]) Object.defineProperty(window,
  name, { get() { throw new DOMException("no", "SecurityError"); } });"""
RETRIES, LONGEST_PAUSE = 5, 31_000


@pytest.fixture
def phone(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport=PHONE)
    yield context
    context.close()


@pytest.fixture
def hook(tmp_path: Path) -> Path:
    path = tmp_path / "hook.stl"
    path.write_bytes(HULL)
    return path


@pytest.fixture
def large(tmp_path: Path) -> Path:
    """A binary STL of two pieces: a sheet with hills, 250 × 250 squares."""
    x, y = np.meshgrid(np.arange(251.0), np.arange(251.0))
    points = np.stack([x, y, np.sin(x / 9) * np.cos(y / 9) * 5], axis=-1)
    a, b, c, d = points[:-1, :-1], points[:-1, 1:], points[1:, 1:], points[1:, :-1]
    corners = np.concatenate([np.stack([a, b, c], axis=2), np.stack([a, c, d], axis=2)])
    faces = np.zeros(125_000, dtype=[("normal", "<f4", 3), ("corners", "<f4", 9), ("more", "<u2")])
    faces["corners"] = corners.reshape(-1, 9)
    path = tmp_path / "large.stl"
    path.write_bytes(b"\0" * 80 + struct.pack("<I", len(faces)) + faces.tobytes())
    return path


def only(store: stores.Store) -> quotes.Row:
    """The shop's one quote."""
    db.session.rollback()
    (row,) = quotes.box(store.id, "all").data
    return row


def fill(page: Page) -> None:
    page.fill("[name='customer.name']", "Sam Field")
    page.fill("[name='customer.email']", "sam@example.com")


def test_a_part_is_understood_and_asked_for_with_the_keyboard(
    phone: BrowserContext, live: str, shop: str, store: stores.Store, host: Host, hook: Path,
    axe: Axe,
) -> None:  # fmt: skip
    page = phone.new_page()
    page.goto(host.show(live, shop, frame=SANDBOX))
    page.evaluate("Synqro.on('quote_requested', (said) => { window.heard = said })")
    frame = widget(page)
    frame.wait_for_selector(".doors")
    tab_to(page, frame, ".doors a:last-child")
    page.keyboard.press("Enter")
    frame.wait_for_url("**/custom*")
    frame.wait_for_selector("h1:focus")
    expect(frame.locator("#why")).to_have_text("Add a file, a link or a description first.")
    assert axe(frame) == []
    frame.set_input_files("#choose", hook)
    expect(frame.locator("[data-fact=size]")).to_have_text("40 × 30 × 20 mm")
    expect(frame.locator("#files li[data-state=ready]")).to_have_count(1)
    expect(frame.locator("#why")).to_be_hidden()
    for name, value in (("quantity", "4"), ("customer.name", "Sam"), ("customer.email", "sam@")):
        tab_to(page, frame, f"[name='{name}']")
        page.keyboard.press("Control+A")
        page.keyboard.type(value)
    page.keyboard.press("Enter")
    frame.wait_for_selector("#alert:focus")
    assert axe(frame) == []
    expect(frame.locator("#files .n")).to_have_text("hook.stl")
    frame.fill("[name='customer.email']", "sam@example.com")
    frame.evaluate("for (let i = 0; i < 3; i++) document.getElementById('custom').requestSubmit()")
    frame.wait_for_url("**/asked/**")
    expect(frame.locator("h1")).to_have_text("Your part is with the workshop")
    frame.wait_for_selector("h1:focus")
    assert axe(frame) == []
    frame.locator("#copy").click()
    expect(frame.locator("#copied")).to_have_text("Copied")
    row = only(store)
    assert (row.quote.quantity, row.filename) == (4, "hook.stl")
    page.wait_for_function("window.heard")
    assert page.evaluate("window.heard") == {"quote": {"id": row.quote.id}}
    frame.locator("a.btn.main").click()
    frame.wait_for_url("**/quotes/**")
    assert phone.cookies() == []


def test_a_broken_connection_costs_nothing(
    phone: BrowserContext, live: str, shop: str, store: stores.Store, large: Path,
    axe: Axe,
) -> None:  # fmt: skip
    """Sent again by itself, then by hand; while it is offline; and after a reload."""
    page = phone.new_page()
    page.clock.install()
    page.goto(f"{live}{shop}/custom")
    page.fill("#description", "A hook")
    fill(page)
    pieces: list[str] = []

    def once(route: Route) -> None:
        if route.request.method == "PATCH":
            pieces.append(route.request.headers["upload-offset"])
        if route.request.method == "PATCH" and len(pieces) > 1:
            route.abort("connectionreset")
        else:
            route.continue_()

    page.route("**/upload/tus/**", once)
    page.set_input_files("#choose", large)
    row = page.locator("#files > li")
    expect(row.locator(".m")).to_have_text("Connection lost at 83%. Trying again…")
    assert axe(page) == []
    stopped = page.get_by_text("Connection lost at 83%. Nothing to redo.")

    def given_up() -> bool:
        page.clock.fast_forward(LONGEST_PAUSE)
        page.wait_for_timeout(50)
        return stopped.is_visible()

    makers.wait_for(given_up)
    expect(page.get_by_role("button", name="Resume upload")).to_be_visible()
    assert len(pieces) == 2 + RETRIES
    expect(page.locator("#why")).to_have_text("One upload stopped. Resume it, or remove it.")
    assert set(pieces[1:]) == {str(5 * 1024 * 1024)}
    page.reload()
    expect(page.locator("#description")).to_have_value("A hook")
    expect(row.locator(".m")).to_have_text(re.compile("Stopped at 83%"))
    page.set_input_files("#choose", large)
    expect(row.locator(".m")).to_have_text(re.compile("Connection lost at 83%. Trying"))
    page.unroute("**/upload/tus/**")
    phone.set_offline(True)
    expect(page.locator(".off")).to_be_visible()
    phone.set_offline(False)
    expect(page.locator("#files > li[data-state=ready]")).to_have_count(1)
    page.set_input_files("#choose", large)
    expect(row).to_have_count(1)
    page.click("#ask")
    page.wait_for_url("**/asked/**")
    found = only(store)
    (file,) = quotes.files(store, found.quote)
    assert file.upload.bytes == large.stat().st_size
    page.go_back()
    expect(page.locator("#files > li")).to_have_count(0)
    expect(page.locator("#description")).to_have_value("")


def test_what_cannot_be_taken_is_said_before_it_is_sent_and_the_rest_goes_on(
    phone: BrowserContext, live: str, shop: str, store: stores.Store, hook: Path, tmp_path: Path
) -> None:
    page = phone.new_page()
    page.add_init_script(NO_STORAGE)
    page.goto(f"{live}{shop}/custom")
    sent: list[str] = []
    page.on("request", lambda r: sent.append(r.method) if "/upload/tus" in r.url else None)
    drawing, liar = tmp_path / "assembly.f3d", tmp_path / "fake.stl"
    drawing.write_bytes(b"a drawing")
    liar.write_bytes(b"\x7fELF no mesh at all" * 10)
    page.set_input_files("#choose", drawing)
    rows = page.locator("#files > li")
    expect(rows.locator(".m")).to_have_text("We can't read F3D. Export it as STL or 3MF.")
    assert sent == []
    page.set_input_files("#choose", [liar, hook])
    expect(page.locator("#files > li[data-state=refused]")).to_have_count(2)
    expect(page.locator("#files > li[data-state=ready]")).to_have_count(1)
    page.reload()
    expect(rows).to_have_count(1)
    expect(rows.locator(".n")).to_have_text("hook.stl")
    page.set_input_files("#choose", drawing)
    page.get_by_role("button", name="Remove hook.stl").click()
    expect(rows).to_have_count(1)
    expect(page.locator("#why")).to_have_text("Add a file, a link or a description first.")
    page.fill("#description", "A hook")
    fill(page)
    phone.set_offline(True)
    page.click("#ask")
    expect(page.locator("#alert b")).to_have_text("Connection lost")
    expect(page.locator("#description")).to_have_value("A hook")
    phone.set_offline(False)
    page.click("#ask")
    page.wait_for_url("**/asked/**")
    row = only(store)
    assert (row.quote.description, row.files) == ("A hook", 0)


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A part so small in millimetres that inches may be meant."""
    path = tmp_path / "small.stl"
    path.write_bytes(HULL.replace(b"40", b"4").replace(b"30", b"3").replace(b"20", b"2"))
    return path


def test_units_are_chosen_with_what_they_change_in_view(
    phone: BrowserContext, live: str, shop: str, store: stores.Store, small: Path
) -> None:
    page = phone.new_page()
    page.goto(f"{live}{shop}/custom")
    page.set_input_files("#choose", small)
    size = page.locator("[data-fact=size]")
    expect(size).to_have_text("4 × 3 × 2 mm")
    page.get_by_role("radio", name="Use inches").check()
    expect(size).to_have_text("101.6 × 76.2 × 50.8 mm")
    page.get_by_role("radio", name="Keep millimetres").check()
    expect(size).to_have_text("4 × 3 × 2 mm")
    page.get_by_role("radio", name="Use inches").check()
    expect(page.locator("#files > li[data-state=ready]")).to_have_count(1)
    fill(page)
    page.click("#ask")
    page.wait_for_url("**/asked/**")
    row = only(store)
    (file,) = quotes.files(store, row.quote)
    assert file.units == "in"
    assert file.mesh and file.mesh["size_mm"] == [101.6, 76.2, 50.8]


def test_a_server_that_measures_before_the_browser_leaves_the_choice_of_units(
    phone: BrowserContext, live: str, shop: str, store: stores.Store, small: Path
) -> None:
    page = phone.new_page()
    page.goto(f"{live}{shop}/custom")
    held: list[Route] = []
    page.route("**/mesh.js*", lambda route: held.append(route))
    page.set_input_files("#choose", small)
    expect(page.locator("#files > li[data-state=ready] [data-fact=size]")).to_have_text(
        "4 × 3 × 2 mm"
    )
    expect(page.locator("#files part-stage")).to_have_count(0)
    makers.wait_for(lambda: page.evaluate("1") and held)
    held[0].continue_()
    expect(page.locator("#files part-stage")).to_have_count(1)
    expect(page.locator("#files .part")).to_have_count(1)
    page.get_by_role("radio", name="Use inches").check()
    expect(page.locator("[data-fact=size]")).to_have_text("101.6 × 76.2 × 50.8 mm")
