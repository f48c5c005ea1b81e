"""Who asks too often is told when to come back; who cannot be counted passes."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from redis import ConnectionPool
from structlog.testing import capture_logs

from synqro import create_app, stores
from synqro.config import Settings
from synqro.web import limits
from tests.databases import forget
from tests.makers import refusal

PATH = "/api/storefront/order/pay"


def ask(client: FlaskClient, key: str, address: str = "127.0.0.1") -> tuple[int, str]:
    answer = client.post(
        PATH,
        json={},
        headers={"X-Synqro-Store": key},
        environ_overrides={"REMOTE_ADDR": address},
    )
    return answer.status_code, answer.headers.get("RateLimit-Remaining", "")


def test_the_31st_order_of_a_minute_waits(client: FlaskClient, store: stores.Store) -> None:
    key = store.publishable_key
    asked = [ask(client, key) for _ in range(30)]
    assert {status for status, _ in asked} == {422}
    assert [int(left) for _, left in asked] == list(range(29, -1, -1))
    answer = client.post(PATH, json={}, headers={"X-Synqro-Store": key})
    assert refusal(answer) == (429, "rate_limited")
    assert answer.get_json()["error"]["type"] == "rate_limited"
    assert answer.headers["RateLimit-Limit"] == "30"
    assert answer.headers["RateLimit-Remaining"] == "0"
    assert 0 < int(answer.headers["Retry-After"]) <= 60
    assert 0 < int(answer.headers["RateLimit-Reset"]) <= 60


def test_another_address_and_another_key_count_for_themselves(
    client: FlaskClient, store: stores.Store, twin: stores.Store
) -> None:
    for _ in range(31):
        last = ask(client, store.publishable_key)
    assert last[0] == 429
    assert ask(client, store.publishable_key, "10.0.0.2") == (422, "29")
    assert ask(client, twin.publishable_key) == (422, "29")


def test_the_limits_can_be_switched_off(settings: Settings, store: stores.Store) -> None:
    settings.rate_limits = "off"
    app = create_app(settings)
    with app.app_context():
        asked = [ask(app.test_client(), store.publishable_key) for _ in range(35)]
    assert set(asked) == {(422, "")}
    forget(app)


@pytest.fixture
def lonely(settings: Settings, store: stores.Store) -> Iterator[Flask]:
    """An app whose Redis is away."""
    settings.redis_url = "redis://127.0.0.1:9/"
    app = create_app(settings)
    with app.app_context():
        yield app
    forget(app)


def test_with_redis_away_everybody_passes_and_one_has_waited(
    lonely: Flask, store: stores.Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "PAUSE", 600.0)
    client, waits = lonely.test_client(), []
    connect = ConnectionPool.get_connection

    def wait(pool: ConnectionPool, *given: object, **how: object) -> Any:
        waits.append(pool.connection_kwargs["socket_connect_timeout"])
        return connect(pool, *given, **how)  # type: ignore[arg-type]

    monkeypatch.setattr(ConnectionPool, "get_connection", wait)
    with capture_logs() as lines:
        asked = [ask(client, store.publishable_key)[0] for _ in range(40)]
    assert set(asked) == {422}
    assert waits == [limits.PATIENCE]
    assert [line["event"] for line in lines].count("redis is away; nobody counts requests") == 1


def test_only_refused_tries_count_against_a_sign_in(app: Flask) -> None:
    app.add_url_rule(
        "/try", view_func=limits.tries(lambda: ("", 303)), methods=["POST"], endpoint="good"
    )
    client = app.test_client()
    assert {client.post("/try", data={"email": "a"}).status_code for _ in range(12)} == {303}
