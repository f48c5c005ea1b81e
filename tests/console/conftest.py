"""The tables of every room, and a browser on the console."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

from synqro import events, orders, stores
from tests import makers

__all__ = ["events", "orders"]

AXE = (Path(__file__).parent.parent / "vendor" / "axe.min.js").read_text()
Violations = list[str]


@pytest.fixture
def axe() -> Callable[[Page], Violations]:
    """What axe finds wrong on a page, one line for each."""

    def run(page: Page) -> Violations:
        page.evaluate(AXE)
        found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        return [
            f"{v['id']}: {node['html'][:160]} {node['failureSummary'][:200]}"
            for v in found["violations"]
            for node in v["nodes"]
        ]

    return run


@pytest.fixture
def signed_in(page: Page, live: str, store: stores.Store) -> Page:
    """A browser in which the store's owner is signed in."""
    page.goto(f"{live}/login")
    page.get_by_label("Email").fill(makers.EMAIL)
    page.get_by_label("Password").fill(makers.PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/console/")
    return page
