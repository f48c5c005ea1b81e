"""Whatever is typed at the door: a clear refusal, never a server error, nobody half-made."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from synqro.core.db import db
from synqro.stores import Person, Store
from synqro.web.limits import limiter
from tests import makers
from tests.console.test_any_input import NASTY, Sender

FORMS = {
    "/signup": {
        "store_name": "Oak", "name": "Mara", "email": "m@oak.example", "password": "short",
        "currency": "EUR", "country": "DE", "timezone": "Europe/Berlin",
    },
    "/login": {"email": makers.EMAIL, "password": "not this one"},
    "/reset": {"email": "not an address"},
    "/reset?token=x": {"token": "x", "password": "a long enough sentence"},
}  # fmt: skip


@pytest.fixture(autouse=True)
def unlimited() -> Iterator[None]:
    limiter.enabled = False
    yield
    limiter.enabled = True


@pytest.mark.parametrize("path", FORMS)
def test_every_field_takes_every_text(client: FlaskClient, owner: Person, path: str) -> None:
    form = FORMS[path]
    names = list(form)
    with db.engine.connect() as watch:
        send = Sender(client, watch)
        for at, bad in enumerate(NASTY):
            send(path, dict.fromkeys(names, bad))
            send(path, {**form, names[at % len(names)]: bad})


def test_what_was_typed_is_still_there(client: FlaskClient, app: Flask, store: Store) -> None:
    typed = FORMS["/signup"] | {
        "store_name": "אלון & Ember 🏺",
        "email": "no address",
        "password": "",
    }
    page = client.post("/signup", data=typed)
    assert page.status_code == 422
    assert "אלון &amp; Ember 🏺" in page.text and 'value="no address"' in page.text
    assert "Email: " in page.text and "Password: " in page.text
