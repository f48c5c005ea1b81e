"""A payout to the cent: sold, given back in part, contested, paid out, booked, sent back."""

import csv
import json
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, expect

from synqro.core.sandbox import sandbox_address, sandbox_secrets
from synqro.sandbox.loopback import call
from tests.boot.conftest import Machine
from tests.events.receiver import Receiver
from tests.journeys.conftest import PHONE, see, see_at
from tests.journeys.test_custom_job import merchant_of
from tests.journeys.test_first_sale import at
from tests.journeys.test_stock_low import Ear, buy, listen, receiver, selling
from tests.makers import wait_for

__all__ = ["receiver", "selling"]
COMPLETED = "settlement.completed"
AT_ONCE = {
    "automatic": False,  # none at midnight
    "leaves_after": 0,
    "arrives_after": 0,
    "reconciles_after": 0,
    "fee": 25,
}
FIRST = {
    "gross_sales": 83.0,
    "refunds": -10.0,
    "disputes": -39.0,
    "fees": -16.75,  # 0.91 and 0.84 for the payments, 15.00 for the dispute
    "payout_fee": -0.25,
    "net": 17.0,
}
SECOND = {
    "gross_sales": 9.5,
    "adjustments": 17.0,
    "fees": -0.39,
    "payout_fee": -0.25,
    "net": 25.86,
}


def test_a_payout_adds_up_to_the_cent_and_its_money_comes_after_all(
    selling: Machine, browser: Browser, receiver: Receiver
) -> None:
    merchant = merchant_of(selling, browser)
    heard = Ear(receiver, listen(merchant, selling, receiver, COMPLETED), COMPLETED)
    pay_out_at_once(selling)
    customer = browser.new_page(viewport=PHONE)
    buy(customer, selling, "Dusk lamp")
    buy(customer, selling, "Gear coasters", 2)
    refund(merchant, selling, "1001", "10")
    dashboard = dashboard_of(browser, selling)
    contest(dashboard, "Order 1002")
    expect_contested(merchant, selling, "1002")

    dashboard.get_by_role("button", name="Pay out everything now").click()
    [told] = wait_for(heard.data)
    assert figures(told) == FIRST and told["counts"] == {"orders": 2, "lines": 4}
    assert told["reconciliation"]["status"] == "balanced"
    open_newest(merchant, selling)
    see(merchant, "Matched")
    see(merchant, "€17.00")
    adds_up(merchant, FIRST["net"])
    merchant.goto(f"{at(selling)}/console/settlements")
    expect(merchant.locator("[hx-trigger=load]")).to_have_count(0)
    expect(merchant.locator("#waiting")).to_have_count(0)

    dashboard.reload()
    dashboard.get_by_role("button", name="Fail this payout").click()
    waits_again(merchant, selling)
    open_newest(merchant, selling)
    see(merchant, "This payout came back. The bank account is closed.")
    see(merchant, "Its money comes with a later payout.")
    failed = merchant.url

    buy(customer, selling, "Cable hooks")
    expect_order(merchant, selling, "1003")
    dashboard.get_by_role("button", name="Pay out everything now").click()
    [_, told] = wait_for(lambda: len(heard.data()) > 1 and heard.data())
    assert figures(told) == SECOND and told["counts"] == {"orders": 1, "lines": 2}
    open_newest(merchant, selling)
    adds_up(merchant, SECOND["net"])
    merchant.goto(failed)
    see(merchant, "Its money came on")
    merchant.goto(f"{at(selling)}/console/settlements/not_paid_out")
    see(merchant, "Nothing waits")
    see_at(merchant, f"{at(selling)}/demo/mail", "Your payout of €17.00 did not arrive")
    assert len(heard.data()) == len(receiver.came) == 2


