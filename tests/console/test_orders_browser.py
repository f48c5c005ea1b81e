"""The queue in a browser: the keyboard, a phone, axe, and a page that keeps itself fresh."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, Route, expect

from synqro import orders, stores
from tests import makers
from tests.console.test_browser import LOOKS, SIZES, look
from tests.console.test_orders import fresh, paid, placed
from tests.orders import shop

POLL = """new Promise((done) => {
    document.addEventListener("htmx:finally:request", () => done(), { once: true });
    document.querySelector("[data-live]").dispatchEvent(new CustomEvent("poll"));
})"""
ASK = "document.querySelector('[data-live]').dispatchEvent(new CustomEvent('poll'))"
# A page that is not seen asks for nothing by itself.
ALONE = "Object.defineProperty(document, 'hidden', {value: true, configurable: true})"
COMES_BACK = """(() => {
    addEventListener("poll", () => { window.polled = true; }, { capture: true, once: true });
    document.dispatchEvent(new Event("visibilitychange"));
})"""


@pytest.fixture(autouse=True)
def payments(store: stores.Store) -> None:
    shop.set_up_payments(store)


def held(page: Page) -> Callable[[int], Route]:
    """Hold back what a list asks for by itself; gives back how to wait for one of these."""
    asked: list[Route] = []
    page.route("**live=1*", lambda route: asked.append(route))

    def nth(number: int) -> Route:
        makers.wait_for(lambda: page.evaluate("1") and len(asked) >= number)
        return asked[number - 1]

    return nth


@pytest.mark.parametrize(("size", "scheme"), LOOKS)
def test_everybody_can_use_the_pages_of_orders(
    signed_in: Page,
    live: str,
    store: stores.Store,
    axe: Callable[[Page], list[str]],
    size: str,
    scheme: str,
) -> None:
    late = paid(store, ago=20, product={"lead_time_days": 1, "sku": "S"}, note="Wrap it")
    begun, unpaid = paid(store), placed(store)
    orders.start(store.id, begun.id)
    orders.mark_paid(begun.id, reference="pi_again", amount=1, currency="EUR")
    orders.add_note(store.id, late.id, "Matt finish")
    look(signed_in, size, scheme)
    pages = [f"?status={status}" for status in ("paid", "to_ship", "shipped", "all")]
    for path in (*pages, *(f"/{order.id}" for order in (late, begun, unpaid))):
        signed_in.goto(f"{live}/console/orders{path}")
        for details in signed_in.locator("details.ship").all():
            details.locator("summary").click()
        assert axe(signed_in) == [], path
        width = signed_in.evaluate("document.documentElement.scrollWidth")
        assert width <= SIZES[size]["width"], path


def test_an_order_is_worked_off_with_the_keyboard(
    signed_in: Page, live: str, store: stores.Store
) -> None:
    order = paid(store)
    page = signed_in
    held(page)  # the list, which an order leaves as soon as it is started
    page.goto(f"{live}/console/orders")
    page.keyboard.press("j")
    expect(page.get_by_role("link", name=str(order.number))).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").get_by_text("started")).to_be_visible()
    expect(page.locator(f"#next-{order.id}")).to_be_focused()
    page.keyboard.press("Enter")
    page.get_by_label("Carrier").fill("DHL")
    page.get_by_label("Tracking number").press("Enter")
    expect(page.get_by_text("Enter both, or leave both empty.")).to_be_visible()
    expect(page.get_by_label("Carrier")).to_have_value("DHL")
    page.get_by_label("Tracking number").fill("8R 4471 FR")
    page.get_by_label("Tracking number").press("Enter")
    expect(page.get_by_role("row").filter(has_text="DHL 8R 4471 FR")).to_be_visible()
    assert fresh(order).status == "shipped"


def test_a_new_order_appears_by_itself_and_disturbs_nobody(
    signed_in: Page, live: str, store: stores.Store
) -> None:
    first = paid(store)
    orders.start(store.id, first.id)
    page = signed_in
    page.goto(f"{live}/console/orders?status=in_progress")
    page.evaluate(POLL)
    page.get_by_role("link", name=str(first.number)).focus()
    second = paid(store)
    orders.start(store.id, second.id)
    page.evaluate(POLL)
    expect(page.locator("a.name.num")).to_have_text([str(first.number), str(second.number)])
    expect(page.get_by_role("link", name=str(first.number))).to_be_focused()
    orders.ship(store.id, first.id)
    page.evaluate(POLL)
    expect(page.locator("a.name.num")).to_have_text([str(second.number)])
    expect(page.get_by_role("link", name=str(second.number))).to_be_focused()


def test_an_answer_from_before_something_was_done_does_not_take_it_back(
    signed_in: Page, live: str, store: stores.Store
) -> None:
    order, page = paid(store), signed_in
    page.goto(f"{live}/console/orders")
    asked = held(page)
    page.evaluate(ASK)
    before = asked(1).fetch()
    page.get_by_role("button", name="Start").click()
    expect(page.get_by_role("status").get_by_text("started")).to_be_visible()
    asked(1).fulfill(response=before)
    again = asked(2)
    expect(page.locator(f"summary#next-{order.id}")).to_be_visible()
    again.continue_()
    expect(page.locator(f"#next-{order.id}")).to_have_count(0)


def test_an_answer_that_finds_somebody_at_work_in_a_row_is_left_for_the_next_time(
    signed_in: Page, live: str, store: stores.Store
) -> None:
    order, page = paid(store), signed_in
    orders.start(store.id, order.id)
    page.goto(f"{live}/console/orders?status=in_progress")
    asked = held(page)
    page.evaluate(ASK)
    orders.start(store.id, paid(store).id)
    page.locator(f"#next-{order.id}").click()
    page.get_by_label("Carrier").fill("DHL")
    with page.expect_event("requestfinished"):
        asked(1).continue_()
    page.evaluate("new Promise(requestAnimationFrame)")
    expect(page.get_by_label("Carrier")).to_have_value("DHL")
    expect(page.locator("a.name.num")).to_have_count(1)
    page.locator(f"#next-{order.id}").click()
    page.evaluate(ASK)
    asked(2).continue_()
    expect(page.locator("a.name.num")).to_have_count(2)


def test_an_unchanged_queue_is_asked_for_and_not_sent(
    signed_in: Page, live: str, store: stores.Store
) -> None:
    paid(store)
    page = signed_in
    page.add_init_script(ALONE)
    page.goto(f"{live}/console/orders")
    for status in (200, 304, 304):
        with page.expect_response("**live=1*") as answer:
            page.evaluate(POLL)
        assert answer.value.status == status


def test_why_a_row_was_refused_is_not_taken_from_under_ones_eyes(
    signed_in: Page, live: str, store: stores.Store
) -> None:
    order, page = paid(store), signed_in
    page.clock.set_fixed_time(datetime.now(UTC))
    page.add_init_script(ALONE)
    page.goto(f"{live}/console/orders")
    orders.start(store.id, order.id)
    page.get_by_role("button", name="Start").click()
    said = page.get_by_role("alert").get_by_text("Only an order that is paid")
    expect(said).to_be_visible()
    paid(store)
    page.evaluate("delete document.hidden")
    page.evaluate(f"{COMES_BACK}()")
    assert not page.evaluate("window.polled")
    expect(said).to_be_visible()
    page.clock.set_fixed_time(datetime.now(UTC) + timedelta(seconds=30))
    page.evaluate(f"{COMES_BACK}()")
    expect(said).not_to_be_attached()
    expect(page.locator("a.name.num")).to_have_count(1)


def test_a_hidden_page_asks_for_nothing(signed_in: Page, live: str, store: stores.Store) -> None:
    page = signed_in
    page.clock.install()
    page.add_init_script(ALONE)
    page.goto(f"{live}/console/orders")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.clock.run_for(20_000)
    assert asked == []
    with page.expect_response("**live=1*"):
        page.evaluate("delete document.hidden")
        page.clock.run_for(5_000)


def test_the_slower_of_two_sees_it_in_place(
    signed_in: Page, live: str, store: stores.Store
) -> None:
    order = paid(store)
    page = signed_in
    page.add_init_script(ALONE)
    page.goto(f"{live}/console/orders")
    orders.ship(store.id, order.id)
    page.get_by_role("button", name="Start").click()
    row = page.get_by_role("row").filter(has_text="Shipped")
    expect(row.get_by_role("alert")).to_contain_text("Only an order that is paid and to do")


def test_the_address_is_copied_whole(signed_in: Page, live: str, store: stores.Store) -> None:
    order = paid(store)
    page = signed_in
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=live)
    page.goto(f"{live}/console/orders/{order.id}")
    page.get_by_role("button", name="Copy").first.click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.splitlines()[:2] == ["Iris Lang", "12 Quay"]


def test_two_quick_presses_start_an_order_once(
    signed_in: Page, live: str, store: stores.Store
) -> None:
    order = paid(store)
    page = signed_in
    page.goto(f"{live}/console/orders")
    page.get_by_role("button", name="Start").dblclick()
    expect(page.get_by_role("status").get_by_text("started")).to_be_visible()
    assert page.get_by_role("alert").filter(has_text="Only an order").count() == 0
    assert [row.kind for row in orders.timeline(fresh(order))] == ["placed", "paid", "started"]
