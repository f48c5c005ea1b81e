"""Run now: once, whoever takes it, and also while paused."""

import pytest

from synqro import agents
from synqro.agents import Report, RunState, Trigger
from synqro.stores import By
from tests.agents.conftest import SWEEPER, of
from tests.agents.test_working import DONE, LEASE, done, killed, run

ME = By(person_id="prs_1")


def test_what_is_asked_for_waits_in_the_queue(store, sweeper, app):
    asked = agents.ask(store.id, sweeper.id, by=ME)
    assert (asked.state, asked.trigger, asked.person_id) == ("queued", "manual", "prs_1")
    assert [job.args for job in app.extensions["queue"].jobs] == [(asked.id,)]
    assert of(store).queued and of(store).running
    assert run(store) is None


def test_asking_twice_is_refused(store, sweeper):
    asked = agents.ask(store.id, sweeper.id)
    with pytest.raises(agents.AgentRunning) as refused:
        agents.ask(store.id, sweeper.id)
    assert refused.value.code == "agent_running" and refused.value.facts["run_id"] == asked.id


def test_a_run_is_taken_once(store, sweeper):
    asked = agents.ask(store.id, sweeper.id)
    assert agents.take_up(asked.id, done).outcome == "succeeded"
    assert agents.take_up(asked.id, done) is None
    assert agents.take_up("run_of_nobody", done) is None
    assert agents.ask(store.id, sweeper.id)


def test_a_paused_agent_runs_once_when_asked(store, sweeper):
    agents.pause(store.id, sweeper.id)
    asked = agents.ask(store.id, sweeper.id)
    assert agents.take_up(asked.id, done).outcome == "succeeded"
    assert of(store).agent.status == "paused"
    assert run(store) is None


def test_a_run_that_nobody_took_is_found(store, sweeper, clock):
    asked = agents.ask(store.id, sweeper.id)
    assert agents.waiting() == []
    clock.forward(11)
    assert agents.waiting() == [asked.id]
    assert agents.end_lost() == 0
    agents.take_up(asked.id, done)
    assert agents.waiting() == []


def test_asking_where_the_worker_died_takes_its_place(store, sweeper, clock):
    killed(store)
    clock.forward(LEASE + 1)
    asked = agents.ask(store.id, sweeper.id)
    assert of(store).last.error_code == "interrupted"
    assert agents.take_up(asked.id, done)


@pytest.mark.parametrize("name", ["agt_of_nobody", "agt\0", "x" * 5000, ""])
def test_an_agent_of_nobody_is_not_found(store, name):
    for deed in (agents.ask, agents.pause, agents.resume, agents.find, agents.runs):
        with pytest.raises(agents.AgentNotFound):
            deed(store.id, name)


def test_an_agent_of_another_shop_is_not_found(store, twin, sweeper):
    with pytest.raises(agents.AgentNotFound):
        agents.ask(twin.id, sweeper.id)


def test_runs_are_listed_newest_first_and_only_ones_own(store, twin, sweeper):
    mine = [run(store).id for _ in range(3)]
    run(twin)
    first = agents.runs(store.id, sweeper.id, limit=2)
    rest = agents.runs(store.id, sweeper.id, limit=2, cursor=first.next_cursor)
    assert [r.id for r in [*first.data, *rest.data]] == mine[::-1]
    assert [r.id for r in agents.latest_runs(store.id, 2)] == mine[:0:-1]
    assert all(r.state is RunState.ENDED for r in first.data)


def test_a_run_on_the_wire(store, sweeper):
    asked = agents.run_as_wire(agents.ask(store.id, sweeper.id))
    assert (asked["object"], asked["status"], asked["started_at"]) == ("agent_run", "queued", None)
    shown = agents.run_as_wire(agents.take_up(asked["id"], done))
    assert shown["status"] == shown["outcome"] == "succeeded"
    assert shown["counts"] == {"seen": 3, "changed": 2, "skipped": 1, "failed": 0}
    assert (shown["summary"], shown["error"]) == (DONE.summary, None)
    failed = agents.run_as_wire(run(store, lambda _: Report(failed=1), Trigger.EVENT, SWEEPER))
    assert failed["status"] == "failed" and failed["trigger"] == "event"
