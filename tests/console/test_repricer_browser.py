"""The repricer in a browser: a sentence that grows, a preview, prices applied and taken back."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from synqro import repricer, stores
from synqro.core.db import db
from tests import makers
from tests.console.test_browser import LOOKS, SIZES, look
from tests.repricer.shop import fixed


@pytest.mark.parametrize(("size", "scheme"), LOOKS)
def test_a_rule_is_written_tried_applied_and_undone(
    signed_in: Page,
    live: str,
    store: stores.Store,
    axe: Callable[[Page], list[str]],
    size: str,
    scheme: str,
) -> None:
    def fits() -> None:
        page.wait_for_load_state()
        assert axe(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= SIZES[size]["width"]

    for left in (1, 2, 50):
        makers.product(store, title=f"Ripple vase {left}", stock=left, cost=500)
    page = signed_in
    look(page, size, scheme)
    page.goto(f"{live}/console/repricer")
    fits()
    page.get_by_role("link", name="New rule").click()
    page.wait_for_url("**/rules/new")
    expect(page.get_by_label("Highest price", exact=True)).to_be_hidden()
    fits()
    page.get_by_role("radio", name="how many are left").check()
    tried = page.locator("#tried")
    expect(tried).to_contain_text("Say the highest price")
    page.get_by_label("Highest price", exact=True).fill("40")
    expect(tried).to_contain_text("Would change 2 prices, 1 stays")
    page.get_by_role("button", name="And when fewer than …").click()
    expect(page.get_by_label("Fewer than how many are left").nth(1)).to_be_focused()
    page.keyboard.type("99")
    page.get_by_label("By how much").nth(1).fill("5")
    expect(tried).to_contain_text("Would change 3 prices")
    page.locator("summary", has_text="More").click()
    most = page.get_by_label("Most at a time", exact=True)
    page.get_by_role("radio", name="a price of its own").check()
    expect(most).to_have_value("100")
    page.get_by_role("radio", name="how many are left").check()
    expect(most).to_have_value("15")
    page.get_by_text("Some of them").click()
    page.get_by_label("Find a listing").fill("vase 50")
    expect(page.locator("#found").get_by_role("checkbox")).to_have_count(1)
    page.get_by_role("checkbox", name="Ripple vase 50").check()
    expect(tried).to_contain_text("1 picked listing")
    fits()
    page.get_by_text("All products").click()
    page.get_by_label("Lowest price", exact=True).fill("x")
    page.get_by_role("button", name="Save rule").click()
    expect(page.get_by_role("alert").filter(has_text="A field needs a look")).to_be_focused()
    fits()
    page.get_by_label("Lowest price", exact=True).fill("5")
    page.get_by_role("button", name="Save rule").click()
    page.get_by_role("button", name="Run now").click()
    page.get_by_role("checkbox", name="Include Ripple vase 1,").uncheck()
    apply = page.get_by_role("button", name="Apply 2 changes")
    expect(apply).to_be_visible()
    fits()
    apply.click()
    expect(page.locator("#toasts")).to_contain_text("2 prices changed")
    fits()
    page.get_by_role("link", name="2 prices changed").click()
    expect(page.get_by_role("button", name="Undo all 2")).to_be_visible()
    fits()
    page.get_by_role("button", name="Undo all 2").click()
    expect(page.get_by_text("2 prices changed, then undone")).to_be_visible()


def test_rules_move_and_switch_at_once_and_go_back_where_that_fails(
    signed_in: Page, live: str, store: stores.Store
) -> None:
    def order() -> list[str]:
        return page.locator("[data-rule] .name").all_inner_texts()

    for name in "ABC":
        fixed(store, 20, name=name)
    page = signed_in
    page.goto(f"{live}/console/repricer")
    with page.expect_response("**/rules/order"):
        page.get_by_role("button", name="Move A down").press("Enter")
        assert order() == ["B", "A", "C"]
        expect(page.get_by_role("button", name="Move A down")).to_be_focused()
    grip, last = page.locator("[data-grip]").first, page.locator("[data-rule]").last
    with page.expect_response("**/rules/order"):
        grip.hover()
        page.mouse.down()
        box = last.bounding_box()
        assert box
        page.mouse.move(box["x"] + 40, box["y"] + box["height"] - 4)
        page.mouse.up()
    assert order() == ["A", "C", "B"]
    db.session.expire_all()
    assert [one.name for one in repricer.rules(store.id)] == ["A", "C", "B"]

    def fail(route: Route) -> None:
        route.fulfill(status=500, body="")

    page.route("**/repricer/rules/**", fail)
    page.get_by_role("switch", name="C").click()
    expect(page.get_by_role("switch", name="C")).to_be_checked()
    expect(page.locator("#notice")).to_contain_text("That didn’t reach us")
    page.get_by_role("button", name="Move C up").click()
    expect(page.locator("[data-rule] .name").first).to_have_text("A")
    assert order() == ["A", "C", "B"]


def test_moves_made_in_a_row_reach_the_shop_in_that_order_and_one_that_fails_takes_back_itself_only(
    signed_in: Page, live: str, store: stores.Store
) -> None:
    for name in "ABCD":
        fixed(store, 20, name=name)
    page, sent, names = signed_in, list[Route](), signed_in.locator("[data-rule] .name")

    def on_its_way(number: int) -> Route:
        makers.wait_for(lambda: page.evaluate("1") and len(sent) == number)
        return sent[-1]

    page.goto(f"{live}/console/repricer")
    page.route("**/rules/order", lambda route: sent.append(route))
    for move in ("Move A down", "Move D up", "Move A down"):
        page.get_by_role("button", name=move).press("Enter")
    expect(names).to_have_text(["B", "D", "A", "C"])
    on_its_way(1).continue_()
    on_its_way(2).fulfill(status=500, body="")
    third = on_its_way(3)
    expect(names).to_have_text(["B", "C", "A", "D"])
    with page.expect_response("**/rules/order"):
        third.continue_()
    expect(names).to_have_text(["B", "C", "A", "D"])
    db.session.expire_all()
    assert [one.name for one in repricer.rules(store.id)] == ["B", "C", "A", "D"]
