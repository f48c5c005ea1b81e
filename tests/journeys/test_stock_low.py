"""Down to the last pieces: customers buy until a shop's own systems hear that stock is low."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from standardwebhooks import Webhook

from tests.boot.conftest import Machine
from tests.events.receiver import Receiver
from tests.journeys.conftest import PHONE, pay, widget
from tests.journeys.test_custom_job import merchant_of
from tests.journeys.test_first_sale import at
from tests.makers import wait_for

LAMP = "Dusk lamp"  # the demo shop has two, and calls three low


@pytest.fixture
def selling(tmp_path: Path) -> Iterator[Machine]:
    """Everything on one machine, with the demo shop, which may send webhooks to this machine."""
    allowed = {"SYNQRO_RATE_LIMITS": "off", "SYNQRO_WEBHOOK_ALLOW_PRIVATE": "1"}
    machine = Machine(tmp_path, SYNQRO_DEMO="1", **allowed)
    machine.start()
    yield machine
    machine.end()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as receiver:
        yield receiver


def test_selling_until_stock_low_arrives(
    selling: Machine, browser: Browser, receiver: Receiver
) -> None:
    merchant = merchant_of(selling, browser)
    heard = Ear(receiver, listen(merchant, selling, receiver, "stock.low"), "stock.low")
    merchant.goto(f"{at(selling)}/console/stock")
    row = merchant.get_by_role("row").filter(has_text=LAMP)
    expect(row).to_contain_text("Low")
    receive(merchant, 4)

    customer = browser.new_page(viewport=PHONE)
    check_out(customer, selling, LAMP, 2)  # and never pays
    buy(customer, selling, LAMP, 2)
    shows(merchant, selling, "In stock", on_hand=4, reserved=2)
    assert heard.data() == []

    buy(customer, selling, LAMP)
    [low] = wait_for(heard.data)
    assert (low["title"], low["sku"], low["available"], low["threshold"]) == (LAMP, "LAMP", 3, 3)
    shows(merchant, selling, "Low", on_hand=3, reserved=2)
    merchant.goto(f"{at(selling)}/console/products")
    expect(merchant.get_by_role("row").filter(has_text=LAMP)).to_contain_text("Low")
    assert wait_for(lambda: letters(merchant, selling, f"Low stock: {LAMP}, 3 left")) == 1

    merchant.goto(f"{at(selling)}/console/stock")
    receive(merchant, 4)
    shows(merchant, selling, "In stock", on_hand=7, reserved=2)
    buy(customer, selling, LAMP, 4)
    again = wait_for(lambda: len(heard.data()) > 1 and heard.data())
    assert [data["available"] for data in again] == [3, 3]
    assert len({came.id for came in receiver.came}) == len(receiver.came) == 2


class Ear:
    """What a receiver was told of a kind of event, each delivery verified."""

    def __init__(self, receiver: Receiver, secret: str, type: str) -> None:
        self.receiver, self.webhook, self.type = receiver, Webhook(secret), type

    def data(self) -> list[dict[str, Any]]:
        for came in list(self.receiver.came):
            self.webhook.verify(came.body, came.headers)
        told = [came.event for came in list(self.receiver.came)]
        return [event["data"] for event in told if event["event"] == self.type]


def listen(merchant: Page, selling: Machine, receiver: Receiver, *types: str) -> str:
    """Add an endpoint for these kinds of events, and give back its secret."""
    merchant.goto(f"{at(selling)}/console/developers/endpoints/new")
    merchant.get_by_label("Address").fill(receiver.url)
    merchant.get_by_label("Only these").check()
    for type in types:
        merchant.get_by_role("checkbox", name=re.compile(f"^{re.escape(type)}")).check()
    merchant.get_by_role("button", name="Add endpoint").click()
    return merchant.get_by_label("Signing secret").input_value()


def receive(merchant: Page, pieces: int) -> None:
    """Say on the lamp's page that so many came in."""
    merchant.get_by_role("row").filter(has_text=LAMP).get_by_role("link", name=LAMP).click()
    merchant.get_by_label("How many came in").fill(str(pieces))
    merchant.get_by_role("button", name="Add pieces").click()
    history = merchant.get_by_role("region", name="History")
    expect(history.get_by_role("row").nth(1)).to_contain_text(f"{pieces} received")


def shows(merchant: Page, selling: Machine, state: str, *, on_hand: int, reserved: int) -> None:
    """The list of stock says so, within a moment."""
    row = merchant.get_by_role("row").filter(has_text=LAMP)

    def said() -> bool:
        merchant.goto(f"{at(selling)}/console/stock")
        there = row.get_by_label(f"On hand of {LAMP}").input_value()
        return there == str(on_hand) and state in row.inner_text()

    wait_for(said)
    expect(row.get_by_role("cell").nth(3)).to_have_text(str(reserved))


def letters(merchant: Page, selling: Machine, subject: str) -> int:
    """Count the mails of that subject."""
    merchant.goto(f"{at(selling)}/demo/mail")
    return merchant.get_by_role("link", name=subject).count()


def check_out(customer: Page, selling: Machine, title: str, quantity: int = 1) -> None:
    """Get as far as Stripe's page."""
    customer.goto(f"http://localhost:{selling.port}/demo")
    shop = widget(customer)
    shop.get_by_role("link", name=title).first.click()
    shop.get_by_role("spinbutton", name="Quantity").fill(str(quantity))
    shop.get_by_role("button", name="Add to basket").click()
    shop.get_by_text("Check out").click()
    for label, words in {
        "Full name": "Ada Byron",
        "Email": "ada@example.com",
        "Street and number": "1 Rue Haute",
        "Postcode": "44000",
        "Town": "Nantes",
    }.items():
        shop.get_by_label(label).fill(words)
    shop.get_by_role("radio", name=re.compile("Collection")).check(force=True)
    shop.locator("#pay").click()
    customer.wait_for_url("**/sandbox/checkout/**")


def buy(customer: Page, selling: Machine, title: str, quantity: int = 1) -> None:
    check_out(customer, selling, title, quantity)
    pay(customer)
    customer.wait_for_url(re.compile(r"/demo|/orders/"))
