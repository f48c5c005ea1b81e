"""From the pasted iframe to the fulfilment queue, as two shop owners and their customers see it."""

import re
from pathlib import Path

from playwright.sync_api import Browser, Page

from synqro import ROOT
from tests.boot.conftest import Machine
from tests.journeys.conftest import PHONE, Keyboard, arrive, pay, see, see_at, widget

DEMO_LOGIN = ("maker@northlight.example", "one layer at a time")


def test_a_customer_buys_in_the_demo_with_the_keyboard_alone(
    demo: Machine, browser: Browser
) -> None:
    page = browser.new_page(viewport=PHONE)
    page.goto(f"http://localhost:{demo.port}/demo")
    shop = widget(page)
    shop.wait_for_selector("a.card")
    keys = Keyboard(page)
    keys.press("Dusk lamp")
    arrive(page, "€44.00")
    keys.press("Add to basket")
    arrive(page, "Basket")
    keys.press("Check out")
    arrive(page, "Your details")
    keys.type("Full name", "Sam Field")
    keys.type("Email", "sam@example.com")
    keys.type("Street", "1 Rue Haute")
    keys.type("Postcode", "44000")
    keys.type("Town", "Nantes")
    keys.press("Pay")
    page.wait_for_url("**/sandbox/checkout/**")
    keys.press("Pay")
    page.wait_for_url(re.compile(r"/demo|/orders/"))
    see(widget(page) if "/demo" in page.url else page, "Dusk lamp")

    merchant = browser.new_page(viewport={"width": 1440, "height": 900})
    sign_in(merchant, demo, *DEMO_LOGIN)
    see_at(merchant, f"{at(demo)}/console/orders", "Sam Field")
    see(merchant, "Dusk lamp")
    see_at(merchant, f"{at(demo)}/demo/mail", "sam@example.com")
    see_at(merchant, f"{at(demo)}/demo/mail", DEMO_LOGIN[0])


def test_a_second_shop_opens_and_sells_from_a_page_on_disk(
    demo: Machine, browser: Browser, tmp_path: Path
) -> None:
    merchant = browser.new_page(viewport={"width": 1440, "height": 900})
    sign_up(merchant, demo)
    connect_stripe(merchant, demo)
    add_product(merchant, demo)
    merchant.goto(f"{at(demo)}/console/storefront")
    snippet = merchant.locator("textarea, input").evaluate_all(
        "all => all.map(a => a.value).find(v => v.includes('<iframe'))"
    )
    page_on_disk = tmp_path / "my page.html"
    page_on_disk.write_text(f"<!doctype html><title>My page</title><h1>Mine</h1>{snippet}")

    customer = browser.new_page(viewport=PHONE)
    customer.goto(page_on_disk.as_uri())
    shop = widget(customer)
    shop.get_by_role("link", name="Clay mug").click()
    shop.get_by_role("button", name="Add to basket").click()
    shop.get_by_text("Check out").click()
    shop.get_by_label("Full name").fill("Ada Byron")
    shop.get_by_label("Email").fill("ada@example.com")
    shop.get_by_role("button", name=re.compile("Pay")).click()
    pay(customer)
    customer.wait_for_url("**/orders/**")
    see(customer, "Clay mug")

    see_at(merchant, f"{at(demo)}/console/orders", "Ada Byron")
    merchant.get_by_role("link", name="1001").first.click()
    see(merchant, "ada@example.com")


def at(demo: Machine) -> str:
    return f"http://127.0.0.1:{demo.port}"


def sign_in(page: Page, demo: Machine, email: str, password: str) -> None:
    page.goto(f"{at(demo)}/login")
    page.fill("[name=email]", email)
    page.fill("[name=password]", password)
    page.keyboard.press("Enter")
    page.wait_for_url("**/console/**")


def sign_up(page: Page, demo: Machine) -> None:
    page.goto(f"{at(demo)}/signup")
    page.get_by_label("Shop name").fill("Second Shop")
    page.get_by_label("Your name").fill("Kim")
    page.get_by_label("Email").fill("kim@second.example")
    page.get_by_label("Password").fill("a mug is a cup with a handle")
    page.get_by_label("Currency").select_option("GBP")
    page.get_by_role("button", name="Open my shop").click()
    page.wait_for_url("**/console/**")


def connect_stripe(page: Page, demo: Machine) -> None:
    page.goto(f"{at(demo)}/console/integrations")
    page.get_by_role("button", name="Create a Stripe account").click()
    page.wait_for_url("**/sandbox/**")
    page.locator("button[name=action][value=complete]").click()
    page.wait_for_url("**/console/integrations**")
    see(page, "Connected")


def add_product(page: Page, demo: Machine) -> None:
    page.goto(f"{at(demo)}/console/products/new")
    page.get_by_label("Title").fill("Clay mug")
    page.locator("input[type=file]").set_input_files(ROOT / "static" / "demo" / "ripple-vase.webp")
    page.locator("[name=price]").first.fill("12.50")
    page.get_by_label("In stock").fill("4")
    page.get_by_role("button", name="Create product").first.click()
    page.wait_for_url(re.compile(r"/console/products(?!/new)"))
