"""/v1/agents as a program that watches a shop meets it."""

import sys
from datetime import timedelta
from typing import Any

import pytest

from synqro import agents, stores
from synqro.agents import Kind, Report, Trigger
from synqro.core import idempotency
from tests.api.conftest import Call
from tests.api.test_products_at_once import dies
from tests.conftest import Clock
from tests.makers import refusal

Json = dict[str, Any]
OTHERS = ("agt_x", "x%00y", "y" * 5000)


def every(call: Call, query: str = "") -> list[Json]:
    found: list[Json] = call("GET", f"/agents{query}").get_json()["data"]
    return found


@pytest.fixture
def repricer(call: Call) -> Json:
    return next(agent for agent in every(call) if agent["kind"] == "repricer")


def test_every_automation_of_the_shop_is_listed(call: Call) -> None:
    found = every(call)
    assert [agent["kind"] for agent in found] == [kind.value for kind in agents.KINDS]
    assert all(agent["id"].startswith("agt_") and agent["name"] for agent in found)
    assert {agent["status"] for agent in found} == {"active"}


def test_one_says_what_it_does_and_when(call: Call, repricer: Json) -> None:
    assert call("GET", f"/agents/{repricer['id']}").get_json() == repricer
    assert (repricer["object"], repricer["running"]) == ("agent", False)
    assert repricer["schedule"] == {"type": "interval", "every_seconds": 3600}
    assert repricer["last_error"] is repricer["paused_reason"] is None


def test_the_list_comes_page_by_page(call: Call) -> None:
    first = call("GET", "/agents?limit=4").get_json()
    assert (len(first["data"]), first["has_more"]) == (4, True)
    rest = call("GET", f"/agents?limit=4&cursor={first['next_cursor']}").get_json()
    assert (len(rest["data"]), rest["has_more"]) == (3, False)
    assert first["data"] + rest["data"] == every(call)
    assert refusal(call("GET", "/agents?cursor=x")) == (400, "invalid_parameter")


def test_one_that_is_paused_rests_until_it_is_resumed(call: Call, repricer: Json) -> None:
    path = f"/agents/{repricer['id']}"
    paused = call("POST", f"{path}/pause").get_json()
    assert (paused["status"], paused["paused_reason"]) == ("paused", "merchant")
    assert paused["next_run_at"] is None
    assert call("POST", f"{path}/pause").get_json() == paused
    resumed = call("POST", f"{path}/resume").get_json()
    assert (resumed["status"], resumed["paused_reason"]) == ("active", None)


def test_a_run_is_asked_for_once_at_a_time(
    call: Call, repricer: Json, monkeypatch: pytest.MonkeyPatch
) -> None:
    asking = sys.modules["synqro.agents.asking"]
    monkeypatch.setattr(asking, "PATIENCE", timedelta(seconds=50))  # nobody takes it up here
    path = f"/agents/{repricer['id']}"
    asked = call("POST", f"{path}/run", once="a")
    assert asked.status_code == 202
    run = asked.get_json()
    assert run["id"].startswith("run_")
    assert (run["object"], run["status"], run["trigger"]) == ("agent_run", "queued", "manual")
    assert call("POST", f"{path}/run", once="a").get_json() == run
    assert refusal(call("POST", f"{path}/run")) == (409, "agent_running")
    assert call("GET", path).get_json()["running"] is True
    assert [one["id"] for one in call("GET", f"{path}/runs").get_json()["data"]] == [run["id"]]


def test_one_that_is_paused_can_be_run_all_the_same(call: Call, repricer: Json) -> None:
    path = f"/agents/{repricer['id']}"
    call("POST", f"{path}/pause")
    assert call("POST", f"{path}/run").status_code == 202
    assert call("GET", path).get_json()["status"] == "paused"


def test_another_shops_agents_are_not_there(call: Call, twin: stores.Store) -> None:
    theirs = agents.listed(twin.id)[0].agent.id
    for agent_id in (theirs, *OTHERS):
        for method, path in (
            ("GET", ""), ("GET", "/runs"), ("POST", "/run"), ("POST", "/pause"),
            ("POST", "/resume"),
        ):  # fmt: skip
            answer = call(method, f"/agents/{agent_id}{path}")
            assert answer.status_code == 404
    assert theirs not in [agent["id"] for agent in every(call)]


def test_agents_need_their_scopes(call: Call, store: stores.Store, repricer: Json) -> None:
    _, reader = stores.create_key(store.id, name="Reads", scopes=("agents:read",))
    for path in ("", f"/{repricer['id']}", f"/{repricer['id']}/runs"):
        assert call("GET", f"/agents{path}", key=reader).status_code == 200
    for what in ("run", "pause", "resume"):
        refused = call("POST", f"/agents/{repricer['id']}/{what}", key=reader)
        assert refused.get_json()["error"]["scope"] == "agents:write"


def test_a_run_whose_asker_died_is_found_again_however_many_came_since(
    call: Call, store: stores.Store, repricer: Json, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = f"/agents/{repricer['id']}"
    with monkeypatch.context() as dying:
        dying.setattr(idempotency, "keep", dies)
        with pytest.raises(KeyboardInterrupt):
            call("POST", f"{path}/run", once="k")
    [asked] = call("GET", f"{path}/runs").get_json()["data"]
    agents.take_up(asked["id"], lambda _run: Report(seen=1))
    for _ in range(101):
        agents.work(store.id, Kind.REPRICER, Trigger.MANUAL, lambda _run: Report(seen=1))
    clock.forward(61)
    answer = call("POST", f"{path}/run", once="k")
    assert (answer.status_code, answer.get_json()["id"]) == (202, asked["id"])
