"""Products in a browser: the keyboard, a phone, axe, and what script makes smoother."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from synqro import catalogue, stores
from tests import makers
from tests.catalogue.test_images import picture
from tests.console.test_browser import LOOKS, SIZES, look
from tests.console.test_products import only

SIZED = [{"name": "Size", "values": ["Small", "Large"]}]


@pytest.mark.parametrize(("size", "scheme"), LOOKS)
def test_everybody_can_use_the_pages_of_products(
    signed_in: Page,
    live: str,
    store: stores.Store,
    axe: Callable[[Page], list[str]],
    size: str,
    scheme: str,
) -> None:
    plain, sized = makers.product(store), makers.product(store, options=SIZED, sku=None)
    catalogue.add_image(store.id, plain.id, picture(), alt="A vase")
    look(signed_in, size, scheme)
    for path in ("", "?show=low", "?show=archived", "/new", f"/{plain.id}", f"/{sized.id}"):
        signed_in.goto(f"{live}/console/products{path}")
        assert axe(signed_in) == [], path
        width = signed_in.evaluate("document.documentElement.scrollWidth")
        assert width <= SIZES[size]["width"], path


def test_a_product_with_options_is_made_with_the_keyboard(
    signed_in: Page, live: str, store: stores.Store, axe: Callable[[Page], list[str]]
) -> None:
    page = signed_in
    page.goto(f"{live}/console/products")
    page.get_by_role("link", name="New product").first.press("Enter")
    page.wait_for_url("**/products/new")
    page.get_by_label("Title").fill("Facet planter")
    page.get_by_label("Price").fill("16")
    page.get_by_label("In stock").fill("4")
    page.get_by_role("button", name="Add option").press("Enter")
    name = page.get_by_role("group", name="Option 1").get_by_label("Name")
    expect(name).to_be_focused()
    name.fill("Size")
    page.get_by_role("group", name="Option 1").get_by_label("Values").fill("Small\nLarge")
    page.get_by_role("button", name="Make the variants").press("Enter")
    expect(page.get_by_role("heading", name="Variants")).to_be_focused()
    page.get_by_label("Price of Large").fill("24")
    page.get_by_label("In stock of Small").fill("2")
    assert axe(page) == []
    page.get_by_label("In stock of Small").press("Control+Enter")
    expect(page.get_by_role("status").get_by_text("Product created")).to_be_visible()
    assert [(v.price, v.stock) for v in only(store).variants] == [(1600, 2), (2400, None)]


def test_what_is_wrong_is_focused_and_leads_to_its_field(
    signed_in: Page, live: str, axe: Callable[[Page], list[str]]
) -> None:
    page = signed_in
    page.goto(f"{live}/console/products/new")
    page.get_by_label("Title").fill("Ripple vase")
    page.get_by_role("button", name="Create product").click()
    summary = page.get_by_role("alert").filter(has_text="Two fields need a look.")
    expect(summary).to_be_focused()
    expect(page.get_by_label("Title")).to_have_value("Ripple vase")
    summary.get_by_role("link", name="Enter a price.").press("Enter")
    expect(page.get_by_label("Price")).to_be_focused()
    assert axe(page) == []


def test_a_count_is_saved_on_leaving_the_field(
    signed_in: Page, live: str, store: stores.Store, axe: Callable[[Page], list[str]]
) -> None:
    product = makers.product(store)
    page = signed_in
    page.goto(f"{live}/console/products")
    field = page.get_by_label("Stock of Ripple vase")
    field.fill("34")
    field.press("Tab")
    toast = page.get_by_role("status").filter(has_text="Ripple vase: 34 in stock")
    expect(toast).to_be_visible()
    assert axe(page) == []
    toast.get_by_role("button", name="Undo").click()
    expect(field).to_have_value("3")
    assert only(store).variants[0].stock == 3
    catalogue.set_stock(store.id, product.variants[0].id, 2)
    field.fill("9")
    field.press("Tab")
    expect(page.get_by_role("alert").filter(has_text="There are 2 now.")).to_be_visible()
    assert axe(page) == []


def test_focus_stays_on_the_arrow_that_moves_a_product(
    signed_in: Page, live: str, store: stores.Store
) -> None:
    for title in "abc":
        makers.product(store, title=title)
    page = signed_in
    page.goto(f"{live}/console/products")
    arrow = page.get_by_role("button", name="Move a down")
    arrow.press("Enter")
    expect(page.locator("a.name")).to_have_text(["b", "a", "c"])
    expect(arrow).to_be_focused()


def test_moves_made_in_a_row_are_all_seen(signed_in: Page, live: str, store: stores.Store) -> None:
    for title in "abc":
        makers.product(store, title=title)
    page, sent = signed_in, list[Route]()
    page.goto(f"{live}/console/products")
    page.route("**/move", lambda route: sent.append(route))
    for _ in range(2):
        page.get_by_role("button", name="Move a down").press("Enter")
    for number in (1, 2):
        makers.wait_for(lambda number=number: page.evaluate("1") and len(sent) == number)
        sent[-1].continue_()
    expect(page.locator("a.name")).to_have_text(["b", "c", "a"])


def test_the_list_follows_what_was_typed_last(
    signed_in: Page, live: str, store: stores.Store
) -> None:
    makers.product(store, title="Dusk lamp")
    makers.product(store, title="Ripple vase")
    page, sent = signed_in, list[Route]()
    page.goto(f"{live}/console/products")
    page.route("**q=l", lambda route: sent.append(route))
    page.get_by_label("Search products").fill("l")
    makers.wait_for(lambda: page.evaluate("1") and sent)
    with page.expect_request("**q=lamp"):
        page.get_by_label("Search products").fill("lamp")
    expect(page.locator("a.name")).to_have_text(["Dusk lamp"])


def test_the_list_follows_the_search(signed_in: Page, live: str, store: stores.Store) -> None:
    makers.product(store, title="Dusk lamp")
    makers.product(store, title="Ripple vase")
    page = signed_in
    page.goto(f"{live}/console/products")
    page.keyboard.press("/")
    expect(page.get_by_label("Search products")).to_be_focused()
    page.keyboard.type("lamp")
    expect(page.locator("a.name")).to_have_text(["Dusk lamp"])
    expect(page.get_by_label("Search products")).to_be_focused()
    page.reload()
    expect(page.locator("a.name")).to_have_text(["Dusk lamp"])


def test_pictures_are_uploaded_as_they_are_chosen(
    signed_in: Page,
    live: str,
    store: stores.Store,
    tmp_path: Path,
    axe: Callable[[Page], list[str]],
) -> None:
    product = makers.product(store)
    files = [tmp_path / name for name in ("one.jpg", "two.jpg", "bad.jpg")]
    for file in files:
        file.write_bytes(picture(300, 200) if file.stem != "bad" else b"\xff\xd8\xff")
    page = signed_in
    page.goto(f"{live}/console/products/{product.id}")
    page.get_by_label("Add pictures").set_input_files(files)
    expect(page.get_by_role("alert").filter(has_text="bad.jpg")).to_be_visible()
    expect(page.get_by_text("2 of 12")).to_be_visible()
    page.get_by_label("What it shows").first.fill("A vase from above")
    page.get_by_label("What it shows").first.press("Enter")
    expect(page.get_by_role("img", name="A vase from above")).to_be_visible()
    assert axe(page) == []
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Remove picture 2").click()
    expect(page.get_by_text("1 of 12")).to_be_visible()
    assert len(only(store).images) == 1
