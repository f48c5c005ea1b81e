"""What surrounds every page of the console."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from synqro import stores
from tests import makers

PAGES = ["/console/", "/console/storefront", "/console/integrations", "/console/settings"]
PLACE = stores.Place("GBP")


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_private_and_strict(console: FlaskClient, path: str) -> None:
    answer = console.get(path)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    policy = answer.headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in policy and "script-src 'self';" in policy
    assert "unsafe" not in policy


@pytest.mark.parametrize("path", PAGES)
def test_nobody_else_sees_it(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.location) == (302, f"/login?next={path}")


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://127.0.0.1"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
    ],
)
def test_writes_come_from_our_own_pages_only(console: FlaskClient, headers: dict[str, str]) -> None:
    console.environ_base.pop("HTTP_SEC_FETCH_SITE")
    answer = console.post("/console/mode", data={"mode": "test"}, headers=headers)
    assert answer.status_code == 403
    assert "Test mode:" not in console.get("/console/settings").text


def test_an_old_browser_says_where_it_comes_from(app: Flask, console: FlaskClient) -> None:
    console.environ_base.pop("HTTP_SEC_FETCH_SITE")
    headers = {"Origin": app.extensions["settings"].public_url}
    assert console.post("/console/mode", data={"mode": "test"}, headers=headers).status_code == 303


def test_a_client_that_is_no_browser_needs_only_its_session(
    app: Flask, console: FlaskClient
) -> None:
    console.environ_base.pop("HTTP_SEC_FETCH_SITE")
    assert console.post("/console/mode", data={"mode": "test"}).status_code == 303
    stranger = app.test_client().post("/console/mode", data={"mode": "test"})
    assert stranger.location.startswith("/login")


def test_the_test_twin_is_unmistakable(console: FlaskClient, twin: stores.Store) -> None:
    answer = console.post(
        "/console/mode", data={"mode": "test"}, headers={"Referer": "http://x/console/storefront"}
    )
    assert (answer.status_code, answer.location) == (303, "/console/storefront")
    page = console.get("/console/storefront").text
    assert "Test mode:" in page and twin.publishable_key in page
    console.post("/console/mode", data={"mode": "live"})
    assert "Test mode:" not in console.get("/console/storefront").text


@pytest.mark.parametrize("mode", ["", "demo", "\0", "LIVE"])
def test_there_are_two_modes(console: FlaskClient, mode: str) -> None:
    assert console.post("/console/mode", data={"mode": mode}).status_code == 422
    assert console.post("/console/mode", json={"mode": mode}).status_code == 422
    assert console.get("/console/").status_code == 200


def test_the_mode_may_come_as_json(console: FlaskClient) -> None:
    assert console.post("/console/mode", json={"mode": "test"}).status_code == 303
    assert console.post("/console/mode", json=["test"]).status_code == 422
    assert "Test mode:" in console.get("/console/settings").text


def test_a_person_with_two_shops_switches(
    console: FlaskClient, owner: stores.Person, store: stores.Store
) -> None:
    other = stores.open_store(owner, name="Second <Shop>", place=PLACE).store
    assert "Show Second &lt;Shop&gt;" in console.get("/console/settings").text
    console.post("/console/settings/store", data={"store": other.id})
    assert other.publishable_key in console.get("/console/storefront").text


def test_nobody_switches_to_a_foreign_shop(console: FlaskClient, store: stores.Store) -> None:
    stranger = makers.person("other@example.com")
    theirs = stores.open_store(stranger, name="Theirs", place=PLACE)
    for foreign in (theirs.store.id, theirs.twin.id, store.twin_id, "st_nothing", "\0"):
        answer = console.post("/console/settings/store", data={"store": foreign})
        assert answer.status_code in (404, 422)
    assert store.publishable_key in console.get("/console/storefront").text


def test_a_password_change_ends_other_sessions_but_this_one(
    app: Flask, console: FlaskClient
) -> None:
    elsewhere = app.test_client()
    data = {"email": makers.EMAIL, "password": makers.PASSWORD}
    elsewhere.post("/login", data=data)
    console.post("/console/mode", data={"mode": "test"})
    change = {"old": makers.PASSWORD, "new": "another long sentence"}
    assert console.post("/console/settings/password", data=change).status_code == 303
    page = console.get("/console/settings").text
    assert "Password changed" in page and "Test mode:" in page
    assert elsewhere.get("/console/settings").status_code == 302


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("not this one", "another long sentence", "not your password of today"),
        (makers.PASSWORD, "short", "10 characters or more"),
        (makers.PASSWORD, "", "This is needed."),
        ("", "another long sentence", "This is needed."),
    ],
)
def test_a_wrong_change_of_password_says_why(
    console: FlaskClient, old: str, new: str, said: str
) -> None:
    answer = console.post("/console/settings/password", data={"old": old, "new": new})
    assert answer.status_code == 422 and said in answer.text
    assert stores.authenticate(makers.EMAIL, makers.PASSWORD)
