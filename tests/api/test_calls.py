"""The log of calls: what a developer finds there afterwards, and what never stands in it."""

import json
import re
import threading
from datetime import timedelta

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event, func, select

from synqro import stores
from synqro.core.clock import now
from synqro.core.db import db, transaction
from synqro.jobs import api_requests
from synqro.stores import call_log
from synqro.web.api.calls import masked
from tests.api.conftest import Call
from tests.conftest import Clock
from tests.makers import wait_for


@pytest.fixture
def log(app: Flask) -> stores.CallLog:
    found: stores.CallLog = app.extensions["call_log"]
    return found


def logged(log: stores.CallLog, store: stores.Store, **filters: object) -> list[stores.ApiRequest]:
    """What the log holds, the newest first."""
    log.flush()
    db.session.rollback()
    return list(stores.requests(store.id, **filters).data)  # type: ignore[arg-type]


def test_a_call_leaves_a_row(call: Call, store: stores.Store, log: stores.CallLog) -> None:
    row, secret = stores.create_key(store.id, name="Stock sheet")
    answer = call("GET", "/events?type=order.created&limit=2", key=secret)
    [found] = logged(log, store)
    assert found.id.startswith("call_")
    assert (found.method, found.status, found.code) == ("GET", 200, None)
    assert found.path == "/v1/events?type=order.created&limit=2"
    assert (found.key_id, found.request_id) == (row.id, answer.headers["X-Request-Id"])
    assert 0 <= found.duration_ms < 10_000
    assert (found.body, found.answer) == (None, None)
    assert now() - found.at < timedelta(minutes=1)


def test_a_refused_call_shows_what_was_sent_and_answered(
    call: Call, store: stores.Store, log: stores.CallLog
) -> None:
    _, narrow = stores.create_key(store.id, name="Narrow", scopes=["orders:read"])
    body = {"url": "https://a.example", "secret": "tea", "nested": [{"access_token": ["a", "b"]}]}
    answer = call("POST", "/events", key=narrow, json=body)
    assert answer.status_code == 405
    call("GET", "/events", key=narrow, json=body)
    call("GET", "/nothing/here", key=narrow)
    lost, scope, method = logged(log, store)
    assert (lost.status, lost.code) == (404, "not_found")
    assert (method.status, method.code, method.method) == (405, "method_not_allowed", "POST")
    assert (scope.status, scope.code) == (403, "missing_scope")
    assert '"message": "This key lacks' in (scope.answer or "").replace('":"', '": "')
    for found in (scope, method):
        assert json.loads(found.body or "") == {
            "url": "https://a.example", "secret": "…", "nested": [{"access_token": "…"}]
        }  # fmt: skip
        assert narrow not in f"{found.path} {found.body} {found.answer}"


def test_without_a_key_nothing_is_kept(
    call: Call, store: stores.Store, log: stores.CallLog
) -> None:
    row, secret = stores.create_key(store.id, name="Old")
    stores.revoke_key(store.id, row.id)
    for key in ("sk_live_unknown", secret, store.publishable_key, ""):
        call("GET", "/events", key=key)
        call("GET", "/nothing", key=key)
    call("GET", "/openapi.json")
    log.flush()
    assert db.session.scalar(select(func.count()).select_from(stores.ApiRequest)) == 0


def test_each_store_finds_its_own(
    call: Call, store: stores.Store, twin: stores.Store, log: stores.CallLog
) -> None:
    _, test_key = stores.create_key(twin.id, name="Test")
    call("GET", "/events")
    call("GET", "/events?limit=3", key=test_key)
    [live], [test] = logged(log, store), logged(log, twin)
    assert (live.path, test.path) == ("/v1/events", "/v1/events?limit=3")
    assert stores.request(store.id, live.id).id == live.id
    with pytest.raises(stores.RequestNotFound):
        stores.request(store.id, test.id)


def test_addresses_are_kept_without_secrets(
    call: Call, store: stores.Store, log: stores.CallLog
) -> None:
    call("GET", "/events?token=tea&limit=1&q=sk_live_abc123&x=%00%F0%9F%8F%BA")
    call("GET", "/events/%00" + "x" * 3000)
    long, found = logged(log, store)
    assert found.path == "/v1/events?token=…&limit=1&q=sk_live_…&x=%00%F0%9F%8F%BA"
    assert len(long.path) == 2000


@pytest.mark.parametrize(
    "body", [b"\0\xff\xfe{", b"{" * 5000, b'{"a": "' + b"x" * 100_000, b"a=1&password=tea", b""]
)
def test_any_body_can_be_kept(
    call: Call, store: stores.Store, log: stores.CallLog, body: bytes
) -> None:
    assert call("POST", "/events", data=body, content_type="application/json").status_code == 405
    [found] = logged(log, store)
    assert len(found.body or "") <= 4096
    assert "\0" not in (found.body or "") and "tea" not in (found.body or "")


