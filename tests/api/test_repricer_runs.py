"""What rules would change, what they changed, and taking it back, through /v1."""

from typing import Any

import pytest

from synqro import listings, repricer, stores
from synqro.repricer import Cause, RunState
from synqro.web import payloads
from tests.api.conftest import Call
from tests.api.pricing import FEW_LEFT, RULES, Json, listing_of, write
from tests.makers import refusal

OTHERS = ("chg_x", "x%00y", "y" * 5000)
ENTRY = {"id", "listing_id", "old_price", "new_price", "applied", "reasons"}


@pytest.fixture
def vase(store: stores.Store) -> str:
    """A listing at 28.00, of which three are left."""
    return listing_of(store)


def ask(call: Call, rule: Json, what: str) -> Json:
    answer = call("POST", f"{RULES}/{rule['id']}/{what}")
    assert answer.status_code == 200, answer.text
    found: Json = answer.get_json()
    return found


def price(store: stores.Store, listing_id: str) -> int:
    return listings.find(store.id, listing_id).listing.price


def only(run: Json) -> Json:
    (change,) = run["changes"]
    found: Json = change
    return found


def test_a_preview_says_what_would_move_and_why_and_moves_nothing(
    call: Call, store: stores.Store, vase: str
) -> None:
    run = ask(call, write(call, mode="live"), "preview")
    assert (run["changed"], run["skipped"]) == (1, 0)
    change = only(run)
    assert change.keys() >= ENTRY
    assert (change["listing_id"], change["applied"]) == (vase, False)
    assert (change["old_price"], change["new_price"], change["currency"]) == (28, 30.8, "EUR")
    assert all(reason["code"] and reason["message"] for reason in change["reasons"])
    assert price(store, vase) == 2800


def test_a_dry_run_changes_nothing(call: Call, store: stores.Store, vase: str) -> None:
    run = ask(call, write(call), "run")
    assert (run["mode"], run["changed"], only(run)["applied"]) == ("dry_run", 1, False)
    assert price(store, vase) == 2800


def test_a_live_run_changes_prices_and_says_so_in_an_event(
    call: Call, store: stores.Store, vase: str
) -> None:
    rule = write(call, mode="live")
    run = ask(call, rule, "run")
    assert (run["mode"], run["changed"], only(run)["applied"]) == ("live", 1, True)
    assert price(store, vase) == 3080
    (told,) = call("GET", "/events?type=listing.repriced").get_json()["data"]
    data = told["data"]
    assert (data["id"], data["old_price"], data["new_price"]) == (vase, 28.0, 30.8)
    assert (data["rule_id"], data["run_id"], data["price"]) == (rule["id"], run["run_id"], 30.8)
    assert data["reason"]
    model = payloads.model("listing.repriced")
    assert model.model_validate(told).model_dump(mode="json")["data"].keys() == data.keys()


def test_what_stays_has_its_reasons_too(call: Call, vase: str) -> None:
    found = ask(call, write(call, enabled=False, mode="live"), "run")
    assert (found["changed"], found["skipped"]) == (0, 1)
    change = only(found)
    assert (change["old_price"], change["new_price"]) == (28, 28)
    assert "rule_off" in [reason["code"] for reason in change["reasons"]]


def test_an_undone_change_is_back_until_the_rule_is_edited(
    call: Call, store: stores.Store, vase: str
) -> None:
    rule = write(call, mode="live", guards={"cooldown_minutes": 0})
    change = only(ask(call, rule, "run"))
    undone = call("POST", f"/repricer/changes/{change['id']}/undo")
    assert undone.status_code == 200
    assert (undone.get_json()["applied"], undone.get_json()["outcome"]) == (False, "undone")
    assert price(store, vase) == 2800
    again = call("POST", f"/repricer/changes/{change['id']}/undo")
    assert refusal(again) == (409, "change_not_undoable")
    assert ask(call, rule, "run")["changed"] == 0
    call("PATCH", f"{RULES}/{rule['id']}", json={"bounds": {"min": 10, "max": 30}})
    ask(call, rule, "run")
    assert price(store, vase) == 3000


def test_changes_are_found_by_listing_and_by_run(call: Call, vase: str) -> None:
    run = ask(call, write(call, mode="live"), "run")
    change = only(run)["id"]
    for query in ("", f"?listing_id={vase}", f"?run_id={run['run_id']}"):
        assert ids(call, query) == [change]
    for query in ("?listing_id=lst_x", "?run_id=run_x", "?run_id=%00"):
        answer = call("GET", f"/repricer/changes{query}")
        assert answer.status_code in (200, 400)
        assert not answer.get_json().get("data")
    assert refusal(call("GET", "/repricer/changes?rule=x")) == (400, "invalid_parameter")
    assert refusal(call("GET", "/repricer/changes?cursor=x")) == (400, "invalid_parameter")


def ids(call: Call, query: str) -> list[str]:
    answer = call("GET", f"/repricer/changes{query}")
    return [row["id"] for row in answer.get_json()["data"]]


def test_a_repeated_run_is_answered_as_the_first(call: Call, vase: str) -> None:
    rule = write(call, mode="live")
    path = f"{RULES}/{rule['id']}/run"
    first, again = (call("POST", path, once="run").get_json() for _ in range(2))
    assert first == again
    assert len(ids(call, "")) == 1


def test_another_shops_changes_are_not_there(
    call: Call, store: stores.Store, twin: stores.Store
) -> None:
    listing = listing_of(twin)
    rule: Any = repricer.create_rule(twin, {**FEW_LEFT, "mode": "live"})
    theirs = repricer.first_changes(repricer.run(twin, rule.id, by=stores.NOBODY))
    for change_id in (theirs[0].id, *OTHERS):
        answer = call("POST", f"/repricer/changes/{change_id}/undo")
        assert refusal(answer) == (404, "not_found")
    assert price(twin, listing) == 3080
    assert ids(call, f"?listing_id={listing}") == ids(call, f"?run_id={theirs[0].run_id}") == []


def test_running_and_undoing_need_the_right_to_write(
    call: Call, store: stores.Store, vase: str
) -> None:
    rule = write(call)
    _, reader = stores.create_key(store.id, name="Reads", scopes=("repricer:read",))
    assert call("POST", f"{RULES}/{rule['id']}/preview", key=reader).status_code == 200
    assert call("GET", "/repricer/changes", key=reader).status_code == 200
    for path in (f"/rules/{rule['id']}/run", "/changes/chg_x/undo"):
        refused = call("POST", f"/repricer{path}", key=reader)
        assert refused.get_json()["error"]["scope"] == "repricer:write"


def test_a_program_that_looks_takes_no_plan_from_a_person_who_reads_it(
    call: Call, store: stores.Store, vase: str
) -> None:
    rule = write(call)
    read = repricer.plan(store, cause=Cause.MANUAL)
    ask(call, rule, "preview")
    call("PATCH", f"{RULES}/{rule['id']}", json={"enabled": False})
    ask(call, rule, "preview")  # as if it were on: nobody is to say yes to that
    waiting = repricer.newest_plan(store.id)
    assert waiting and (waiting.id, waiting.state) == (read.id, RunState.READY)
    call("PATCH", f"{RULES}/{rule['id']}", json={"enabled": True})
    assert repricer.apply(store.id, read.id).applied == 1
    assert price(store, vase) == 3080
