"""/v1/webhooks: endpoints as a developer adds, changes and rotates them."""

import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from werkzeug.test import TestResponse

from synqro import events, stores
from synqro.core import idempotency
from synqro.core.db import db
from tests.api.conftest import Call
from tests.conftest import Clock
from tests.makers import refusal, wrong

URL = "https://93.184.215.14/hooks"
PORT_444 = "https://a.example:444/"
PRIVATE = "url_not_public"
FIELDS = {
    "id", "object", "url", "events", "description", "status", "disabled_reason", "disabled_at",
    "failing_since", "old_secret_until", "created_at", "updated_at",
}  # fmt: skip


def added(call: Call, **facts: Any) -> dict[str, Any]:
    answer = call("POST", "/webhooks", json={"url": URL, "events": ["*"], **facts})
    assert answer.status_code == 201, answer.text
    return dict(answer.get_json())


def test_an_endpoint_shows_its_secret_once(call: Call) -> None:
    made = added(call, events=["order.shipped", "order.created"], description="Printer")
    assert made.keys() == FIELDS | {"secret"}
    assert made.pop("secret").startswith("whsec_")
    assert made == {
        **made,
        "object": "webhook_endpoint",
        "url": URL,
        "events": ["order.created", "order.shipped"],
        "description": "Printer",
        "status": "enabled",
        "disabled_reason": None,
        "old_secret_until": None,
    }
    assert made["id"].startswith("whk_")
    assert call("GET", f"/webhooks/{made['id']}").get_json() == made
    assert call("GET", "/webhooks").get_json()["data"] == [made]


def test_the_list_is_newest_first_page_by_page(call: Call) -> None:
    ids = [added(call)["id"] for _ in range(3)]
    first = call("GET", "/webhooks?limit=2").get_json()
    assert [row["id"] for row in first["data"]] == ids[:0:-1]
    rest = call("GET", f"/webhooks?limit=2&cursor={first['next_cursor']}").get_json()
    assert [row["id"] for row in rest["data"]] == ids[:1]
    assert rest["has_more"] is False
    assert refusal(call("GET", "/webhooks?cursor=x")) == (400, "invalid_parameter")


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, {"url": "required", "events": "required"}),
        ({"url": "http://a.example/", "events": ["*"]}, {"url": "url_not_https"}),
        ({"url": "https://10.0.0.1/", "events": []}, {"url": PRIVATE, "events": "required"}),
        ({"url": "https://localhost/", "events": 5}, {"url": PRIVATE, "events": "not_a_list"}),
        ({"url": PORT_444, "events": ["*"], "x": 1}, {"url": PRIVATE, "x": "unknown_field"}),
        ({"url": 5, "events": ["order.lost"]}, {"url": "not_text", "events": "unknown_event"}),
        ({"url": URL, "events": ["*"], "description": "x" * 501}, {"description": "too_long"}),
        ({"url": "https://\0/", "events": ["*"]}, {"url": "invalid_characters"}),
    ],
)  # fmt: skip
def test_every_wrong_field_is_named_at_once(
    call: Call, body: dict[str, Any], fields: dict[str, str]
) -> None:
    answer = call("POST", "/webhooks", json=body)
    assert refusal(answer) == (422, "invalid_fields")
    assert wrong(answer) == fields
    assert call("GET", "/webhooks").get_json()["data"] == []


def test_what_is_absent_stays_and_null_clears(call: Call) -> None:
    made = added(call, description="Printer")
    path = f"/webhooks/{made['id']}"
    changed = call("PATCH", path, json={"events": ["quote.created"]}).get_json()
    assert (changed["url"], changed["events"]) == (URL, ["quote.created"])
    assert changed["description"] == "Printer" and "secret" not in changed
    moved = call("PATCH", path, json={"url": f"{URL}/2", "description": None}).get_json()
    assert (moved["url"], moved["description"]) == (f"{URL}/2", None)
    for body in ({"url": None}, {"events": None}, {"status": None}):
        assert wrong(call("PATCH", path, json=body)) == {next(iter(body)): "required"}
    refused = call("PATCH", path, json={"url": "https://10.0.0.1/", "status": "gone"})
    assert wrong(refused) == {"url": "url_not_public", "status": "not_a_choice"}
    assert call("GET", path).get_json() == moved
    assert call("PATCH", path, json={}).status_code == 200


def test_an_endpoint_is_paused_and_turned_on(call: Call) -> None:
    made = added(call)
    path = f"/webhooks/{made['id']}"
    off = call("PATCH", path, json={"status": "disabled"}).get_json()
    assert (off["status"], off["disabled_reason"]) == ("disabled", "paused")
    assert off["disabled_at"] is not None
    on = call("PATCH", path, json={"status": "enabled", "description": "Back"}).get_json()
    assert (on["status"], on["disabled_reason"], on["disabled_at"]) == ("enabled", None, None)
    assert on["description"] == "Back"