def test_the_log_is_read_by_what_one_looks_for(
    call: Call, store: stores.Store, log: stores.CallLog
) -> None:
    row, other = stores.create_key(store.id, name="Other")
    call("GET", "/events")
    call("GET", "/events/evt_1")
    call("POST", "/events", key=other)
    assert [r.status for r in logged(log, store, refused=True)] == [405, 404]
    assert [r.status for r in logged(log, store, method="GET")] == [404, 200]
    assert [r.status for r in logged(log, store, path="/v1/events/")] == [404]
    assert logged(log, store, path="/v1/%") == logged(log, store, path="\0") == []
    assert [r.status for r in logged(log, store, key_id=row.id)] == [405]
    first = stores.requests(store.id, limit=2)
    assert first.has_more
    rest = stores.requests(store.id, cursor=first.next_cursor)
    assert [r.status for r in (*first.data, *rest.data)] == [405, 404, 200]


def test_many_calls_are_written_at_once(
    call: Call, store: stores.Store, log: stores.CallLog
) -> None:
    begun: list[object] = []
    event.listen(db.engine, "begin", begun.append)
    for _ in range(5):
        log.note(**facts(store))
    log.flush()
    assert len(begun) == 1
    assert len(logged(log, store)) == 5


def test_too_many_calls_are_dropped_with_a_word(
    store: stores.Store,
    log: stores.CallLog,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(call_log, "MOST", 3)
    for _ in range(5):
        log.note(**facts(store))
    assert len(logged(log, store)) == 3
    assert "more calls came than could be written down" in "".join(capsys.readouterr())


def test_without_a_database_the_call_stands_and_its_row_is_lost(
    call: Call, store: stores.Store, log: stores.CallLog
) -> None:
    call("GET", "/events")
    with transaction():
        db.session.execute(db.text("ALTER TABLE api_requests RENAME TO elsewhere"))
    log.flush()
    assert call("GET", "/events").status_code == 200
    with transaction():
        db.session.execute(db.text("ALTER TABLE elsewhere RENAME TO api_requests"))
    assert len(logged(log, store)) == 1


def test_nobody_has_to_ask_for_it(
    call: Call, store: stores.Store, log: stores.CallLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(call_log, "GATHER", 0.01)
    monkeypatch.setattr(call_log, "Finalize", lambda *_, **__: None)
    log.by_itself = True
    call("GET", "/events")

    def written() -> bool:
        db.session.rollback()
        return bool(stores.requests(store.id).data)

    def at_rest() -> bool:
        return all(thread.name != "log of calls" for thread in threading.enumerate())

    wait_for(written)
    wait_for(at_rest)  # its connection is not to be cut off at the test's end


def test_a_month_is_kept(store: stores.Store, log: stores.CallLog, clock: Clock) -> None:
    for _ in range(5):
        log.note(**facts(store))
    log.flush()
    clock.forward(29 * 86_400)
    log.note(**facts(store))
    api_requests.purge()
    assert len(logged(log, store)) == 6
    clock.forward(86_401)
    stores.purge_requests(batch=2)
    assert len(logged(log, store)) == 1


def facts(store: stores.Store) -> dict[str, object]:
    return {
        "store_id": store.id, "key_id": "key_1", "request_id": "req_1", "method": "GET",
        "path": "/v1/events", "status": 200, "code": None, "duration_ms": 3, "body": None,
        "answer": None,
    }  # fmt: skip


NAMES = st.sampled_from(["secret", "client_secret", "Password", "access_token", "api_key", "key"])
# Hypothesis also draws words that stand in our files, and a key of ours is hidden anywhere.
TEXTS = st.text(st.characters(exclude_characters="@=", exclude_categories=["Cs"])).filter(
    lambda text: not re.search("(s[fk]_(live|test)|whsec)_", text)
)
VALUES = st.recursive(
    TEXTS | st.integers() | st.none() | st.booleans(),
    lambda inner: st.lists(inner) | st.dictionaries(TEXTS, inner),
    max_leaves=8,
)


@given(st.dictionaries(NAMES | TEXTS, VALUES, max_size=5), st.sampled_from([None, 2]))
def test_no_json_shows_its_secrets(body: dict[str, object], indent: int | None) -> None:
    shown = masked(json.dumps(body, indent=indent, ensure_ascii=False))
    assert json.loads(shown) == hidden(body)


def hidden(value: object) -> object:
    words = ("secret", "password", "passwd", "token", "authorization", "apikey", "api_key")
    if isinstance(value, list):
        return [hidden(one) for one in value]
    if not isinstance(value, dict):
        return value
    return {
        name: "…" if name.lower() == "key" or any(w in name.lower() for w in words) else hidden(one)
        for name, one in value.items()
    }


@pytest.mark.parametrize(
    "text",
    [
        '{"secret": "tea', '{"secret": ["tea", {"a": "tea', "{'token': 'tea', 'a': 1}",
        '{token: tea}', '{"\\u0073ecret": "tea"}', '[{"password":"tea\\"tea"}]', "password=tea&a=1",
        '{"url": "https://a.example/?key=1", "note": "whsec_tea sk_test_tea sf_live_tea"}',
        '{"url": "https://sam:tea@a.example/?token=tea&a=1", "b": "key=\\"tea\\""}',
        "/v1/x?to%6ben=tea&next=//sam:tea@a.example", 'password=tea"tea',
    ],
)  # fmt: skip
def test_nor_does_what_is_none(text: str) -> None:
    assert "tea" not in masked(text)
