"""Keys and calls in a browser: made, copied, used, revoked; without script; axe."""

import urllib.request
from collections.abc import Callable
from urllib.error import HTTPError

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from synqro import stores
from synqro.core.clock import now
from synqro.core.db import db, transaction
from tests import makers
from tests.console.test_browser import SIZES, look
from tests.console.test_orders_browser import POLL

SECTION = "/console/developers"


def ask(live: str, secret: str, path: str) -> int:
    headers = {"Authorization": f"Bearer {secret}"}
    asked = urllib.request.Request(f"{live}/v1{path}", headers=headers)  # noqa: S310
    try:
        with urllib.request.urlopen(asked) as answer:  # noqa: S310
            return int(answer.status)
    except HTTPError as refused:
        return refused.code


@pytest.mark.parametrize("size", ["wide", "phone"])
def test_a_key_is_made_copied_used_and_revoked(
    app: Flask, signed_in: Page, live: str, store: stores.Store, size: str
) -> None:
    page = signed_in
    look(page, size, "light")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=live)
    page.goto(f"{live}{SECTION}")
    page.get_by_role("link", name="New key").click()
    page.wait_for_url(f"**{SECTION}/secret_keys/new")
    page.get_by_label("Name").fill("Label printer")
    page.get_by_role("button", name="Create key").click()
    expect(page.get_by_role("alert").filter(has_text="A field needs a look.")).to_be_focused()
    page.get_by_role("group", name="Events").get_by_label("Read").check()
    page.get_by_role("button", name="Create key").click()

    expect(page.get_by_text("Copy it now. You won’t see it again.")).to_be_focused()
    page.locator(".made").get_by_role("button", name="Copy", exact=True).click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    secret = page.evaluate("navigator.clipboard.readText()")
    assert secret == page.get_by_label("New secret key").input_value()
    assert ask(live, secret, "/events") == 200
    expect(page).to_have_url(f"{live}{SECTION}/secret_keys")
    page.reload()
    expect(page.get_by_role("row").filter(has_text="Label printer")).to_contain_text("Read events")
    assert secret not in page.content()

    page.get_by_role("link", name="Revoke Label printer").click()
    expect(page.get_by_role("button", name="Keep it")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="Revoke Label printer")).to_be_focused()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Revoke key").click()
    expect(page.get_by_role("status").get_by_text("Key revoked")).to_be_visible()
    assert ask(live, secret, "/events") == 401

    page.get_by_role("link", name="Requests").click()
    page.wait_for_url(f"**{SECTION}/requests")
    expect(page.get_by_text("No requests yet")).to_be_visible()
    app.extensions["call_log"].flush()
    page.evaluate(POLL)
    expect(page.get_by_role("link", name="GET /v1/events")).to_be_visible()
    page.get_by_role("link", name="GET /v1/events").click()
    expect(page.get_by_role("heading", name="GET /v1/events")).to_be_focused()
    expect(page.get_by_text("Bodies are kept of refused requests only.")).to_be_visible()
    assert page.get_by_role("table").is_visible() == (size == "wide")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_everybody_can_use_the_pages_of_keys_and_calls(
    app: Flask,
    signed_in: Page,
    live: str,
    store: stores.Store,
    axe: Callable[[Page], list[str]],
    size: str,
    scheme: str,
) -> None:
    key, _ = stores.create_key(store.id, name="Long name " * 8, scopes=stores.SCOPES)
    with transaction():
        row = db.session.get_one(stores.SecretKey, key.id)
        row.exposed_at, row.expires_at = now(), now().replace(year=2098)
    calls: stores.CallLog = app.extensions["call_log"]
    page = signed_in
    look(page, size, scheme)
    paths = ["secret_keys", "secret_keys/new", f"secret_keys/{key.id}/revoke", "requests"]
    check(page, f"{live}{SECTION}", paths, axe, size)
    refused = {"code": "invalid_fields", "body": '{"a": 1}', "answer": '{"b": "' + "x" * 200}
    for status, said in ((422, refused), (200, {"code": None, "body": None, "answer": None})):
        calls.note(
            store_id=store.id, key_id=key.id, request_id="req_" + "x" * 40, method="GET",
            path="/v1/orders?" + "x" * 300, status=status, duration_ms=9, **said,
        )  # fmt: skip
    calls.flush()
    db.session.rollback()
    shown = [f"requests/{call.id}" for call in stores.requests(store.id).data]
    check(page, f"{live}{SECTION}", ["requests", "requests?refused=1&path=tea", *shown], axe, size)


def check(
    page: Page, at: str, paths: list[str], axe: Callable[[Page], list[str]], size: str
) -> None:
    for path in paths:
        page.goto(f"{at}/{path}")
        if path.endswith("new"):
            page.get_by_text("To a day").click()
        assert axe(page) == [], path
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= SIZES[size]["width"], path


def test_keys_are_made_and_revoked_without_script(
    browser: object, live: str, store: stores.Store
) -> None:
    context = browser.new_context(java_script_enabled=False)  # type: ignore[attr-defined]
    page = context.new_page()
    page.goto(f"{live}/login")
    page.get_by_label("Email").fill(makers.EMAIL)
    page.get_by_label("Password").fill(makers.PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/console/")
    page.goto(f"{live}{SECTION}/secret_keys/new")
    page.get_by_label("Name").fill("Fair")
    page.get_by_label("Everything").check()
    page.get_by_text("30 days", exact=True).click()
    page.get_by_role("button", name="Create key").click()
    assert ask(live, page.get_by_label("New secret key").input_value(), "/events") == 200
    page.get_by_role("link", name="I’ve saved it").click()
    page.get_by_role("link", name="Revoke Fair").click()
    page.get_by_role("button", name="Revoke key").click()
    expect(page.get_by_text("Key revoked")).to_be_visible()
    expect(page.get_by_role("row").filter(has_text="Fair")).to_have_count(0)
    context.close()
