"""Opening a shop."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from synqro import mail, stores
from synqro.core.db import db
from tests import makers

FORM = {
    "store_name": "Oak & Ember",
    "name": "Ada Wood",
    "email": "ada@oak.example",
    "password": "four oak planks please",
    "currency": "GBP",
    "country": "GB",
    "timezone": "Europe/London",
}


def sign_up(client: FlaskClient, **given: str) -> TestResponse:
    return client.post("/signup", data={**FORM, **given})


def test_a_new_merchant_is_in_the_console_at_once(client: FlaskClient) -> None:
    answer = sign_up(client)
    assert (answer.status_code, answer.location) == (303, "/console/")
    page = client.get("/console/")
    assert "Welcome, Ada" in page.text and "Oak &amp; Ember" in page.text
    [store] = stores.of_person(stores.authenticate(FORM["email"], FORM["password"]).id)
    assert (store.currency, store.country, store.timezone) == ("GBP", "GB", "Europe/London")
    assert stores.by_id(store.twin_id).mode == "test"


def test_a_welcome_is_mailed(client: FlaskClient, run_jobs: Callable[[], int]) -> None:
    sign_up(client)
    run_jobs()
    [message] = db.session.query(mail.Message)
    assert (message.to, message.status) == ("ada@oak.example", "sent")
    assert message.subject == "Oak & Ember is open"
    assert "/console/integrations" in (message.text or "")
    assert "Oak &amp; Ember" in (message.html or "")


@pytest.mark.parametrize(
    ("asked", "currency", "country", "zone"),
    [
        ("de", "EUR", "DE", "Europe/Berlin"),
        ("en-US,en;q=0.8", "USD", "US", "America/New_York"),
        ("ja", "JPY", "JP", "Asia/Tokyo"),
        ("ar-KW", "KWD", "KW", "Asia/Kuwait"),
        ("", "GBP", "GB", "Europe/London"),
        ("xx-ZZ, *;q=0.1", "GBP", "GB", "Europe/London"),
    ],
)
def test_the_place_is_guessed_from_the_browser(
    client: FlaskClient, asked: str, currency: str, country: str, zone: str
) -> None:
    page = client.get("/signup", headers={"Accept-Language": asked}).text
    for chosen in (currency, country, zone):
        assert f'<option value="{chosen}" selected>' in page


def test_the_guess_is_taken_where_nothing_was_chosen(client: FlaskClient) -> None:
    sign_up(client, currency="", country="", timezone="")
    [store] = stores.of_person(stores.authenticate(FORM["email"], FORM["password"]).id)
    assert (store.currency, store.country) == ("GBP", "GB")


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("email", "ada", "Enter an email address"),
        ("email", "", "This is needed."),
        ("password", "short", "10 characters or more"),
        ("password", "password123456", "easy to guess"),
        ("password", "aaaaaaaaaaaaaa", "easy to guess"),
        ("password", "adawood-oak", "easy to guess"),
        ("password", "x" * 257, "at most 256"),
        ("store_name", "x" * 81, "at most 80"),
        ("store_name", "Oak\x00Ember", "cannot be used here"),
        ("name", "   ", "This is needed."),
        ("currency", "XXX", "cannot charge in this currency"),
        ("country", "ZZ", "two letters"),
        ("timezone", "Mars/Olympus", "Choose a time zone"),
    ],
)
def test_a_wrong_field_is_named_and_the_rest_is_kept(
    client: FlaskClient, field: str, value: str, said: str
) -> None:
    answer = sign_up(client, **{field: value})
    assert answer.status_code == 422
    assert said in answer.text and 'aria-invalid="true"' in answer.text
    kept = "Ada Wood" if field != "name" else "ada@oak.example"
    assert kept in answer.text
    assert FORM["password"] not in answer.text
    assert db.session.query(stores.Person).count() == 0


def test_an_unknown_field_is_refused(client: FlaskClient) -> None:
    answer = sign_up(client, role="admin")
    assert answer.status_code == 422 and "no such field" in answer.text


def test_a_known_email_tells_its_owner_and_nobody_else(
    client: FlaskClient, owner: stores.Person, store: stores.Store, run_jobs: Callable[[], int]
) -> None:
    answer = sign_up(client, email=makers.EMAIL.upper())
    assert answer.status_code == 200 and "Check your mail" in answer.text
    assert "already" not in answer.text
    assert client.get("/console/").status_code == 302
    run_jobs()
    [message] = db.session.query(mail.Message)
    assert message.to == makers.EMAIL and "tried to open a shop" in (message.text or "")


def test_the_way_out_of_that_mail_works(
    client: FlaskClient, owner: stores.Person, store: stores.Store, run_jobs: Callable[[], int]
) -> None:
    sign_up(client, email=makers.EMAIL)
    run_jobs()
    [message] = db.session.query(mail.Message)
    link = next(w for w in (message.text or "").split() if "/reset?token=" in w)
    assert "New password" in client.get(link).text


def test_who_forgot_the_account_gets_in_with_its_password(
    client: FlaskClient, owner: stores.Person, store: stores.Store
) -> None:
    data = {"email": makers.EMAIL, "password": makers.PASSWORD, "store_name": store.name}
    assert sign_up(client, **data).status_code == 303
    assert [s.name for s in stores.of_person(owner.id)] == [store.name]


def test_a_second_shop_is_opened_by_signing_up_again(
    client: FlaskClient, owner: stores.Person, store: stores.Store
) -> None:
    sign_up(client, email=makers.EMAIL, password=makers.PASSWORD)
    assert [s.name for s in stores.of_person(owner.id)] == [store.name, "Oak & Ember"]
    assert "Your shops" in client.get("/console/settings").text


def test_two_presses_open_one_shop(app: Flask) -> None:
    for client in (app.test_client(), app.test_client()):
        assert sign_up(client).status_code == 303
    assert db.session.query(stores.Person).count() == 1
    assert len(stores.all_stores()) == 2


def test_another_page_cannot_sign_anyone_up(client: FlaskClient) -> None:
    headers = {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}
    assert client.post("/signup", data=FORM, headers=headers).status_code == 403