def test_a_deleted_endpoint_is_gone(call: Call) -> None:
    path = f"/webhooks/{(made := added(call)['id'])}"
    answer = call("DELETE", path)
    assert answer.get_json() == {"id": made, "object": "webhook_endpoint", "deleted": True}
    assert refusal(call("DELETE", path)) == refusal(call("GET", path)) == (404, "not_found")


def test_a_rotation_shows_the_new_secret_and_how_long_the_old_one_signs(
    call: Call, clock: Clock
) -> None:
    made = added(call)
    path = f"/webhooks/{made['id']}/rotate_secret"
    new = call("POST", path)
    assert new.status_code == 200
    assert new.get_json()["secret"] not in (None, made["secret"])
    assert new.get_json()["old_secret_until"] is not None
    clock.forward(86_400)
    assert call("GET", f"/webhooks/{made['id']}").get_json()["old_secret_until"] is None
    assert call("POST", path, json={"overlap_hours": 0}).get_json()["old_secret_until"] is None
    assert call("POST", path, json={"overlap_hours": 168}).get_json()["old_secret_until"]
    for hours in (-1, 169, 1.5, "1", None):
        assert refusal(call("POST", path, json={"overlap_hours": hours})) == (422, "invalid_fields")


def test_another_shops_endpoint_is_not_there(call: Call, twin: stores.Store) -> None:
    theirs = events.add_endpoint(twin.id, url=URL, types=["*"]).endpoint
    since = {"since": "2026-01-01T00:00:00Z"}
    calls: list[tuple[str, str, dict[str, Any] | None]] = [
        ("GET", "", None), ("PATCH", "", {"description": "x"}), ("DELETE", "", None),
        ("POST", "/test", {}), ("POST", "/rotate_secret", {}), ("GET", "/deliveries", None),
        ("POST", "/recover", since), ("POST", "/replay", since),
    ]  # fmt: skip
    for id in (theirs.id, "whk_%00", "x" * 2000):
        for method, path, body in calls:
            answer = call(method, f"/webhooks/{id}{path}", json=body)
            assert refusal(answer) == (404, "not_found"), (method, path)
    assert events.endpoint(twin.id, theirs.id).enabled


def test_a_key_may_read_or_write(call: Call, store: stores.Store) -> None:
    made = added(call)
    read = stores.create_key(store.id, name="Read", scopes=("webhooks:read",))[1]
    write = stores.create_key(store.id, name="Write", scopes=("webhooks:write",))[1]
    assert call("GET", f"/webhooks/{made['id']}", key=read).status_code == 200
    assert refusal(call("GET", "/webhooks", key=write)) == (403, "missing_scope")
    path = f"/webhooks/{made['id']}/test"
    assert refusal(call("POST", path, key=read)) == (403, "missing_scope")
    assert call("POST", path, key=write).status_code == 202


def test_a_shop_has_fifty_at_most(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules["synqro.events.endpoints"], "MOST", 1)
    added(call)
    answer = call("POST", "/webhooks", json={"url": URL, "events": ["*"]})
    assert refusal(answer) == (409, "too_many_endpoints")


def test_twenty_at_once_make_one_endpoint(call: Call, app: Any, store: stores.Store) -> None:
    def one(_: int) -> TestResponse:
        with app.app_context():
            return call("POST", "/webhooks", json={"url": URL, "events": ["*"]}, once="k")

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(one, range(20)))
    assert len(events.endpoints(store.id)) == 1
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert len({answer.data for answer in answers if answer.status_code == 201}) == 1


def dies(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


def test_after_a_crash_the_same_endpoint_and_secret_are_shown(
    call: Call, store: stores.Store, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = {"url": URL, "events": ["*"]}

    def crash(path: str, body: dict[str, Any]) -> dict[str, Any]:
        with monkeypatch.context() as dying:
            dying.setattr(idempotency, "keep", dies)
            dying.setattr(idempotency, "free", dies)
            with pytest.raises(KeyboardInterrupt):
                call("POST", path, json=body, once="k")
        before = secrets_of(store)
        clock.forward(61)
        answer = call("POST", path, json=body, once="k")
        assert answer.status_code in (200, 201), answer.text
        assert secrets_of(store) == before == [answer.get_json()["secret"]]
        return dict(answer.get_json())

    made = crash("/webhooks", body)
    new = crash(f"/webhooks/{made['id']}/rotate_secret", {"overlap_hours": 1})
    assert new["secret"] != made["secret"]


def secrets_of(store: stores.Store) -> list[str]:
    db.session.rollback()
    found = events.endpoints(store.id)
    return [events.with_secret(store.id, endpoint.id).secret for endpoint in found]
