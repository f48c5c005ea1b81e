"""The developers' pages in a browser: a receiver of one's own, the keyboard, a phone, axe."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from standardwebhooks import Webhook

from synqro import events, stores
from synqro.config import Settings
from synqro.core.clock import now
from synqro.core.db import db
from tests import makers
from tests.console.sent import answer, changed, delivery, endpoint
from tests.console.test_browser import LOOKS, SIZES, go, look
from tests.console.test_orders_browser import POLL
from tests.events.receiver import Receiver, status


@pytest.fixture
def settings(settings: Settings) -> Settings:
    settings.webhook_allow_private = True
    return settings


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver(status(202)) as receiver:
        yield receiver


def send_what_is_due(app: Flask) -> None:
    with events.Pump(app.app_context) as pump:
        pump.drain()
    db.session.rollback()


@pytest.mark.parametrize("size", SIZES)
def test_an_endpoint_is_added_tried_paused_and_deleted(
    app: Flask, signed_in: Page, live: str, store: stores.Store, receiver: Receiver, size: str
) -> None:
    page = signed_in
    look(page, size, "light")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=live)
    page.goto(f"{live}/console/developers/endpoints")
    page.get_by_role("link", name="Add endpoint").click()
    page.wait_for_url("**/endpoints/new")
    page.get_by_label("Address").fill("ftp://nowhere")
    page.get_by_role("button", name="Add endpoint").click()
    expect(page.get_by_role("alert").filter(has_text="A field needs a look.")).to_be_focused()
    expect(page.get_by_label("Address")).to_have_value("ftp://nowhere")
    page.get_by_label("Address").fill(receiver.url)
    page.get_by_role("button", name="Add endpoint").click()

    expect(page.get_by_role("heading", name="Endpoint added")).to_be_focused()
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    secret = page.evaluate("navigator.clipboard.readText()")
    assert secret == page.get_by_label("Signing secret").input_value()
    db.session.rollback()
    [made] = events.endpoints(store.id)
    expect(page).to_have_url(f"{live}/console/developers/endpoints/{made.id}")
    page.reload()
    expect(page.get_by_role("heading", name="Latest deliveries")).to_be_visible()
    assert secret not in page.content()

    page.get_by_role("button", name="Send test event").click()
    expect(page.get_by_role("status").get_by_text("Test event sent")).to_be_visible()
    row = page.get_by_role("row").filter(has_text="webhook.test")
    expect(row).to_contain_text("Waiting")
    send_what_is_due(app)
    page.evaluate(POLL.replace("[data-live]", "#latest"))
    expect(row).to_contain_text("202")
    [came] = receiver.came
    Webhook(secret).verify(came.body, came.headers)

    row.get_by_role("link").click()
    expect(page.locator("#delivery").get_by_text("Delivered")).to_be_visible()
    expect(page.get_by_role("group", name="Body of answer 1")).to_have_text("ok")
    with page.expect_download() as saved:
        page.get_by_role("link", name="Exact bytes").click()
    assert saved.value.path().read_bytes() == came.body

    page.goto(f"{live}/console/developers/endpoints/{made.id}")
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_role("status").get_by_text("Endpoint paused")).to_be_visible()
    page.get_by_role("button", name="Resume").click()
    expect(page.get_by_role("status").get_by_text("Endpoint turned on")).to_be_visible()
    page.wait_for_load_state()
    page.get_by_role("button", name="Delete", exact=True).click()
    expect(page.get_by_role("button", name="Keep it")).to_be_focused()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Delete", exact=True).click()
    page.get_by_role("button", name="Delete endpoint").click()
    expect(page.get_by_text("No endpoints yet")).to_be_visible()
    db.session.rollback()
    assert events.endpoints(store.id) == []


def test_a_delivery_opens_beside_the_list_by_keyboard(
    signed_in: Page, live: str, store: stores.Store
) -> None:
    hook = endpoint(store)
    delivery(hook, 500, type="order.updated")
    delivery(hook, 200, type="order.cancelled")
    page = signed_in
    look(page, "wide", "light")
    go(page, "d")
    expect(page).to_have_url(f"{live}/console/developers/secret_keys")
    page.get_by_role("link", name="Deliveries").click()
    page.wait_for_url("**/console/developers/deliveries")
    page.keyboard.press("j")
    expect(page.get_by_role("link", name="order.cancelled")).to_be_focused()
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="order.updated")).to_be_focused()
    expect(page.get_by_text("It answered 500.")).to_be_visible()
    expect(page.get_by_role("row").filter(has_text="order.cancelled")).to_be_visible()
    page.get_by_label("Failed only").check()
    expect(page.get_by_role("link", name="order.cancelled")).to_have_count(0)
    expect(page).to_have_url(f"{live}/console/developers/deliveries?failed=1")
    page.go_back()
    page.go_back()
    expect(page.get_by_role("link", name="order.cancelled")).to_be_visible()


def test_an_open_delivery_follows_its_next_try(
    signed_in: Page, live: str, store: stores.Store
) -> None:
    hook = endpoint(store)
    sent = delivery(hook)
    page = signed_in
    page.goto(f"{live}/console/developers/deliveries/{sent.id}")
    expect(page.get_by_text("It is on its way.")).to_be_visible()
    answer(sent, 503)
    page.evaluate(POLL.replace("[data-live]", "#delivery"))
    expect(page.get_by_text("It answered 503.")).to_be_visible()
    expect(page.get_by_text("Next try at")).to_be_visible()


def test_a_secret_is_rotated_copied_and_seen_no_more(
    signed_in: Page, live: str, store: stores.Store, axe: Callable[[Page], list[str]]
) -> None:
    hook = endpoint(store)
    page = signed_in
    look(page, "wide", "light")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=live)
    page.goto(f"{live}/console/developers/endpoints/{hook.id}")
    page.get_by_role("button", name="Rotate secret").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("button", name="Keep it")).to_be_focused()
    assert axe(page) == []
    dialog.get_by_label("The old one still signs for").select_option("7 days")
    dialog.get_by_role("button", name="Rotate secret").click()
    expect(page.get_by_role("heading", name="New signing secret")).to_be_focused()
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    secret = page.evaluate("navigator.clipboard.readText()")
    assert secret == page.get_by_role("textbox", name="Signing secret").input_value()
    expect(page).to_have_url(f"{live}/console/developers/endpoints/{hook.id}")
    page.reload()
    expect(page.get_by_text("Two secrets sign until")).to_be_visible()
    assert secret not in page.content()
    page.get_by_role("button", name="End the old one now").click()
    expect(page.get_by_role("button", name="Keep both")).to_be_focused()
    page.get_by_role("button", name="End the old secret").click()
    expect(page.get_by_role("status").get_by_text("Old secret ended")).to_be_visible()
    expect(page.get_by_text("Two secrets sign until")).to_have_count(0)


def test_a_delivery_is_sent_again_and_followed(
    app: Flask, signed_in: Page, live: str, store: stores.Store, receiver: Receiver
) -> None:
    first = delivery(endpoint(store, receiver.url), 200)
    page = signed_in
    page.goto(f"{live}/console/developers/deliveries/{first.id}")
    page.get_by_role("button", name="Replay").click()
    expect(page.get_by_role("status").get_by_text("Event sent again")).to_be_visible()
    expect(page.get_by_role("heading", name="order.created")).to_be_focused()
    expect(page.get_by_text("It is on its way.")).to_be_visible()
    send_what_is_due(app)
    [came] = receiver.came
    assert came.headers["webhook-id"] == first.event_id
    page.evaluate(POLL.replace("[data-live]", "#delivery"))
    expect(page.get_by_role("group", name="Body of answer 1")).to_have_text("ok")
    page.get_by_role("link", name="an earlier delivery").click()
    expect(page).to_have_url(f"{live}/console/developers/deliveries/{first.id}")


def test_a_time_is_replayed_from_the_list(
    signed_in: Page, live: str, store: stores.Store, axe: Callable[[Page], list[str]]
) -> None:
    delivery(endpoint(store), 200)
    page = signed_in
    look(page, "phone", "dark")
    page.goto(f"{live}/console/developers/deliveries")
    page.get_by_role("link", name="Replay all since…").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("button", name="Not now")).to_be_focused()
    assert axe(page) == []
    dialog.get_by_label("From").fill("2199-01-01T00:00")
    dialog.get_by_role("button", name="Replay events").click()
    expect(dialog.get_by_role("alert")).to_be_focused()
    expect(dialog.get_by_label("From")).to_have_attribute("aria-invalid", "true")
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="Replay all since…")).to_be_focused()
    page.keyboard.press("Enter")
    dialog.get_by_role("button", name="Replay events").click()
    expect(page.get_by_role("status").get_by_text("1 event queued")).to_be_visible()


def test_filters_stand_in_the_address_and_polls_leave_the_focus(
    signed_in: Page, live: str, store: stores.Store
) -> None:
    hook = endpoint(store)
    delivery(hook, 200, type="order.created")
    delivery(hook, type="order.updated")
    page = signed_in
    look(page, "wide", "light")
    page.goto(f"{live}/console/developers/deliveries")
    page.get_by_label("State").focus()
    page.get_by_label("State").select_option("Delivered")
    expect(page.get_by_role("link", name="order.updated")).to_have_count(0)
    expect(page).to_have_url(f"{live}/console/developers/deliveries?state=delivered")
    expect(page.get_by_label("State")).to_be_focused()
    delivery(hook, 200, type="order.shipped")
    page.evaluate(POLL)
    expect(page.get_by_role("link", name="order.shipped")).to_be_visible()
    expect(page.get_by_label("State")).to_be_focused()
    page.get_by_role("link", name="order.created").focus()
    delivery(hook, 200, type="order.cancelled")
    page.evaluate(POLL)
    expect(page.get_by_role("link", name="order.cancelled")).to_be_visible()
    expect(page.get_by_role("link", name="order.created")).to_be_focused()
    page.get_by_text("Time", exact=True).click()
    page.get_by_label("From").fill("2026-01-01T10:00")
    expect(page).to_have_url(
        f"{live}/console/developers/deliveries?state=delivered&since=2026-01-01T10:00"
    )
    page.get_by_role("link", name="Show all").click()
    expect(page.get_by_role("link", name="order.updated")).to_be_visible()


def test_a_phone_shows_the_list_or_the_delivery(
    signed_in: Page, live: str, store: stores.Store
) -> None:
    delivery(endpoint(store), 500, type="order.created")
    page = signed_in
    look(page, "phone", "light")
    page.goto(f"{live}/console/settings")
    page.get_by_role("link", name="Developers").click()
    page.get_by_role("link", name="Deliveries").click()
    page.get_by_role("link", name="order.created").click()
    expect(page.get_by_role("heading", name="order.created")).to_be_visible()
    expect(page.get_by_role("table")).to_be_hidden()
    page.get_by_role("link", name="All deliveries").click()
    expect(page.get_by_role("table")).to_be_visible()


@pytest.mark.parametrize(("size", "scheme"), LOOKS)
def test_everybody_can_use_the_developers_pages(
    signed_in: Page,
    live: str,
    store: stores.Store,
    axe: Callable[[Page], list[str]],
    size: str,
    scheme: str,
) -> None:
    hook, other = endpoint(store), endpoint(store, "https://93.184.215.15/" + "long/" * 30)
    sent, waiting = delivery(hook, "Nothing listens at the address.", 500), delivery(hook)
    changed(other, status="disabled", disabled_reason="gone", disabled_at=now())
    events.rotate_secret(store.id, hook.id)
    page = signed_in
    look(page, size, scheme)
    for path in (
        "endpoints", "endpoints/new", f"endpoints/{hook.id}", f"endpoints/{other.id}",
        "deliveries", "deliveries?failed=1", f"deliveries/{sent.id}", f"deliveries/{waiting.id}",
        "events", f"events/happened/{sent.event_id}", "replays", "deliveries?since=soon",
    ):  # fmt: skip
        page.goto(f"{live}/console/developers/{path}")
        for summary in page.locator("summary:visible").all():
            summary.click()
        if path.startswith("endpoints/"):
            page.get_by_label("Only these").check()
        assert axe(page) == [], path
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= SIZES[size]["width"], path


def test_all_of_it_works_without_script(
    browser: object, live: str, store: stores.Store, receiver: Receiver
) -> None:
    context = browser.new_context(java_script_enabled=False)  # type: ignore[attr-defined]
    page = context.new_page()
    page.goto(f"{live}/login")
    page.get_by_label("Email").fill(makers.EMAIL)
    page.get_by_label("Password").fill(makers.PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/console/")
    page.goto(f"{live}/console/developers/endpoints/new")
    page.get_by_label("Address").fill(receiver.url)
    page.get_by_label("Only these").check()
    page.get_by_label("order.shipped").check()
    page.get_by_role("button", name="Add endpoint").click()
    assert page.get_by_label("Signing secret").input_value().startswith("whsec_")
    page.get_by_role("link", name="I’ve saved it").click()
    expect(page.locator("[hidden]:visible")).to_have_count(0)
    page.get_by_role("button", name="Send test event").click()
    page.get_by_role("link", name="webhook.test").click()
    expect(page.get_by_text("It is on its way.")).to_be_visible()
    page.go_back()
    page.locator("summary").filter(has_text="Rotate secret").click()
    page.locator("#keep").select_option("1 hour")
    page.get_by_role("button", name="Make a new secret").click()
    assert page.get_by_role("textbox", name="Signing secret").input_value().startswith("whsec_")
    page.get_by_role("link", name="I’ve saved it").click()
    page.locator("summary").filter(has_text="End the old one now").click()
    page.get_by_role("button", name="End the old secret").click()
    expect(page.get_by_text("Old secret ended")).to_be_visible()
    page.get_by_role("link", name="Replay all since…").click()
    page.get_by_role("button", name="Replay events").click()
    expect(page.get_by_text("Nothing to send again")).to_be_visible()
    page.go_back()
    page.go_back()
    page.locator("summary").filter(has_text="Delete").click()
    page.locator("details").get_by_role("button", name="Delete endpoint").click()
    expect(page.get_by_text("No endpoints yet")).to_be_visible()
    context.close()
