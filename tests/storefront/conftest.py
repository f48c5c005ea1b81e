"""What the tests of the storefront's JSON share."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from synqro import catalogue, payments, stores
from synqro.core.db import db, transaction
from tests import makers

Call = Callable[..., TestResponse]


@pytest.fixture
def sf(app: Flask, store: stores.Store) -> FlaskClient:
    """A page of the shop's own: it sends the store's key."""
    client = app.test_client()
    client.environ_base["HTTP_X_SYNQRO_STORE"] = store.publishable_key
    return client


@pytest.fixture
def vase(store: stores.Store) -> catalogue.Product:
    """A plain product for 28.00 with three in stock."""
    return makers.product(store)


class Checkout:
    """Stands where the network begins: Stripe's page opens, or is refused."""

    def __init__(self) -> None:
        self.opened: list[dict[str, Any]] = []
        self.refusal: Exception | None = None

    def __call__(self, provider: object, account: str, **asked: Any) -> payments.Session:
        self.opened.append({"account": account, **asked})
        if self.refusal:
            raise self.refusal
        name = f"cs_{asked['order_id']}_{asked['attempt']}"
        return payments.Session(**session_facts(name))


def session_facts(name: str) -> dict[str, Any]:
    facts: dict[str, Any] = dict.fromkeys(payments.Session.__dataclass_fields__)
    return facts | {"id": name, "url": f"https://pay.example/{name}"}


@pytest.fixture
def checkout(monkeypatch: pytest.MonkeyPatch, app: Flask, store: stores.Store) -> Checkout:
    """The store may be paid, and its pages open without a network."""
    fake = Checkout()
    monkeypatch.setattr(payments, "open_checkout", fake)
    monkeypatch.setattr(payments, "chargeable", lambda _: "acct_1")
    monkeypatch.setattr(payments, "ready", lambda _: True)
    return fake


def change(store: stores.Store, **facts: Any) -> None:
    """Change settings of the store."""
    with transaction() as session:
        row = session.get_one(stores.Store, store.id)
        for name, value in facts.items():
            setattr(row, name, value)
            setattr(store, name, value)
    db.session.remove()
