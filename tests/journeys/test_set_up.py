"""A new shop: its list on Home ticks itself, until there is nothing left but the day."""

import re
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.boot.conftest import Machine
from tests.journeys.conftest import PHONE, follow, pay, see, widget
from tests.journeys.test_first_sale import add_product, at, connect_stripe, sign_up
from tests.makers import wait_for

STEPS = [
    "Shop name and colours",
    "Add your first product",
    "Connect Stripe",
    "Where you send",
    "Your printing rates",
    "Put the shop on your page",
    "Send yourself a test quote",
]


class Site:
    """A page of the merchant's own, at an origin of its own."""

    html = "<!doctype html><title>Mine</title><h1>Mine</h1>"

    def __init__(self) -> None:
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.end_headers()
                self.wfile.write(site.html.encode())

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://localhost:{self.server.server_port}/"
        Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()


@pytest.fixture
def site() -> Iterator[Site]:
    site = Site()
    yield site
    site.server.shutdown()
    site.server.server_close()


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Machine]:
    machine = Machine(tmp_path, SYNQRO_RATE_LIMITS="off")
    machine.start()
    yield machine
    machine.end()


def test_the_list_of_a_new_shop_ticks_itself(
    running: Machine, browser: Browser, site: Site
) -> None:
    merchant = browser.new_page(viewport={"width": 1440, "height": 900})
    sign_up(merchant, running)
    home = Home(merchant, running)
    home.shows(done=[])

    home.go_to("Choose")
    merchant.get_by_role("radio", name="Lemon").check(force=True)
    merchant.get_by_role("button", name="Save: Look").click()
    see(merchant, "Look saved")
    home.shows(done=[0])

    home.go_to("Add a product")
    add_product(merchant, running)
    home.shows(done=[0, 1])

    connect_stripe(merchant, running)
    home.shows(done=[0, 1, 2])

    home.go_to("Set up")
    merchant.get_by_role("button", name="Add a way").click()
    way = merchant.get_by_role("group", name="Way of shipping 1")
    way.get_by_label("Name").fill("Letter")
    way.get_by_label("Price").fill("3.90")
    merchant.get_by_role("button", name="Save: Shipping").click()
    see(merchant, "Shipping saved")
    home.shows(done=[0, 1, 2, 3])

    home.go_to("Set rates")
    follow(merchant, merchant.get_by_role("link", name="FDM"))
    merchant.get_by_role("button", name="Save rates").click()
    see(merchant, "Rates saved")
    home.shows(done=[0, 1, 2, 3, 4])

    home.go_to("Get the code")
    site.html += merchant.get_by_label("Paste this where").input_value()
    home.shows(done=[0, 1, 2, 3, 4])
    customer = browser.new_page(viewport=PHONE)
    customer.goto(site.url)
    widget(customer).get_by_role("link", name="Clay mug").wait_for()
    home.shows(done=[0, 1, 2, 3, 4, 5])

    with merchant.expect_popup() as opened:
        home.button("Try it").click()
    opened.value.wait_for_load_state()
    ask(opened.value)
    home.is_gone()

    check_out(customer)
    pay(customer)
    wait_for(lambda: "Ada Byron" in home.read())
    expect(merchant.get_by_text("Sales today")).to_be_visible()
    assert home.done() == []


def ask(shop: Page) -> None:
    """Ask for a price, with words alone."""
    shop.get_by_label("What is it for?").fill("A sign for the door")
    shop.get_by_label("Full name").fill("Kim")
    shop.get_by_label("Email").fill("kim@second.example")
    shop.locator("#ask").click()
    see(shop, "Your part is with the workshop")


def check_out(customer: Page) -> None:
    """Buy the mug in the merchant's page, as far as Stripe's."""
    shop = widget(customer)
    shop.get_by_role("link", name="Clay mug").click()
    shop.get_by_role("button", name="Add to basket").click()
    shop.get_by_text("Check out").click()
    shop.get_by_label("Full name").fill("Ada Byron")
    shop.get_by_label("Email").fill("ada@example.com")
    shop.get_by_role("button", name=re.compile("Pay")).click()


class Home:
    """The list on Home."""

    def __init__(self, merchant: Page, running: Machine) -> None:
        self.merchant, self.url = merchant, f"{at(running)}/console/"

    def done(self) -> list[bool]:
        self.merchant.goto(self.url)
        steps = self.merchant.locator("ol.todo li").all()
        return ["done" in (step.get_attribute("class") or "") for step in steps]

    def shows(self, *, done: list[int]) -> None:
        """Just these steps are ticked, within a moment."""
        wanted = [at in done for at in range(len(STEPS))]
        wait_for(lambda: self.done() == wanted)
        expect(self.merchant.get_by_text(f"{len(done)} of {len(STEPS)}")).to_be_visible()

    def is_gone(self) -> None:
        """All is done: there is no list any more."""
        wait_for(lambda: not self.done())
        expect(self.merchant.get_by_text("Needs you")).to_be_visible()

    def read(self) -> str:
        self.merchant.goto(self.url)
        return self.merchant.locator("main").inner_text()

    def button(self, name: str) -> Locator:
        return self.merchant.get_by_role("link", name=name, exact=True)

    def go_to(self, button: str) -> None:
        follow(self.merchant, self.button(button))
