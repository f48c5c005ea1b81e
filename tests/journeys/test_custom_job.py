"""A custom job, from the dropped file to the fulfilment queue, as customer and merchant see it."""

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urljoin

import pytest
from playwright.sync_api import Browser, Error, Frame, Page, expect

from tests.boot.conftest import Machine
from tests.journeys.conftest import PHONE, pay, see, widget
from tests.journeys.test_first_sale import DEMO_LOGIN, at, sign_in
from tests.makers import move_clock, wait_for
from tests.uploads import parts

PATIENCE = 90_000  # ms, for a large file on a machine that has other things to do
UP = 3 * 1024 * 1024  # bytes a second
DAY = 86_400
# Who is not at the page hears nothing of a new price before pressing.
ELSEWHERE = "Object.defineProperty(document, 'hidden', { value: true })"


@pytest.fixture
def clock(tmp_path: Path) -> Path:
    return tmp_path / "clock"


@pytest.fixture
def running(tmp_path: Path, clock: Path) -> Iterator[Machine]:
    """Everything on one machine, with the demo shop and a clock that can be moved."""
    machine = Machine(
        tmp_path, SYNQRO_DEMO="1", SYNQRO_RATE_LIMITS="off", SYNQRO_CLOCK_FILE=str(clock)
    )
    machine.start()
    yield machine
    machine.end()


def test_a_large_part_survives_a_lost_connection_and_ends_in_the_queue(
    running: Machine, browser: Browser, tmp_path: Path
) -> None:
    large = tmp_path / "planter.stl"
    large.write_bytes(parts.stl(parts.torus(60, 20, 1000, 500)))
    small = parts.written(tmp_path, parts.cube(), "3mf")
    page = browser.new_page(viewport=PHONE)
    page.goto(f"http://localhost:{running.port}/demo")
    shop = ask(page)
    throttle(page, shop)
    shop.locator("#choose").set_input_files([large, small])
    expect(shop.locator(".files")).to_contain_text(re.compile(r"[1-9]\d*\.\d of 47\.7 MB"))
    page.context.set_offline(True)
    see(shop, "Connection lost")
    see(shop, "1,000,000")
    page.context.set_offline(False)
    shop.get_by_label("Full name").fill("Sam Field")
    shop.get_by_label("Email").fill("sam@example.com")
    shop.get_by_label("How many").fill("4")
    expect(shop.locator("#ask")).not_to_have_attribute("aria-disabled", "true", timeout=PATIENCE)
    shop.locator("#ask").click()
    see(shop, "Your part is with the workshop")

    merchant = merchant_of(running, browser)
    answer(merchant, "Sam Field", each="15.75", shipping="5.90")
    customer = browser.new_page(viewport=PHONE)
    customer.goto(link_in_mail(merchant, running, "Your price: €68.90"))
    see(customer, "€68.90")
    accept(customer)
    pay(customer)
    customer.wait_for_url("**/quotes/**")
    see(customer, "Paid. Printing is next")

    merchant.goto(f"{at(running)}/console/orders")
    merchant.get_by_role("link", name="Sam Field").or_(
        merchant.get_by_role("link", name="1001")
    ).first.click()
    see(merchant, "planter.stl")
    see(merchant, small.name)
    with merchant.expect_download() as downloading:
        merchant.get_by_role("link", name="planter.stl").first.click()
    assert Path(downloading.value.path()).read_bytes() == large.read_bytes()


def test_a_deposit_now_and_the_balance_when_it_is_done(running: Machine, browser: Browser) -> None:
    merchant, customer = asked(running, browser, "A sign for the door, 40 cm wide")
    answer(merchant, "Ada Byron", each="80", deposit="50")
    customer.reload()
    see(customer, "€40.00")
    accept(customer)
    pay(customer)
    customer.wait_for_url("**/quotes/**")
    see(customer, "Paid. Printing is next")

    merchant.goto(f"{at(running)}/console/orders")
    see(merchant, "€40.00")
    customer.reload()
    customer.locator("#pay").click()
    pay(customer)
    customer.wait_for_url("**/quotes/**")
    expect(customer.locator("#pay")).to_have_count(0)

    def paid_in_full() -> bool:
        merchant.reload()
        return "€40.00" not in merchant.locator("main").inner_text()

    wait_for(paid_in_full)


