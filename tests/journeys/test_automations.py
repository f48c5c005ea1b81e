"""What runs by itself, watched: paused and resumed, asked for, failing, and mended."""

import json
import re
from typing import Any

from playwright.sync_api import Browser, Locator, Page, expect

from synqro.core.sandbox import sandbox_address, sandbox_secrets
from synqro.sandbox.loopback import call
from tests.boot.conftest import Machine
from tests.events.receiver import Receiver
from tests.journeys.conftest import PHONE, see
from tests.journeys.test_custom_job import merchant_of
from tests.journeys.test_first_sale import at
from tests.journeys.test_payout_adds_up import expect_order
from tests.journeys.test_stock_low import Ear, buy, listen, receiver, selling
from tests.makers import wait_for

__all__ = ["receiver", "selling"]
DELIVERY, SYNC = "Webhook delivery", "Settlement sync"
PAYOUTS = "/v1/payouts"
AT_WORK = re.compile("Starting|Running")
SLOW = 9  # seconds, less than our patience with Stripe
FAILS = "Settlement sync keeps failing"


def test_a_pause_holds_what_is_sent_and_a_failure_stands_on_home_until_it_is_mended(
    selling: Machine, browser: Browser, receiver: Receiver
) -> None:
    merchant = merchant_of(selling, browser)
    heard = Ear(receiver, listen(merchant, selling, receiver, "order.created"), "order.created")
    row = agent(merchant, selling, DELIVERY)
    row.get_by_role("button", name="Pause").click()
    expect(row).to_contain_text("When you resume it")
    buy(browser.new_page(viewport=PHONE), selling, "Cable hooks")
    expect_order(merchant, selling, "1001")
    merchant.goto(f"{at(selling)}/console/developers/endpoints")
    see(merchant, "deliveries wait")
    assert receiver.came == []
    row = agent(merchant, selling, DELIVERY)
    row.get_by_role("button", name="Resume").click()
    [told] = wait_for(heard.data)
    assert told["number"] == "1001"

    row = agent(merchant, selling, SYNC)
    set_faults(selling, {"kind": "slow", "path": PAYOUTS, "seconds": SLOW})
    row.get_by_role("button", name="Run now").click()
    expect(row).to_contain_text(AT_WORK)
    row.get_by_role("button", name="Run now").click()
    expect(row.get_by_role("alert")).to_contain_text("at work already")
    row.get_by_role("link", name=SYNC).click()
    see(merchant, "Northlight Prints")

    set_faults(selling, {"kind": "server_error", "path": PAYOUTS, "times": 1000})
    for failures in range(1, 4):
        run_now(merchant)
        wait_for(lambda failures=failures: failed(merchant) >= failures)
    see(merchant, "It keeps failing.")
    merchant.goto(f"{at(selling)}/console/")
    said = merchant.get_by_role("listitem").filter(has_text=FAILS)
    expect(said).to_contain_text("Stripe")
    said.get_by_role("link").click()
    merchant.get_by_role("link", name="Check the connection").click()
    expect(merchant.get_by_role("heading", name="Integrations")).to_be_visible()

    set_faults(selling)
    agent(merchant, selling, SYNC).get_by_role("link", name=SYNC).click()
    run_now(merchant)

    def mended() -> bool:
        merchant.goto(f"{at(selling)}/console/")
        see(merchant, "Latest orders")
        return not merchant.get_by_text(FAILS).count()

    wait_for(mended)


def run_now(merchant: Page) -> None:
    """Press Run now on the page of an automation, as soon as it is free."""

    def taken() -> bool:
        with merchant.expect_navigation():
            merchant.get_by_role("button", name="Run now").click()
        return not merchant.get_by_text("at work already").count()

    wait_for(taken)


def failed(merchant: Page) -> int:
    """Count the runs on the page of an automation that failed."""
    merchant.reload()
    runs = merchant.get_by_role("region", name="Runs", exact=True).locator("tbody tr")
    return runs.filter(has_text="Failed").count()


def agent(merchant: Page, selling: Machine, name: str) -> Locator:
    """The row of an automation."""
    merchant.goto(f"{at(selling)}/console/agents")
    return merchant.get_by_role("table", name="Agents").get_by_role("row").filter(has_text=name)


def set_faults(selling: Machine, *faults: dict[str, Any]) -> None:
    """Let these calls to Stripe go wrong, and no others."""
    headers = {
        "Authorization": f"Bearer {sandbox_secrets(selling.data).secret_key}",
        "Content-Type": "application/json",
    }
    url = f"{sandbox_address(selling.data)}/_sandbox/switches"
    body = json.dumps({"faults": faults}).encode()
    status, answer = call("POST", url, body, headers, timeout=10)
    assert status == 200, answer
