"""/v1/repricer/rules as they are kept: found, edited, put in order, taken away, whose they are."""

import sys

import pytest
from flask import Flask

from synqro import repricer, stores
from tests.api.conftest import Call
from tests.api.pricing import FEW_LEFT, RULES, Json, listing_of, send, write, wrong
from tests.makers import refusal
from tests.orders.test_races import together

OTHERS = ("rule_x", "x%00y", "y" * 5000)


def test_a_listing_of_another_shop_looks_like_none(
    call: Call, store: stores.Store, twin: stores.Store
) -> None:
    theirs, ours = (listing_of(one) for one in (twin, store))
    answer = send(call, scope={"listing_ids": [ours, theirs]})
    assert wrong(answer) == {"scope.listing_ids.1": "unknown_listing"}
    assert write(call, scope={"listing_ids": [ours]})["scope"] == {"listing_ids": [ours]}


def revision(store: stores.Store, rule: Json) -> int:
    return repricer.find_rule(store.id, rule["id"]).revision


def test_only_a_change_of_what_it_says_of_prices_is_a_new_revision(
    call: Call, store: stores.Store
) -> None:
    rule = write(call, rounding={"ending": 99})
    path = f"/repricer/rules/{rule['id']}"
    quiet = {"name": "Few", "priority": 7, "enabled": False, "mode": "live"}
    changed = call("PATCH", path, json=quiet).get_json()
    assert {name: changed[name] for name in quiet} == quiet
    call("PATCH", path, json={"bounds": FEW_LEFT["bounds"]})
    assert revision(store, rule) == 1
    changed = call("PATCH", path, json={"bounds": {"min": 20, "max": 30}, "rounding": None})
    assert changed.get_json()["bounds"] == {"min": 20, "max": 30}
    assert "rounding" not in changed.get_json()
    assert (changed.get_json()["priority"], revision(store, rule)) == (7, 2)


def test_a_change_that_leaves_a_contradiction_is_refused(call: Call) -> None:
    path = f"/repricer/rules/{write(call)['id']}"
    assert wrong(call("PATCH", path, json={"bounds": {"min": 5}})) == {"bounds.max": "required"}
    assert wrong(call("PATCH", path, json={"scope": None, "x": 1})) == {
        "scope": "required", "x": "unknown_field",
    }  # fmt: skip
    assert wrong(call("PATCH", path, json={"name": None})) == {"name": "required"}
    assert wrong(call("PATCH", path, json=[])) == {"body": "not_an_object"}


def test_rules_are_listed_the_newest_first_or_as_they_are_asked(call: Call) -> None:
    late, first, second = (write(call, priority=priority)["id"] for priority in (200, 5, 50))
    assert listed(call, "") == [second, first, late]
    assert listed(call, "?order=priority") == [first, second, late]
    page = call("GET", "/repricer/rules?order=priority&limit=2").get_json()
    assert listed(call, f"?order=priority&cursor={page['next_cursor']}") == [late]
    assert refusal(call("GET", "/repricer/rules?order=name")) == (400, "invalid_parameter")


@pytest.mark.parametrize(
    ("said", "then"),
    [
        ({"by": -1}, "BACD"),
        ({"by": 1}, "ACBD"),
        ({"to": 0}, "BACD"),
        ({"to": 1}, "ABCD"),
        ({"to": 3}, "ACDB"),
        ({"to": 9999}, "ACDB"),
    ],
)
def test_a_rule_is_moved_and_the_others_keep_their_order(
    call: Call, store: stores.Store, said: dict[str, int], then: str
) -> None:
    made = {name: write(call)["id"] for name in "ABCD"}
    repricer.move_rule(store.id, made["B"], **said)
    assert listed(call, "?order=priority") == [made[name] for name in then]
    assert {revision(store, {"id": rule_id}) for rule_id in made.values()} == {1}


def test_a_rule_at_an_end_stays_there_and_a_strange_one_is_not_moved(
    call: Call, store: stores.Store, twin: stores.Store
) -> None:
    first, last = (write(call)["id"] for _ in range(2))
    repricer.move_rule(store.id, first, by=-1)
    repricer.move_rule(store.id, last, by=1)
    assert listed(call, "?order=priority") == [first, last]
    for strange in (repricer.create_rule(twin, FEW_LEFT).id, *OTHERS):
        with pytest.raises(repricer.RuleNotFound):
            repricer.move_rule(store.id, strange, by=1)


def test_rules_moved_by_many_at_once_are_each_moved(
    app: Flask, call: Call, store: stores.Store
) -> None:
    ids = [write(call)["id"] for _ in range(6)]
    first, *others = ids
    together(app, *[lambda: repricer.move_rule(store.id, first, by=1)] * 5)
    assert listed(call, "?order=priority") == [*others, first]


def listed(call: Call, query: str) -> list[str]:
    return [rule["id"] for rule in call("GET", f"/repricer/rules{query}").get_json()["data"]]


def test_a_rule_can_be_taken_away(call: Call) -> None:
    rule_id = write(call)["id"]
    answer = call("DELETE", f"/repricer/rules/{rule_id}")
    assert answer.get_json() == {"id": rule_id, "object": "repricer_rule", "deleted": True}
    assert refusal(call("DELETE", f"/repricer/rules/{rule_id}")) == (404, "not_found")
    assert listed(call, "") == []


def test_a_repeated_request_makes_one_rule(call: Call) -> None:
    first, again = (call("POST", RULES, json=FEW_LEFT, once="a") for _ in range(2))
    assert first.get_json() == again.get_json()
    assert len(listed(call, "")) == 1


def test_a_shop_has_at_most_a_hundred(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules["synqro.repricer.rules"], "MOST", 1)
    write(call)
    assert refusal(call("POST", RULES, json=FEW_LEFT)) == (409, "too_many_rules")


def test_another_shops_rule_is_not_there(call: Call, twin: stores.Store) -> None:
    theirs = repricer.create_rule(twin, FEW_LEFT).id
    for rule_id in (theirs, *OTHERS):
        for method, path in (
            ("GET", ""), ("PATCH", ""), ("DELETE", ""), ("POST", "/preview"), ("POST", "/run"),
        ):  # fmt: skip
            answer = call(method, f"/repricer/rules/{rule_id}{path}", json={})
            assert refusal(answer) == (404, "not_found")


def test_rules_need_their_scopes(call: Call, store: stores.Store) -> None:
    rule_id = write(call)["id"]
    _, reader = stores.create_key(store.id, name="Reads", scopes=("repricer:read",))
    assert call("GET", RULES, key=reader).status_code == 200
    for method, path in (("POST", ""), ("PATCH", f"/{rule_id}"), ("DELETE", f"/{rule_id}")):
        refused = call(method, f"/repricer/rules{path}", json=FEW_LEFT, key=reader)
        assert refused.get_json()["error"]["scope"] == "repricer:write"
