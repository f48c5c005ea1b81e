"""The demo's host page and the mails sent so far."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from synqro import mail, stores
from synqro.config import DEMO_EMAIL, Settings
from synqro.core.db import db, transaction
from tests import makers


@pytest.fixture
def demo_store() -> stores.Store:
    owner = makers.person(DEMO_EMAIL)
    place = stores.Place("EUR")
    return stores.open_store(owner, name="Northlight Prints", place=place, demo=True).store


def test_the_host_page_is_on_another_origin_than_the_widget(
    client: FlaskClient, settings: Settings, app: object, demo_store: stores.Store
) -> None:
    answer = client.get("/demo", base_url=settings.public_url)
    elsewhere = f"http://localhost:{settings.port}"
    assert (answer.status_code, answer.location) == (302, f"{elsewhere}/demo")
    page = client.get("/demo", base_url=elsewhere)
    widget = f"{settings.public_url}/s/{demo_store.publishable_key}"
    assert page.status_code == 200 and f'<iframe src="{widget}"' in page.text
    policy = page.headers["Content-Security-Policy"]
    assert f"frame-src 'self' {settings.public_url}" in policy


def test_without_a_demo_there_is_none(client: FlaskClient, settings: Settings) -> None:
    settings.demo_wish = False
    for path in ("/demo", "/demo/mail", "/demo/mail/mail_1", "/demo/mail/mail_1/html"):
        assert client.get(path).status_code == 404


def test_mails_of_the_demo_are_shown(
    client: FlaskClient, demo_store: stores.Store, run_jobs: Callable[[], int]
) -> None:
    assert "No mails yet" in client.get("/demo/mail").text
    owner = stores.owners(demo_store.id)[0]
    with transaction():
        facts = {"store_id": demo_store.id, "person_id": owner.id}
        message = mail.send("a@b.example", "stores/welcome", **facts)
    assert "On its way" in client.get("/demo/mail").text
    run_jobs()
    page = client.get("/demo/mail").text
    assert "Northlight Prints is open" in page and "a@b.example" in page
    letter = client.get(f"/demo/mail/{message.id}").text
    assert "Three things to its first sale" in letter
    frame = client.get(f"/demo/mail/{message.id}/html")
    assert '<base target="_top">' in frame.text
    policy = frame.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "frame-ancestors 'self'" in policy
    assert frame.headers.get("X-Frame-Options") is None


def test_mails_of_other_stores_are_nobodys_business(
    client: FlaskClient, run_jobs: Callable[[], int]
) -> None:
    place = stores.Place("EUR")
    store = stores.open_store(makers.person(), name="Real", place=place, demo=False).store
    with transaction():
        owner = stores.owners(store.id)[0]
        message = mail.send("a@b.example", "stores/welcome", store_id=store.id, person_id=owner.id)
    run_jobs()
    assert "a@b.example" not in client.get("/demo/mail").text
    for path in (f"/demo/mail/{message.id}", f"/demo/mail/{message.id}/html"):
        assert client.get(path).status_code == 404
    assert db.session.query(mail.Message).count() == 1


@pytest.mark.parametrize("mail_id", ["mail_nothing", "%00", "x" * 3000, "😀"])
def test_a_mail_that_is_not_there(
    client: FlaskClient, demo_store: stores.Store, mail_id: str
) -> None:
    assert client.get(f"/demo/mail/{mail_id}").status_code == 404
