"""A new password by mail."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from synqro import mail, stores
from synqro.core.db import db
from tests import makers
from tests.conftest import Clock

NEW = "another long sentence"


@pytest.fixture
def link(client: FlaskClient, store: stores.Store, run_jobs: Callable[[], int]) -> str:
    """The link in the mail that a forgetful owner gets."""
    assert client.post("/reset", data={"email": makers.EMAIL}).status_code == 200
    run_jobs()
    [message] = db.session.query(mail.Message).filter_by(template="stores/password_reset")
    assert message.status == "sent" and message.store_id == store.id
    return next(word for word in (message.text or "").split() if "/reset?token=" in word)


def token_of(link: str) -> str:
    return link.partition("token=")[2]


def test_the_answer_is_the_same_for_every_email(client: FlaskClient, store: stores.Store) -> None:
    known = client.post("/reset", data={"email": makers.EMAIL})
    unknown = client.post("/reset", data={"email": "nobody@northlight.example"})
    assert (known.status_code, known.text) == (unknown.status_code, unknown.text)
    assert db.session.query(mail.Message).count() == 1


def test_the_link_sets_a_password_and_signs_in(app: Flask, link: str) -> None:
    client = app.test_client()
    assert "New password" in client.get(link).text
    data = {"token": token_of(link), "password": NEW}
    answer = client.post("/reset/password", data=data)
    assert (answer.status_code, answer.location) == (303, "/console/")
    assert client.get("/console/settings").status_code == 200
    assert stores.authenticate(makers.EMAIL, NEW)


def test_opening_the_link_changes_nothing(client: FlaskClient, link: str) -> None:
    for _ in range(3):
        assert client.get(link).status_code == 200
    assert stores.authenticate(makers.EMAIL, makers.PASSWORD)


def test_it_ends_every_other_session(app: Flask, console: FlaskClient, link: str) -> None:
    app.test_client().post("/reset/password", data={"token": token_of(link), "password": NEW})
    assert console.get("/console/settings").status_code == 302


def test_it_works_once(app: Flask, client: FlaskClient, link: str) -> None:
    data = {"token": token_of(link), "password": NEW}
    app.test_client().post("/reset/password", data=data)
    again = app.test_client().post("/reset/password", data={**data, "password": NEW + " too"})
    assert again.status_code == 410 and "Ask for a new one" in again.text
    assert app.test_client().get(link).status_code == 410
    assert stores.authenticate(makers.EMAIL, NEW)


def test_a_newer_password_ends_older_links(
    app: Flask, client: FlaskClient, link: str, run_jobs: Callable[[], int]
) -> None:
    client.post("/reset", data={"email": makers.EMAIL})
    data = {"token": token_of(link), "password": NEW}
    app.test_client().post("/reset/password", data=data)
    run_jobs()
    newest = db.session.query(mail.Message).order_by(mail.Message.id.desc()).first()
    assert newest and newest.text
    other = next(word for word in newest.text.split() if "/reset?token=" in word)
    assert other != link and app.test_client().get(other).status_code == 410


def test_it_works_for_an_hour(client: FlaskClient, link: str, clock: Clock) -> None:
    clock.forward(3600 - 60)
    assert client.get(link).status_code == 200
    clock.forward(60)
    assert client.get(link).status_code == 410


def test_an_obvious_password_is_refused_and_the_link_still_works(
    app: Flask, client: FlaskClient, link: str
) -> None:
    for password in ("short", "password12345", ""):
        data = {"token": token_of(link), "password": password}
        answer = client.post("/reset/password", data=data)
        assert answer.status_code == 422 and token_of(link) in answer.text
    assert client.get(link).status_code == 200


@pytest.mark.parametrize("token", ["nonsense", "\0", "x" * 5000, "😀"])
def test_a_made_up_token_opens_nothing(client: FlaskClient, app: Flask, token: str) -> None:
    assert client.get("/reset", query_string={"token": token}).status_code == 410
    data = {"token": token, "password": NEW}
    assert client.post("/reset/password", data=data).status_code in (410, 422)


def test_the_token_is_stored_nowhere_in_the_clear(link: str, store: stores.Store) -> None:
    token = token_of(link)
    [message] = db.session.query(mail.Message)
    assert token not in str(message.facts)
    rows = db.session.execute(db.text("SELECT token_hash FROM password_resets")).all()
    assert token not in str(rows)


def test_asking_is_limited(app: Flask, store: stores.Store) -> None:
    answers = [
        app.test_client().post("/reset", data={"email": makers.EMAIL}).status_code
        for _ in range(11)
    ]
    assert answers == [200] * 10 + [429]