def pay_out_at_once(selling: Machine) -> None:
    """Let payouts arrive and be reconciled at once, and cost a quarter."""
    headers = {
        "Authorization": f"Bearer {sandbox_secrets(selling.data).secret_key}",
        "Content-Type": "application/json",
    }
    url = f"{sandbox_address(selling.data)}/_sandbox/switches"
    body = json.dumps({"payouts": AT_ONCE}).encode()
    status, answer = call("POST", url, body, headers, timeout=10)
    assert status == 200, answer


def figures(told: dict[str, Any]) -> dict[str, float]:
    """The totals that are not nothing."""
    return {name: amount for name, amount in told["totals"].items() if amount}


def expect_order(merchant: Page, selling: Machine, number: str) -> None:
    """Open an order, once it is paid."""

    def there() -> bool:
        merchant.goto(f"{at(selling)}/console/orders")
        return bool(merchant.get_by_role("link", name=number).count())

    wait_for(there)
    merchant.get_by_role("link", name=number).first.click()


def refund(merchant: Page, selling: Machine, number: str, amount: str) -> None:
    expect_order(merchant, selling, number)
    merchant.get_by_role("link", name="Refund").click()
    dialog = merchant.get_by_role("dialog")
    dialog.get_by_label("Amount").fill(amount)
    dialog.get_by_role("button", name="Refund").click()
    see(merchant, "Partly refunded")


def expect_contested(merchant: Page, selling: Machine, number: str) -> None:
    expect_order(merchant, selling, number)
    see(merchant, "The customer’s bank contests €39.00")


def dashboard_of(browser: Browser, selling: Machine) -> Page:
    """Stripe's own pages of the shop's account."""
    page = browser.new_page(viewport={"width": 1000, "height": 900})
    page.goto(f"{at(selling)}/sandbox/dashboard")
    page.get_by_role("link", name=re.compile("Northlight Prints")).first.click()
    return page


def contest(dashboard: Page, about: str) -> None:
    """Let the customer's bank take the money of a payment back."""
    payment = dashboard.locator("section.card").filter(has_text=about)
    payment.get_by_text("Dispute this payment").click()
    payment.get_by_role("button", name="Dispute", exact=True).click()
    expect(payment).to_contain_text("Chargeback over €39.00")


def open_newest(merchant: Page, selling: Machine) -> None:
    merchant.goto(f"{at(selling)}/console/settlements")
    merchant.locator("table.payouts tbody tr").first.get_by_role("link").first.click()
    expect(merchant.get_by_role("heading", name="Lines")).to_be_visible()


def waits_again(merchant: Page, selling: Machine) -> None:
    """The payout is said to have failed, and its orders are not paid out any more."""
    waiting = merchant.locator("#waiting tbody tr")

    def said() -> bool:
        merchant.goto(f"{at(selling)}/console/settlements")
        return "Failed" in merchant.locator("table.payouts").inner_text()

    wait_for(said)
    expect(waiting).to_have_count(2)
    expect(waiting.filter(has_text="1001")).to_contain_text("€33.09")
    expect(waiting.filter(has_text="1002")).to_contain_text("−€15.84")


def adds_up(merchant: Page, arrived: float) -> None:
    """Both files of the payout come to what arrived, to the cent."""
    lines = downloaded(merchant, "Every line")
    assert sum(Decimal(row["net"]) for row in lines) == Decimal(str(arrived))
    for row in lines:
        assert Decimal(row["gross"]) + Decimal(row["fee"]) == Decimal(row["net"])
    journal = downloaded(merchant, "Journal")
    debit, credit = (sum(Decimal(row[side]) for row in journal) for side in ("debit", "credit"))
    assert debit == credit
    [bank] = [row for row in journal if row["account"] == "Bank"]
    assert Decimal(bank["debit"]) == Decimal(str(arrived))


def downloaded(merchant: Page, words: str) -> list[dict[str, str]]:
    menu = merchant.locator("details.menu")
    if menu.get_attribute("open") is None:
        menu.locator("summary").click()
    with merchant.expect_download() as found:
        menu.get_by_role("link", name=words).click()
    return list(csv.DictReader(Path(found.value.path()).read_text().splitlines()))
