"""A price rule from its first word to its undoing, as a shop owner and a customer see it."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.boot.conftest import Machine
from tests.events.receiver import Receiver
from tests.journeys.conftest import PHONE, follow, pay, see, widget
from tests.journeys.test_custom_job import merchant_of
from tests.journeys.test_first_sale import at
from tests.journeys.test_stock_low import Ear, check_out, listen, receiver
from tests.makers import move_clock, wait_for

__all__ = ["receiver"]
HOUR = 3600
LAMP, VASE = "Dusk lamp", "Ripple vase, Slate, 30 cm"  # of the one two are left, of the other none


@pytest.fixture
def clock(tmp_path: Path) -> Path:
    return tmp_path / "clock"


@pytest.fixture
def selling(tmp_path: Path, clock: Path) -> Iterator[Machine]:
    """Everything on one machine, with the demo shop and a clock that can be moved."""
    allowed = {"SYNQRO_RATE_LIMITS": "off", "SYNQRO_WEBHOOK_ALLOW_PRIVATE": "1"}
    machine = Machine(tmp_path, SYNQRO_DEMO="1", SYNQRO_CLOCK_FILE=str(clock), **allowed)
    machine.start()
    yield machine
    machine.end()


def test_a_rule_is_read_before_it_acts_and_taken_back_after(
    selling: Machine, browser: Browser, receiver: Receiver, clock: Path
) -> None:
    merchant = merchant_of(selling, browser)
    heard = Ear(
        receiver, listen(merchant, selling, receiver, "listing.repriced"), "listing.repriced"
    )
    early = browser.new_page(viewport=PHONE)
    check_out(early, selling, LAMP)

    forget_rules(merchant, selling)
    name = write(merchant, fewer="3", more="10", most="45")
    run(merchant)
    plan = merchant.get_by_role("table", name="Preview of price changes")
    expect(plan.get_by_role("row").filter(has_text=VASE)).to_contain_text("€44.00")
    expect(plan.get_by_role("row").filter(has_text=LAMP)).to_contain_text("€45.00")
    merchant.get_by_role("checkbox", name=f"Include {VASE}").uncheck()
    merchant.get_by_role("button", name="Apply 1 change").click()
    undo = merchant.locator("#toasts").get_by_role("button", name="Undo")
    undo.focus()  # what is in use stays
    expect(merchant.locator("#toasts")).to_contain_text("1 price changed")

    assert charged(browser, selling) == ["€45.00", "€45.00"]
    see(early, "€44.00")
    pay(early)
    early.wait_for_url(re.compile(r"/demo|/orders/"))
    [told] = wait_for(heard.data)
    assert (told["old_price"], told["new_price"], told["title"]) == (44.0, 45.0, LAMP)

    undo.click()
    expect(merchant.locator("#toasts")).to_contain_text("1 change undone")
    assert charged(browser, selling) == ["€44.00", "€44.00"]
    run(merchant)
    merchant.locator("summary", has_text="stay").click()
    merchant.get_by_role("link", name="See each of them").click()
    row = merchant.get_by_role("row").filter(has_text=LAMP)
    expect(row).to_contain_text("Left alone since you undid a change")
    told = wait_for(lambda: len(heard.data()) > 1 and heard.data())
    assert [one["new_price"] for one in told] == [45.0, 44.0]

    go_live(merchant, more="2")
    next_hour(selling, clock)
    wait_for(lambda: charged(browser, selling) == ["€44.88", "€44.88"])
    assert history_of(merchant, selling) == [
        ["Listed", "€44.00"],
        ["Repriced: 1 left, stopped at the highest price of the rule", "€44.00 → to €45.00"],
        [f"Undone: The change by “{name}” was undone.", "€45.00 → to €44.00"],
        ["Repriced: 1 left", "€44.00 → to €44.88"],
    ]
    check_out(early, selling, LAMP)
    see(early, "€44.88")
    came = wait_for(lambda: len(receiver.came) > 3 and list(receiver.came))
    assert sorted(one.event["data"]["new_price"] for one in came[2:]) == [40.8, 44.88]
    assert len({one.id for one in came}) == len(came) == 4


def forget_rules(merchant: Page, selling: Machine) -> None:
    """Delete the rule that the demo shop begins with."""
    merchant.goto(f"{at(selling)}/console/repricer")
    merchant.get_by_role("link", name="Dearer when few are left").click()
    merchant.get_by_role("link", name="Delete rule").click()
    merchant.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(merchant.get_by_text("No rules yet")).to_be_visible()


def write(merchant: Page, *, fewer: str, more: str, most: str) -> str:
    """Write a rule by how many are left, having read what it would do; give back its name."""
    follow(merchant, merchant.get_by_role("link", name="New rule"))
    merchant.get_by_role("radio", name="how many are left").check()
    merchant.get_by_label("Fewer than how many are left").fill(fewer)
    merchant.get_by_label("By how much").first.fill(more)
    merchant.get_by_label("Highest price", exact=True).fill(most)
    tried = merchant.locator("#tried")
    expect(tried).to_contain_text("Would change 2 prices")
    merchant.get_by_role("button", name="Save rule").click()
    name: str = merchant.locator("[data-rule] .name").inner_text()
    return name


def run(merchant: Page) -> None:
    merchant.get_by_role("button", name=re.compile("^Run (now|again)")).first.click()


def go_live(merchant: Page, *, more: str) -> None:
    """Let the rule say something else, and change prices by itself."""
    follow(merchant, merchant.get_by_role("link", name="Repricer").first)
    follow(merchant, merchant.locator("[data-rule] .name"))
    merchant.get_by_label("By how much").first.fill(more)
    merchant.get_by_role("radio", name="Change prices by itself").check()
    merchant.get_by_role("button", name="Save rule").click()
    see(merchant, "1 rule changes prices by itself")


def next_hour(selling: Machine, clock: Path) -> None:
    """Switch the machine off, and on again two hours later."""
    selling.end()
    move_clock(clock, 2 * HOUR)
    selling.start()


def charged(browser: Browser, selling: Machine) -> list[str]:
    """What a new customer reads beside the lamp, and in the basket."""
    page = browser.new_page(viewport=PHONE)
    page.goto(f"http://localhost:{selling.port}/demo")
    shop = widget(page)
    card = shop.get_by_role("link", name=LAMP).first
    expect(card).to_contain_text("€")
    shown = card.inner_text()
    card.click()
    shop.get_by_role("button", name="Add to basket").click()
    shop.get_by_text("Check out").wait_for()
    basket = shop.locator("main").inner_text()
    page.close()
    return [amounts(shown)[0], amounts(basket)[0]]


def amounts(text: str) -> list[str]:
    return re.findall(r"€[\d.,]+", text)


def history_of(merchant: Page, selling: Machine) -> list[list[str]]:
    """Read why the lamp's price changed and how, the oldest first."""
    merchant.goto(f"{at(selling)}/console/listings?q=lamp")
    follow(merchant, merchant.get_by_role("link", name=LAMP).first)
    rows = merchant.get_by_role("region", name="Price history").locator("tbody tr").all()
    told = [
        [" ".join(text.split()) for text in row.locator("td").all_inner_texts()] for row in rows
    ]
    return [[why, price] for why, price, *_ in reversed(told)]
