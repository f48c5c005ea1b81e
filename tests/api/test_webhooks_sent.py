"""/v1/webhooks/…/deliveries: what was sent, what came back, and all of it once more."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event as hooks

from synqro import events, stores
from synqro.config import Settings
from synqro.core.clock import now
from synqro.core.db import db, transaction
from tests.api.conftest import Call
from tests.conftest import Clock
from tests.events.receiver import Receiver, status
from tests.makers import refusal, wrong

DAY = 86_400
LONG_AGO = {"since": "2020-01-01T00:00:00Z"}
FIELDS = {
    "id", "object", "webhook_id", "event_id", "event", "status", "attempts", "next_attempt_at",
    "replay_of", "created_at",
}  # fmt: skip
TRIED = {
    "at", "response_status", "response_headers", "response_body", "request_headers", "error",
    "duration_ms",
}  # fmt: skip


@pytest.fixture
def settings(settings: Settings) -> Settings:
    settings.webhook_allow_private = True
    return settings


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as receiver:
        yield receiver


@pytest.fixture
def hook(call: Call, receiver: Receiver) -> str:
    """The path of an endpoint at `receiver`."""
    made = call("POST", "/webhooks", json={"url": receiver.url, "events": ["*"]})
    return f"/webhooks/{made.get_json()['id']}"


@pytest.fixture
def pump(app: Flask) -> Callable[[], None]:
    def run() -> None:
        with events.Pump(app.app_context) as pump:
            pump.drain()
            pump.close(within=60)  # no thread of it is to outlive the test
        db.session.rollback()

    return run


def happen(store: stores.Store, count: int, type: str = "order.created") -> list[str]:
    made = []
    for number in range(count):
        with transaction():
            made.append(events.emit(store.id, type, {"number": number}, mode=store.mode).id)
    return made


def sent(call: Call, hook: str, query: str = "") -> list[dict[str, Any]]:
    answer = call("GET", f"{hook}/deliveries?{query}")
    assert answer.status_code == 200, answer.text
    return list(answer.get_json()["data"])


def test_a_delivery_shows_what_was_sent_and_what_came_back(
    call: Call, hook: str, receiver: Receiver, store: stores.Store, pump: Callable[[], None]
) -> None:
    receiver.answer = status(500, X_Why="tea is out")
    [event] = happen(store, 1)
    pump()
    [found] = sent(call, hook)
    assert found.keys() == FIELDS
    assert (found["event_id"], found["event"], found["object"]) == (
        event,
        "order.created",
        "delivery",
    )
    assert (found["status"], found["replay_of"]) == ("pending", None)
    assert found["next_attempt_at"] > found["created_at"]
    [tried] = found["attempts"]
    assert tried.keys() == TRIED
    assert (tried["response_status"], tried["response_body"]) == (500, "ok")
    assert (tried["error"], tried["response_headers"]["X-Why"]) == (
        "It answered 500.",
        "tea is out",
    )
    [came] = receiver.came
    seen = {name: value for name, value in came.headers.items() if name != "host"}
    assert {name.lower(): value for name, value in tried["request_headers"].items()} == seen
    assert call("GET", f"/webhooks/deliveries/{found['id']}").get_json() == found


def test_a_body_that_is_no_text_is_shown_as_well_as_can_be(
    call: Call, hook: str, receiver: Receiver, store: stores.Store, pump: Callable[[], None]
) -> None:
    def say(_: object, handler: Any) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n\xff\0ok")

    receiver.answer = say
    happen(store, 1)
    pump()
    [found] = sent(call, hook)
    assert found["attempts"][0]["response_body"] == "\ufffd\0ok"
    assert (found["status"], found["next_attempt_at"]) == ("succeeded", None)


def test_a_test_event_is_a_delivery_at_once(
    call: Call, hook: str, receiver: Receiver, pump: Callable[[], None]
) -> None:
    answer = call("POST", f"{hook}/test", once="k")
    assert answer.status_code == 202
    made = answer.get_json()
    assert (made["event"], made["status"], made["attempts"]) == ("webhook.test", "pending", [])
    assert call("POST", f"{hook}/test", once="k").data == answer.data
    pump()
    assert [came.id for came in receiver.came] == [made["event_id"]]


def test_the_log_is_read_by_what_became_of_it_and_by_type(
    call: Call, hook: str, receiver: Receiver, store: stores.Store, pump: Callable[[], None]
) -> None:
    happen(store, 2)
    pump()
    happen(store, 1, "order.shipped")
    types = lambda query: [row["event"] for row in sent(call, hook, query)]  # noqa: E731
    assert types("") == ["order.shipped", "order.created", "order.created"]
    assert types("status=succeeded") == ["order.created"] * 2
    assert types("status=pending") == ["order.shipped"]
    assert types("status=failed") == []
    assert types("type=order.created") == ["order.created"] * 2
    assert types("type=order.created&status=pending") == []
    assert types("type=nothing") == []
    for query in ("status=lost", "type=%00", "limit=0", "cursor=x", "failed=1"):
        assert refusal(call("GET", f"{hook}/deliveries?{query}")) == (400, "invalid_parameter")
    first = call("GET", f"{hook}/deliveries?limit=2").get_json()
    rest = call("GET", f"{hook}/deliveries?limit=2&cursor={first['next_cursor']}").get_json()
    assert len({row["id"] for row in first["data"] + rest["data"]}) == 3


def test_a_page_costs_the_same_however_much_is_on_it(
    call: Call, hook: str, store: stores.Store, pump: Callable[[], None]
) -> None:
    def asked() -> int:
        seen: list[str] = []
        listen = lambda *args: seen.append(args[2])  # noqa: E731
        hooks.listen(db.engine, "before_cursor_execute", listen)
        sent(call, hook)
        hooks.remove(db.engine, "before_cursor_execute", listen)
        return len(seen)

    happen(store, 1)
    pump()
    few = asked()
    happen(store, 20)
    pump()
    assert asked() == few


def test_a_replay_is_a_new_delivery_of_the_same_event(
    call: Call, hook: str, receiver: Receiver, store: stores.Store, pump: Callable[[], None]
) -> None:
    [event] = happen(store, 1)
    pump()
    [first] = sent(call, hook)
    path = f"/webhooks/deliveries/{first['id']}/replay"
    answer = call("POST", path, once="k")
    assert answer.status_code == 202
    again = answer.get_json()
    assert again["id"] != first["id"]
    assert (again["replay_of"], again["event_id"]) == (first["id"], event)
    assert call("POST", path, once="k").headers["Idempotent-Replayed"] == "true"
    pump()
    assert [came.id for came in receiver.came] == [event] * 2
    assert len({came.body for came in receiver.came}) == 1
    assert [row["status"] for row in sent(call, hook)] == ["succeeded"] * 2


def test_what_is_paused_gets_nothing_again(
    call: Call, hook: str, store: stores.Store, pump: Callable[[], None]
) -> None:
    happen(store, 1)
    pump()
    [first] = sent(call, hook)
    call("PATCH", hook, json={"status": "disabled"})
    paths = [f"/webhooks/deliveries/{first['id']}/replay", f"{hook}/test"]
    ranges = [f"{hook}/recover", f"{hook}/replay"]
    for path, body in [*((p, {}) for p in paths), *((p, LONG_AGO) for p in ranges)]:
        assert refusal(call("POST", path, json=body)) == (409, "endpoint_disabled")


def test_another_shops_delivery_is_not_there(
    call: Call, receiver: Receiver, twin: stores.Store
) -> None:
    theirs = events.add_endpoint(twin.id, url=receiver.url, types=["*"]).endpoint
    made = events.send_test(twin.id, theirs.id, mode=twin.mode)
    for id in (made.id, "dlv_%00", "y" * 2000):
        assert refusal(call("GET", f"/webhooks/deliveries/{id}")) == (404, "not_found")
        answer = call("POST", f"/webhooks/deliveries/{id}/replay")
        assert refusal(answer) == (404, "not_found")


def test_a_range_comes_again_in_order(
    call: Call,
    hook: str,
    receiver: Receiver,
    store: stores.Store,
    pump: Callable[[], None],
    clock: Clock,
) -> None:
    happen(store, 2)
    clock.forward(1)  # events are cut in two by the milliseconds of their ids
    begin = now()
    made = happen(store, 5)
    pump()
    before = len(receiver.came)
    answer = call("POST", f"{hook}/replay", json={"since": f"{begin:%FT%T.%fZ}"}, once="k")
    assert (answer.status_code, answer.get_json()) == (202, {"queued": 5})
    pump()
    assert [came.id for came in receiver.came[before:]] == made
    ahead = {**LONG_AGO, "until": f"{begin:%FT%T.%fZ}"}
    assert call("POST", f"{hook}/replay", json=ahead).get_json() == {"queued": 2}


def test_a_time_that_is_none_is_named(call: Call, hook: str) -> None:
    for path in ("recover", "replay"):
        for body, code in (({}, "required"), ({"since": "yesterday"}, "invalid_time")):
            answer = call("POST", f"{hook}/{path}", json=body)
            assert (refusal(answer)[0], wrong(answer)) == (422, {"since": code})
        for year in ("0001", "9999"):
            answer = call("POST", f"{hook}/{path}", json={"since": f"{year}-01-01T00:00:00Z"})
            assert answer.get_json() == {"queued": 0}


def test_what_failed_is_recovered(
    call: Call,
    hook: str,
    receiver: Receiver,
    store: stores.Store,
    pump: Callable[[], None],
    clock: Clock,
) -> None:
    receiver.answer = status(500)
    made = happen(store, 3)
    for wait in (0, 6, 34, 133):
        clock.forward(wait)
        pump()
    receiver.answer = status(200)
    before = len(receiver.came)
    answer = call("POST", f"{hook}/recover", json=LONG_AGO)
    assert (answer.status_code, answer.get_json()) == (202, {"queued": 3})
    pump()
    assert [came.id for came in receiver.came[before:]] == made
    assert call("POST", f"{hook}/recover", json=LONG_AGO).get_json() == {"queued": 0}
