"""Who may call /v1, and what for."""

from datetime import timedelta
from secrets import token_hex

import pytest

from synqro import events, stores
from synqro.core.clock import now
from synqro.core.db import db, transaction
from tests.api.conftest import Call
from tests.conftest import Clock
from tests.makers import refusal, wait_for


def happen(store: stores.Store, number: int = 1, type: str = "order.created") -> events.Event:
    with transaction():
        return events.emit(store.id, type, {"number": number}, mode=store.mode)


def test_a_key_reads_what_its_store_has(call: Call, store: stores.Store) -> None:
    made = [happen(store, number) for number in range(3)]
    answer = call("GET", "/events?limit=2")
    found = answer.get_json()
    assert answer.status_code == 200
    assert found["object"] == "list"
    assert [row["id"] for row in found["data"]] == [event.id for event in made[:0:-1]]
    assert found["has_more"] is True
    rest = call("GET", f"/events?limit=2&cursor={found['next_cursor']}").get_json()
    assert [row["data"] for row in rest["data"]] == [{"number": 0}]
    assert (rest["has_more"], rest["next_cursor"]) == (False, None)
    assert call("GET", f"/events/{made[1].id}").get_json() == found["data"][1]


def test_without_a_key_nothing_is_said(call: Call, store: stores.Store) -> None:
    answer = call("GET", "/events", headers={"Authorization": ""})
    assert refusal(answer) == (401, "missing_key")
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    basic = {"Authorization": "Basic c2tfdGVzdDo="}
    assert refusal(call("GET", "/events", headers=basic)) == (401, "missing_key")
    assert refusal(call("GET", "/events", key="sk_live_unknown")) == (401, "invalid_key")
    public = call("GET", "/events", key=store.publishable_key)
    assert refusal(public) == (403, "publishable_key_not_allowed")


def test_a_key_may_do_what_its_scopes_say(call: Call, store: stores.Store) -> None:
    _, narrow = stores.create_key(store.id, name="Orders", scopes=("orders:read",))
    answer = call("GET", "/events", key=narrow)
    assert refusal(answer) == (403, "missing_scope")
    assert answer.get_json()["error"]["scope"] == "events:read"
    _, fit = stores.create_key(store.id, name="Events", scopes=("events:read",))
    assert call("GET", "/events", key=fit).status_code == 200


def test_a_test_key_reaches_the_twin_only(call: Call, store: stores.Store) -> None:
    live = happen(store)
    _, test_key = stores.create_key(store.twin_id, name="Test")
    assert test_key.startswith("sk_test_")
    assert call("GET", "/events", key=test_key).get_json()["data"] == []
    assert refusal(call("GET", f"/events/{live.id}", key=test_key)) == (404, "not_found")


def test_a_revoked_and_an_expired_key_are_refused(call: Call, store: stores.Store) -> None:
    for change in ({"revoked_at": now()}, {"expires_at": now() - timedelta(seconds=1)}):
        row, secret = stores.create_key(store.id, name="Old")
        with transaction():
            for name, value in change.items():
                setattr(db.session.get_one(stores.SecretKey, row.id), name, value)
        assert refusal(call("GET", "/events", key=secret)) == (401, "invalid_key")


def test_a_key_shows_when_it_was_used_last(call: Call, store: stores.Store) -> None:
    row, secret = stores.create_key(store.id, name="Stock sheet")
    assert row.last_used_at is None
    call("GET", "/events", key=secret)
    db.session.expire_all()
    used = db.session.get_one(stores.SecretKey, row.id).last_used_at
    assert used is not None
    assert now() - used < timedelta(minutes=1)


@pytest.mark.parametrize(
    "query", ["typ=order.created", "limit=0", "limit=101", "limit=x", "cursor=nonsense"]
)
def test_parameters_that_are_unknown_or_wrong_are_refused(call: Call, query: str) -> None:
    assert refusal(call("GET", f"/events?{query}")) == (400, "invalid_parameter")


def test_events_of_thirty_days_are_listed_by_type(
    call: Call, store: stores.Store, clock: Clock
) -> None:
    happen(store, 1)
    clock.forward(30 * 86_400 + 1)
    happen(store, 2)
    happen(store, 3, "order.shipped")
    found = call("GET", "/events?type=order.created").get_json()["data"]
    assert [row["data"]["number"] for row in found] == [2]
    assert len(call("GET", "/events").get_json()["data"]) == 2
    assert call("GET", "/events?type=nothing").get_json()["data"] == []


def test_a_key_has_one_count_however_it_is_written(call: Call) -> None:
    def counted_together() -> bool:
        key, left = f"sk_live_{token_hex(16)}", set()
        for way in ("Bearer {}", "bearer {}", "BEARER   {}", "Bearer {} "):
            answer = call("GET", "/store", headers={"Authorization": way.format(key)})
            left.add(answer.headers["RateLimit-Remaining"])
        return len(left) > 1

    wait_for(counted_together)  # each of them may fall into a second of its own


def test_parameters_are_looked_at_before_the_body(call: Call) -> None:
    for body in ({}, {"title": "Vase"}):
        answer = call("POST", "/products?dry_run=1", json=body)
        assert refusal(answer) == (400, "invalid_parameter")
    assert call("GET", "/products").get_json()["data"] == []


def test_a_parameter_that_stands_twice_is_not_lost_in_silence(call: Call) -> None:
    answer = call("GET", "/orders?status=paid&status=shipped&limit=0&limit=5&x=1")
    assert answer.status_code == 400
    error = answer.get_json()["error"]
    assert (error["code"], error["message"]) == ("invalid_parameter", "Three fields need a look.")
    assert {field["field"]: field["code"] for field in error["fields"]} == {
        "status": "given_twice", "limit": "given_twice", "x": "unknown_field",
    }  # fmt: skip
