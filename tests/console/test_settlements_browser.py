"""Settlements in a browser: from the month to what explains a difference, and both files."""

import csv
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from synqro import orders, stores
from synqro.settlements import LineType, Reconciliation, Status
from tests import makers
from tests.conftest import Clock
from tests.console.test_browser import LOOKS, SIZES, go, look
from tests.orders.shop import place, session, set_up_payments
from tests.settlements.made import in_its_year, line, settled

PAGE = "/console/settlements"
MONTH = f"{PAGE}?month=2026-11"


@pytest.fixture(autouse=True)
def then(clock: Clock) -> None:
    in_its_year(clock)


@pytest.fixture
def order(store: stores.Store) -> orders.Order:
    set_up_payments(store)
    order = place(store, makers.product(store)).order
    orders.follow(session(order))
    return orders.find(store.id, order.id)


@pytest.mark.parametrize(("size", "scheme"), LOOKS)
def test_everybody_can_read_what_was_paid_out(
    signed_in: Page,
    live: str,
    store: stores.Store,
    order: orders.Order,
    axe: Callable[[Page], list[str]],
    size: str,
    scheme: str,
) -> None:
    look(signed_in, size, scheme)
    check(signed_in, live + PAGE, axe, size)
    kinds = [line(order=order), line(-900, -1_500, type=LineType.DISPUTE, unmatched=True)]
    one = settled(store, [*kinds, line(net=4_466)], difference=30, bank_reference="T" * 40)
    settled(store, [line()], status=Status.FAILED, failure="The bank account is closed.")
    settled(store, net=5, reconciliation=Reconciliation.NOT_APPLICABLE)
    paths = [MONTH, f"{PAGE}/{one.id}", f"{PAGE}/not_paid_out", f"/console/orders/{order.id}"]
    for path in paths:
        check(signed_in, live + path, axe, size)
    signed_in.goto(live + MONTH)
    signed_in.get_by_text("CSV for the accountant").click()
    expect(signed_in.get_by_role("link", name="Every line")).to_be_in_viewport(ratio=1)
    assert axe(signed_in) == []


def check(page: Page, address: str, axe: Callable[[Page], list[str]], size: str) -> None:
    page.goto(address)
    expect(page.locator("[hx-trigger=load]")).to_have_count(0)  # what comes later is there
    assert axe(page) == [], address
    assert page.evaluate("document.documentElement.scrollWidth") <= SIZES[size]["width"], address


def test_from_the_month_to_an_accepted_difference(
    signed_in: Page, live: str, store: stores.Store, order: orders.Order
) -> None:
    sold = [line(net=4_466, order=order), line(2_000, -50), line(-300, 0, type=LineType.REFUND)]
    one = settled(store, sold, difference=30)
    page = signed_in
    go(page, "t")
    expect(page.get_by_role("heading", name="Settlements")).to_be_visible()
    page.goto(live + MONTH)
    page.get_by_role("link", name="Fri 20 Nov").click()
    expect(page.get_by_role("heading", name="Friday 20 November, Stripe")).to_be_visible()

    note = page.locator(".note")
    expect(note).to_contain_text(f"Order {order.number} explains it.")
    note.get_by_label("Note").fill("A foreign card")
    note.get_by_role("button", name="Accept the difference").click()
    toast = page.get_by_role("status")
    expect(toast).to_contain_text("Difference accepted")
    expect(note).to_contain_text("€0.30 over, accepted. Robin Maker said so on")
    expect(note).to_contain_text("A foreign card")
    toast.get_by_role("button", name="Undo").click()
    expect(note).to_contain_text("explains it.")

    page.get_by_role("link", name="Refunds").click()
    expect(page.locator("#lines tbody tr")).to_have_count(1)

    lines = downloaded(page, "Every line", f"settlement-2026-11-20-{one.external_payout_id}.csv")
    assert total(lines, "net") == Decimal(one.net).scaleb(-2)
    journal = downloaded(page, "Journal", f"journal-2026-11-20-{one.external_payout_id}.csv")
    assert total(journal, "debit") == total(journal, "credit")
    [bank] = [row for row in journal if row["account"] == "Bank"]
    assert Decimal(bank["debit"]) == Decimal(one.net).scaleb(-2)


def downloaded(page: Page, words: str, name: str) -> list[dict[str, str]]:
    menu = page.locator("details.menu")
    if menu.get_attribute("open") is None:
        menu.locator("summary").click()
    with page.expect_download() as found:
        menu.get_by_role("link", name=words).click()
    assert found.value.suggested_filename == name
    return list(csv.DictReader(Path(found.value.path()).read_text().splitlines()))


def total(rows: list[dict[str, str]], column: str) -> Decimal:
    return sum((Decimal(row[column]) for row in rows), Decimal())
