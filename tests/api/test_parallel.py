"""Twenty at once with one idempotency key make one thing, and all are told the same."""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

import pytest

from synqro import catalogue, orders, quotes, stores
from synqro.config import Settings
from synqro.core.db import db
from tests import makers

MANY = 20
PATIENCE = 60.0  # seconds
ALIKE = {"Idempotency-Key": "8e03978e-40d5-43dd-bc93-6894a57f9324"}
Answer = tuple[int, bytes, str | None]


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Who asks again at once asks more often than a caller may."""
    settings.rate_limits = "off"
    return settings


def post(live: str, path: str, body: dict[str, Any], headers: dict[str, str]) -> Answer:
    """Ask until it is no longer under way, as the answer says one should."""
    connection = HTTPConnection(urlsplit(live).netloc, timeout=PATIENCE)
    headers = {"Content-Type": "application/json", **ALIKE, **headers}
    until = time.monotonic() + PATIENCE
    while True:
        connection.request("POST", path, json.dumps(body), headers)
        answer = connection.getresponse()
        said = answer.read()
        if answer.status != 409 or time.monotonic() > until:
            break
        assert b"idempotency_in_progress" in said, said
        assert answer.headers["Retry-After"] == "1"
        time.sleep(0.05)
    connection.close()
    return answer.status, said, answer.headers["Idempotent-Replayed"]


@pytest.mark.parametrize("what", ["order", "quote", "product", "listing"])
def test_one_key_makes_one(what: str, live: str, connected: stores.Store, key: str) -> None:
    vase = makers.product(connected)
    page = {"X-Synqro-Store": connected.publishable_key}
    program = {"Authorization": f"Bearer {key}"}
    new = {"title": "Ripple bowl", "price": 12.5}
    path, headers, body, model = {
        "order": (
            "/api/storefront/order",
            page,
            {"product_id": vase.id, "customer": makers.BUYER},
            orders.Order,
        ),
        "quote": (
            "/api/storefront/quote",
            page,
            {"description": "Four brackets", "customer": makers.BUYER},
            quotes.Quote,
        ),
        "product": ("/v1/products", program, new, catalogue.Product),
        "listing": (
            "/v1/listings",
            program,
            {"marketplace": "storefront", "product": new},
            catalogue.Product,
        ),
    }[what]
    before = db.session.query(model).count()
    db.session.rollback()
    with ThreadPoolExecutor(MANY) as pool:
        answers = list(pool.map(lambda _: post(live, path, body, headers), range(MANY)))
    assert {status for status, _, _ in answers} == {201}, answers[0]
    assert len({said for _, said, _ in answers}) == 1
    assert [again for _, _, again in answers].count(None) == 1
    db.session.rollback()
    assert db.session.query(model).count() == before + 1
