"""A file of counts in a browser: dropped, looked at, applied, watched until it is done."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from synqro import catalogue, stores
from synqro.catalogue import import_turns
from tests import makers
from tests.console.test_browser import LOOKS, SIZES, look

FILE = {"name": "counts.csv", "mimeType": "text/csv"}
# The page may have asked by itself, and be done.
ASK = "document.querySelector('[data-live]')?.dispatchEvent(new CustomEvent('poll'))"


def drop(page: Page, content: str) -> None:
    page.set_input_files("#file", {**FILE, "buffer": content.encode()})  # type: ignore[typeddict-item]


@pytest.mark.parametrize(("size", "scheme"), LOOKS)
def test_a_file_is_dropped_read_and_applied(
    signed_in: Page,
    live: str,
    store: stores.Store,
    axe: Callable[[Page], list[str]],
    monkeypatch: pytest.MonkeyPatch,
    run_jobs: Callable[[], int],
    size: str,
    scheme: str,
) -> None:
    def fits() -> None:
        page.wait_for_load_state()
        assert axe(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= SIZES[size]["width"]

    monkeypatch.setattr(import_turns, "AT_ONCE", 1)
    for sku in "AB":
        makers.product(store, title=f"Vase {sku}", sku=sku, stock=5)
    page = signed_in
    look(page, size, scheme)
    page.goto(f"{live}/console/stock_imports/new")
    drop(page, "Artikel;Bestand\nA;1\n")
    expect(page.get_by_role("alert").filter(has_text="“Artikel”")).to_be_focused()
    fits()
    drop(page, "\ufeffSKU;Stock\r\nA;7\r\nB;8\r\nC;1\r\n")
    expect(page.get_by_role("heading", name="Nothing has changed yet")).to_be_visible()
    fits()
    page.get_by_role("button", name="Change 2 counts, leave out 1 line").click()
    expect(page.get_by_text("0 of 2 counts")).to_be_visible()
    fits()
    run_jobs()
    page.evaluate(ASK)
    expect(page.get_by_role("heading", name="Applied")).to_be_visible()
    expect(page.locator("[data-live]")).to_have_count(0)
    fits()
    page.goto(f"{live}/console/stock_imports")
    fits()
    assert {v.stock for p in catalogue.shelf(store.id).data for v in p.variants} == {7, 8}
