"""Signing in and out, and how long that holds."""

import time
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from synqro import create_app, stores
from synqro.config import Settings
from synqro.core.db import db
from synqro.stores import passwords
from tests import makers
from tests.databases import forget

GOOD = {"email": makers.EMAIL, "password": makers.PASSWORD}


def sign_in(client: FlaskClient, **given: str) -> TestResponse:
    return client.post("/login", data={**GOOD, **given})


def test_the_right_password_opens_the_console(client: FlaskClient, store: stores.Store) -> None:
    answer = sign_in(client, email=f"  {makers.EMAIL.title()} ")
    assert (answer.status_code, answer.location) == (303, "/console/")
    assert store.name in client.get("/console/").text


def test_the_cookie_is_for_us_alone(client: FlaskClient, store: stores.Store) -> None:
    cookie = sign_in(client).headers["Set-Cookie"]
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie and "Expires=" in cookie


@pytest.mark.parametrize("email", [makers.EMAIL, "nobody@northlight.example"])
def test_a_wrong_password_and_an_unknown_email_sound_alike(
    client: FlaskClient, store: stores.Store, email: str
) -> None:
    answer = sign_in(client, email=email, password="not this one")
    assert answer.status_code == 401
    assert "Email and password don’t match. 9 tries left." in answer.text
    assert f'value="{email}"' in answer.text and "not this one" not in answer.text


def test_an_unknown_email_takes_as_long(store: stores.Store) -> None:
    def took(email: str) -> float:
        begun = time.process_time()
        with pytest.raises(stores.WrongPassword):
            stores.authenticate(email, "not this one")
        return time.process_time() - begun

    took("nobody@northlight.example")
    known = min(took(makers.EMAIL) for _ in range(3))
    unknown = min(took("nobody@northlight.example") for _ in range(3))
    assert unknown > known / 2


def test_the_eleventh_try_has_to_wait(app: Flask, store: stores.Store) -> None:
    client = app.test_client()
    for _ in range(10):
        assert sign_in(client, password="not this one").status_code == 401
    answer = sign_in(app.test_client())
    assert answer.status_code == 429 and int(answer.headers["Retry-After"]) > 0
    assert "Too many tries. Try again in 1" in answer.text
    assert makers.EMAIL in answer.text


def test_good_log_ins_are_not_counted(app: Flask, store: stores.Store) -> None:
    for _ in range(12):
        assert sign_in(app.test_client()).status_code == 303


@pytest.mark.parametrize("field", ["email", "password"])
def test_an_empty_field_is_named(client: FlaskClient, store: stores.Store, field: str) -> None:
    answer = sign_in(client, **{field: ""})
    assert answer.status_code == 422 and "This is needed." in answer.text


@pytest.mark.parametrize("text", ["\0", "‮", "x" * 300, "🏔" * 50, "a" * 50_000])
def test_odd_text_is_refused_not_stumbled_over(
    client: FlaskClient, store: stores.Store, text: str
) -> None:
    assert sign_in(client, email=text).status_code in (401, 422)
    assert sign_in(client, password=text).status_code in (401, 422)


def test_more_than_a_person_types_is_not_read(client: FlaskClient, store: stores.Store) -> None:
    assert sign_in(client, email="a" * 100_000).status_code == 413


def test_one_comes_back_to_where_one_was(client: FlaskClient, store: stores.Store) -> None:
    answer = client.get("/console/storefront?x=1")
    assert answer.status_code == 302
    page = client.get(answer.location).text
    assert 'value="/console/storefront?x=1"' in page
    assert sign_in(client, next="/console/storefront?x=1").location == "/console/storefront?x=1"


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil",
        "javascript:x",
        "/\n/e",
    ],
)
def test_nobody_is_led_astray(client: FlaskClient, store: stores.Store, target: str) -> None:
    assert sign_in(client, next=target).location == "/console/"


def test_a_fragment_without_session_asks_for_the_whole_page(client: FlaskClient) -> None:
    headers = {**makers.HTMX, "HX-Current-URL": "http://127.0.0.1/console/orders?status=paid"}
    answer = client.get("/console/orders", headers=headers)
    assert answer.headers["HX-Redirect"] == "/login?next=/console/orders?status%3Dpaid"
    assert answer.text == ""


def test_a_session_survives_a_restart(app: Flask, settings: Settings, console: FlaskClient) -> None:
    cookie = console.get_cookie("synqro_session")
    assert cookie
    again = create_app(settings)
    try:
        client = again.test_client()
        client.set_cookie("synqro_session", cookie.value)
        assert client.get("/console/settings").status_code == 200
    finally:
        with again.app_context():
            forget(again)
        again.extensions["redis"].close()


def test_signing_out_ends_it(console: FlaskClient) -> None:
    assert "Sign out?" in console.get("/logout").text
    assert console.get("/console/settings").status_code == 200
    assert console.post("/logout").status_code == 303
    assert console.get("/console/settings").status_code == 302


def test_another_page_cannot_sign_anyone_out(console: FlaskClient) -> None:
    headers = {"Sec-Fetch-Site": "cross-site"}
    assert console.post("/logout", headers=headers).status_code == 403
    assert console.get("/console/settings").status_code == 200


def test_who_is_in_needs_no_form(console: FlaskClient) -> None:
    assert console.get("/login").location == "/console/"
    assert console.get("/signup").location == "/console/"


@pytest.fixture
def weaker(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(passwords, "_hasher", passwords.PasswordHasher(1, 8 * 1024, 1))
    yield
    monkeypatch.undo()


def test_an_old_hash_is_made_anew_at_the_next_log_in(app: Flask, weaker: None) -> None:
    person = makers.person()
    before, key = person.password_hash, person.session_key
    passwords._hasher = passwords.PasswordHasher(2, 9 * 1024, 1)
    stores.authenticate(makers.EMAIL, makers.PASSWORD)
    db.session.expire_all()
    after = stores.person(person.id)
    assert after and after.password_hash != before and after.session_key == key
    assert stores.authenticate(makers.EMAIL, makers.PASSWORD).id == person.id