def test_a_price_that_changes_lapses_and_is_turned_down(
    running: Machine, browser: Browser, clock: Path
) -> None:
    merchant, customer = asked(running, browser, "Six drawer clips")
    answer(merchant, "Ada Byron", each="20")
    customer.reload()
    see(customer, "€20.00")
    customer.evaluate(ELSEWHERE)
    answer(merchant, "Ada Byron", each="18")
    accept(customer)
    see(customer, "€18.00")
    assert "/quotes/" in customer.url

    move_clock(clock, 20 * DAY)
    customer.reload()
    see(customer, "This price has expired")
    answer(merchant, "Ada Byron", each="19")
    customer.reload()
    see(customer, "€19.00")
    customer.get_by_text("Decline", exact=True).click()
    customer.get_by_role("textbox", name=re.compile("reason|why", re.I)).fill("Too late now")
    customer.get_by_role("button", name=re.compile("Decline")).click()
    see(customer, "declined")
    merchant.reload()
    see(merchant, "Too late now")


def ask(page: Page) -> Frame:
    """Open Custom print in the shop's frame."""
    shop = widget(page)
    shop.get_by_role("link", name="Custom print").first.click()
    shop.wait_for_url("**/custom*")  # once it is loaded, its script takes files
    return shop


def throttle(page: Page, shop: Frame) -> None:
    """Slow down the shop's frame; where a site has no process of its own, its page with it."""
    limits = {"offline": False, "latency": 40, "downloadThroughput": UP, "uploadThroughput": UP}
    try:
        session = page.context.new_cdp_session(shop)
    except Error:
        session = page.context.new_cdp_session(page)
    session.send("Network.emulateNetworkConditions", limits)


def asked(running: Machine, browser: Browser, words: str) -> tuple[Page, Page]:
    """Ask with words alone; give back the merchant, and the customer on the private link."""
    customer = browser.new_page(viewport=PHONE)
    customer.goto(f"http://localhost:{running.port}/demo")
    shop = ask(customer)
    shop.get_by_label("What is it for?").fill(words)
    shop.get_by_label("Full name").fill("Ada Byron")
    shop.get_by_label("Email").fill("ada@example.com")
    shop.locator("#ask").click()
    see(shop, "Your part is with the workshop")
    merchant = merchant_of(running, browser)
    customer.goto(link_in_mail(merchant, running, "Your request is with"))
    see(customer, "Waiting for a price")
    return merchant, customer


def merchant_of(running: Machine, browser: Browser) -> Page:
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    sign_in(page, running, *DEMO_LOGIN)
    return page


def answer(
    merchant: Page, customer: str, *, each: str, shipping: str = "", deposit: str = "0"
) -> None:
    """Send a price for the customer's quote, the first or a changed one."""
    merchant.goto(f"{urljoin(merchant.url, '/console/quotes')}?show=all")
    merchant.get_by_role("link", name=re.compile(customer)).first.click()
    merchant.wait_for_url("**/console/quotes/qt_**")
    expect(merchant.locator("#qt")).to_contain_text(customer.split()[0])
    change = merchant.get_by_role("link", name="Change and send again").or_(
        merchant.get_by_role("button", name="Change and send again")
    )
    if change.count():
        change.first.click()
    merchant.get_by_label("Line 1, price each").wait_for()
    while merchant.get_by_label("Remove line 2").count():  # the suggestion has one for each file
        lines = merchant.locator("#lines tbody tr").count()
        merchant.get_by_label("Remove line 2").click()
        expect(merchant.locator("#lines tbody tr")).to_have_count(lines - 1)
    merchant.get_by_label("Line 1, price each").fill(each)
    merchant.get_by_label("Shipping").fill(shipping)
    merchant.get_by_label("Deposit").fill(deposit)
    merchant.locator("#send-quote").click()
    see(merchant, "Quote sent")


def accept(customer: Page) -> None:
    """Say where it goes, and press the one button that accepts and pays."""
    customer.get_by_label("Street and number").fill("1 Rue Haute")
    customer.get_by_label("Postcode").fill("44000")
    customer.get_by_label("Town").fill("Nantes")
    customer.locator("#pay").click()


def link_in_mail(page: Page, running: Machine, subject: str) -> str:
    """Give back the private link of the newest mail whose subject begins so."""

    def arrived() -> int:
        page.goto(f"{at(running)}/demo/mail")
        return letter.count()

    letter = page.get_by_role("link", name=re.compile(f"^{re.escape(subject)}"))
    wait_for(arrived)
    letter.first.click()
    page.wait_for_url("**/demo/mail/*")
    found = re.search(r"http://[^\s\"<]+/quotes/[\w-]{40,}", page.content())
    assert found
    return found[0]
