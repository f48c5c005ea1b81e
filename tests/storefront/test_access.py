"""Who may ask, and from which page."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.event import listen, remove

from synqro import mail, stores
from synqro.core.clock import end_of_day, now, today
from synqro.core.db import db
from tests import makers
from tests.conftest import Clock
from tests.makers import refusal
from tests.storefront.conftest import change

CONFIG = "/api/storefront/config"
SHOP = "https://shop.example"


def test_the_key_comes_in_the_query_or_in_a_header(
    client: FlaskClient, store: stores.Store
) -> None:
    key = store.publishable_key
    for answer in (
        client.get(f"{CONFIG}?key={key}"),
        client.get(CONFIG, headers={"X-Synqro-Store": key}),
        client.get(f"{CONFIG}?key={key}&utm_source=x", headers={"X-Synqro-Store": key}),
    ):
        assert (answer.status_code, answer.get_json()["store"]["id"]) == (200, store.id)


def test_two_different_keys_are_ambiguous(
    client: FlaskClient, store: stores.Store, twin: stores.Store
) -> None:
    answer = client.get(
        f"{CONFIG}?key={twin.publishable_key}", headers={"X-Synqro-Store": store.publishable_key}
    )
    assert refusal(answer) == (400, "ambiguous_key")
    assert answer.get_json()["error"]["type"] == "invalid_request"


@pytest.mark.parametrize("key", ["sf_live_nobody", "nonsense", "%00", "%F0%9F", "sf_live_" * 500])
def test_an_unknown_key(client: FlaskClient, store: stores.Store, key: str) -> None:
    answer = client.get(f"{CONFIG}?key={key}")
    assert refusal(answer) == (401, "invalid_key")
    assert answer.get_json()["error"]["type"] == "authentication"


def test_no_key(client: FlaskClient) -> None:
    assert refusal(client.get(CONFIG)) == (401, "missing_key")
    assert refusal(client.get(f"{CONFIG}?key=")) == (401, "missing_key")


def test_a_secret_key_here_is_to_be_revoked(
    client: FlaskClient, opened: stores.Opened, store: stores.Store
) -> None:
    for secret in (opened.secret_key, opened.test_secret_key, "sk_live_unknown", "sk_\0"):
        for answer in (
            client.get(CONFIG, query_string={"key": secret}),
            client.get(CONFIG, headers={"Authorization": f"bearer {quote(secret)}"}),
            client.post("/api/storefront/order", headers={"X-Synqro-Store": quote(secret)}),
            client.get(
                CONFIG,
                query_string={"key": store.publishable_key},
                headers={"Authorization": f"Bearer {quote(secret)}"},
            ),
        ):
            assert refusal(answer) == (401, "secret_key_in_storefront")
            assert "Revoke it" in answer.get_json()["error"]["message"]
            assert secret not in answer.text
            assert set(answer.get_json()["error"]) == {"type", "code", "message", "request_id"}


def exposed(key: stores.SecretKey) -> datetime | None:
    db.session.rollback()
    db.session.expire_all()
    return stores.key(key.store_id, key.id).exposed_at


def told() -> list[mail.Message]:
    db.session.rollback()
    wanted = select(mail.Message).where(mail.Message.template == "stores/key_exposed")
    return list(db.session.scalars(wanted.order_by(mail.Message.id)))


def noon(clock: Clock, store: stores.Store) -> None:
    """Go to the next noon of the shop, so that its day does not end within the test."""
    over = end_of_day(today(store.timezone), store.timezone) + timedelta(hours=12)
    clock.forward((over - now()).total_seconds())


@pytest.mark.parametrize("way", ["query", "header", "bearer", "beside", "widget"])
def test_the_owners_hear_of_a_secret_key_that_was_sent_here(
    client: FlaskClient,
    store: stores.Store,
    twin: stores.Store,
    run_jobs: Callable[[], int],
    way: str,
) -> None:
    row, secret = stores.create_key(twin.id, name="Label <printer>", scopes=["orders:read"])
    run_jobs()
    sent: dict[str, Callable[[], object]] = {
        "query": lambda: client.get(f"{CONFIG}?key={secret}"),
        "header": lambda: client.post("/api/storefront/order", headers={"X-Synqro-Store": secret}),
        "bearer": lambda: client.get(CONFIG, headers={"Authorization": f"Bearer {secret}"}),
        "beside": lambda: client.get(f"{CONFIG}?key={store.publishable_key}&key={secret}"),
        "widget": lambda: client.get(f"/s/{secret}/basket"),
    }
    sent[way]()
    at = exposed(row)
    assert at and now() - at < timedelta(minutes=1)
    [message] = told()
    assert (message.to, message.store_id) == (makers.EMAIL, twin.id)
    run_jobs()
    [message] = told()
    assert message.status == "sent", message.error
    assert message.subject == "Revoke the key “Label <printer>”: it was exposed"
    assert message.text and row.hint in message.text and "test mode" in message.text
    assert "/console/developers/secret_keys" in message.text
    assert "Label &lt;printer&gt;" in (message.html or "")
    assert secret not in f"{message.text}{message.html}"


def test_one_mail_a_day_and_one_note_a_minute_are_enough(
    client: FlaskClient, store: stores.Store, clock: Clock
) -> None:
    noon(clock, store)
    row, secret = stores.create_key(store.id, name="Label printer")
    client.get(f"{CONFIG}?key={secret}")
    first = exposed(row)
    clock.forward(30)
    client.get(f"{CONFIG}?key={secret}")
    assert exposed(row) == first
    clock.forward(31)
    client.get(f"{CONFIG}?key={secret}")
    assert (exposed(row) or now()) > (first or now())
    assert len(told()) == 1
    clock.forward(86_400)
    client.get(f"{CONFIG}?key={secret}")
    assert len(told()) == 2


def test_a_key_that_opens_nothing_is_no_news(client: FlaskClient, store: stores.Store) -> None:
    revoked, secret = stores.create_key(store.id, name="Revoked")
    stores.revoke_key(store.id, revoked.id)
    with queries() as asked:
        for key in (secret, "sk_live_unknown"):
            assert client.get(f"{CONFIG}?key={key}").status_code == 401
    assert exposed(revoked) is None and told() == []
    assert not [sql for sql in asked if sql.startswith(("INSERT", "UPDATE", "BEGIN IMM"))]


def test_one_that_was_revoked_meanwhile_is_not_written_about(
    client: FlaskClient, store: stores.Store, run_jobs: Callable[[], int]
) -> None:
    row, secret = stores.create_key(store.id, name="Label printer")
    client.get(f"{CONFIG}?key={secret}")
    stores.revoke_key(store.id, row.id)
    run_jobs()
    [message] = told()
    assert message.status == "failed"


@contextmanager
def queries() -> Iterator[list[str]]:
    asked: list[str] = []

    def note(*args: object) -> None:
        asked.append(str(args[2]))

    listen(db.engine, "before_cursor_execute", note)
    yield asked
    remove(db.engine, "before_cursor_execute", note)


def test_a_test_key_reaches_the_twin_only(client: FlaskClient, twin: stores.Store) -> None:
    found = client.get(f"{CONFIG}?key={twin.publishable_key}").get_json()["store"]
    assert (found["id"], found["mode"]) == (twin.id, "test")


def test_any_page_may_ask_until_domains_are_listed(sf: FlaskClient) -> None:
    for origin in (SHOP, "null", "http://localhost:1234"):
        answer = sf.get(CONFIG, headers={"Origin": origin})
        assert answer.status_code == 200
        assert answer.headers["Access-Control-Allow-Origin"] in (origin, "*")
        assert "Access-Control-Allow-Credentials" not in answer.headers
        exposed = answer.headers["Access-Control-Expose-Headers"]
        for name in ("X-Request-Id", "Idempotent-Replayed", "Retry-After", "ETag", "RateLimit-"):
            assert name in exposed


def test_then_only_those_ourselves_and_no_page_at_all(sf: FlaskClient, store: stores.Store) -> None:
    change(store, allowed_domains=["shop.example", "*.maker.example"])
    ours = sf.application.extensions["settings"].public_url
    for origin in (SHOP, "https://www.maker.example", ours):
        answer = sf.get(CONFIG, headers={"Origin": origin})
        assert answer.status_code == 200
        assert answer.headers["Access-Control-Allow-Origin"] in (origin, "*")
    assert sf.get(CONFIG).status_code == 200
    for origin in ("https://evil.example", "null", "http://shop.example"):
        answer = sf.get(CONFIG, headers={"Origin": origin})
        assert refusal(answer) == (403, "origin_not_allowed")
        assert answer.get_json()["error"]["type"] == "permission"
        assert "Access-Control-Allow-Origin" not in answer.headers


@pytest.mark.parametrize("path", ["config", "products", "order", "order/pay", "order/cancel"])
def test_a_preflight_is_answered_without_a_key(client: FlaskClient, path: str) -> None:
    answer = client.options(
        f"/api/storefront/{path}",
        headers={
            "Origin": SHOP,
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "content-type, x-synqro-store, idempotency-key",
        },
    )
    assert answer.status_code in (200, 204)
    assert answer.headers["Access-Control-Allow-Origin"] in (SHOP, "*")
    allowed = answer.headers["Access-Control-Allow-Headers"].lower()
    assert {"content-type", "x-synqro-store", "idempotency-key"} <= set(allowed.split(", "))
    assert "POST" in answer.headers["Access-Control-Allow-Methods"]


def test_no_cookie_is_ever_set(sf: FlaskClient) -> None:
    assert "Set-Cookie" not in sf.get(CONFIG).headers


def test_other_faces_send_no_cors(client: FlaskClient) -> None:
    for path in ("/healthz", "/v1/products", "/"):
        answer = client.get(path, headers={"Origin": SHOP})
        assert "Access-Control-Allow-Origin" not in answer.headers
