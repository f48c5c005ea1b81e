"""Pausing holds the work, resuming takes it up; a timetable is the merchant's own."""

from datetime import timedelta

import pytest

from synqro import agents, stores
from synqro.agents import Kind, Problem, Report
from synqro.core.clock import now
from synqro.core.db import db
from synqro.core.errors import Invalid
from tests.agents.conftest import SWEEPER, of
from tests.agents.test_working import broken, run
from tests.api.many import statements
from tests.makers import person


def test_pausing_tells_the_room_once(store, sweeper, told):
    for _ in range(2):
        agents.pause(store.id, sweeper.id)
    assert told == [(store.id, SWEEPER, True)]
    assert not agents.is_on(store.id, SWEEPER) and agents.resting(SWEEPER) == {store.id}
    assert run(store) is None and of(store).next_run_at is None
    for _ in range(2):
        agents.resume(store.id, sweeper.id)
    assert told[1:] == [(store.id, SWEEPER, False)]
    assert agents.is_on(store.id, SWEEPER) and agents.resting(SWEEPER) == frozenset()
    assert run(store)


def test_pausing_one_leaves_the_others(store, twin, sweeper):
    agents.pause(store.id, sweeper.id)
    assert agents.is_on(twin.id, SWEEPER) and agents.is_on(store.id, Kind.RETENTION)
    run(store, broken, kind=Kind.QUOTE_FOLLOWUP)
    assert agents.resting(SWEEPER) == agents.resting(Kind.QUOTE_FOLLOWUP) == {store.id}
    assert agents.resting(Kind.RETENTION) == frozenset()


def test_a_pause_whose_room_refuses_is_none(app, store, sweeper):
    app.extensions["agent_listeners"] = [lambda *_: 1 / 0]
    with pytest.raises(ZeroDivisionError):
        agents.pause(store.id, sweeper.id)
    assert of(store).agent.status == "active"


def test_pausing_while_it_works_stays(store, sweeper):
    def meanwhile(_run):
        agents.pause(store.id, sweeper.id)
        return Report(seen=1, failed=1, problem=Problem("odd", "It is odd."))

    assert run(store, meanwhile).outcome == "failed"
    agent = of(store).agent
    assert (agent.status, agent.not_before, agent.error_code) == ("paused", None, "odd")


def test_resuming_frees_one_that_failures_hold_back(store, sweeper):
    for _ in range(3):
        run(store, broken)
        db.session.rollback()
        agents.resume(store.id, sweeper.id)
    assert of(store).agent.status == "active"
    assert run(store)


def test_resuming_makes_the_repricer_due_at_once(store, repricer, app):
    agents.pause(store.id, repricer.id)
    assert agents.due(Kind.REPRICER, (), 9) == []
    agents.resume(store.id, repricer.id)
    assert store.id in agents.due(Kind.REPRICER, (), 9)
    assert [job.func_name for job in app.extensions["queue"].jobs] == [
        "synqro.jobs.agents.repricer"
    ]


def test_every_so_often(store, repricer, clock):
    agents.set_timetable(store.id, repricer.id, every_seconds=86400)
    shown = of(store, Kind.REPRICER)
    assert agents.as_wire(shown)["schedule"] == {"type": "interval", "every_seconds": 86400}
    assert timedelta(hours=23) < shown.next_run_at - now() < timedelta(hours=25)


def test_at_a_time_of_day(store, repricer):
    before = now()
    agents.set_timetable(store.id, repricer.id, cron="30 6 * * *")
    shown = of(store, Kind.REPRICER)
    wanted = {"type": "cron", "cron": "30 6 * * *", "timezone": "Europe/Berlin"}
    assert agents.as_wire(shown)["schedule"] == wanted
    assert before < shown.next_run_at < now() + timedelta(hours=25)
    agents.pause(store.id, repricer.id)
    agents.set_timetable(store.id, repricer.id, every_seconds=900)
    assert of(store, Kind.REPRICER).agent.next_run_at is None


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({}, "schedule"),
        ({"every_seconds": 900, "cron": "0 6 * * *"}, "schedule"),
        ({"every_seconds": 1}, "every_seconds"),
        ({"cron": "* * * * *"}, "cron"),
        ({"cron": "0 24 * * *"}, "cron"),
        ({"cron": "60 6 * * *"}, "cron"),
        ({"cron": "0 6 * * 7"}, "cron"),
        ({"cron": "0 6 * * *\n"}, "cron"),
        ({"cron": "٣ 6 * * *"}, "cron"),
    ],
)
def test_a_timetable_that_cannot_be(store, repricer, given, field):
    with pytest.raises(Invalid) as refused:
        agents.set_timetable(store.id, repricer.id, **given)
    assert [wrong["field"] for wrong in refused.value.facts["fields"]] == [field]


def test_a_sweep_has_no_timetable_of_its_own(store, sweeper):
    with pytest.raises(Invalid):
        agents.set_timetable(store.id, sweeper.id, every_seconds=900)


def test_the_sweeps_look_is_the_last_run_of_who_had_nothing_to_do(store, sweeper, clock):
    shown = of(store)
    assert (shown.last_run_at, shown.next_run_at) == (None, None)
    clock.forward(5)
    with agents.beating(SWEEPER) as beat:
        assert beat
    shown = of(store)
    assert shown.next_run_at == shown.last_run_at + timedelta(seconds=15)
    agents.pause(store.id, sweeper.id)
    clock.forward(600)
    with agents.beating(SWEEPER):
        pass
    assert of(store).last_run_at == of(store).agent.paused_at


def test_listing_all_agents_takes_three_queries(store):
    run(store, broken)

    def read() -> None:
        shown = agents.listed(store.id)
        assert [agents.as_wire(one)["kind"] for one in shown] == list(agents.KINDS)

    assert len(statements(read)) <= 3


def test_a_shop_opened_later_has_agents_too(store):
    place = stores.Place("GBP", "GB", "Europe/London", "en_GB")
    other = stores.open_store(person("o@example.com"), name="Other", place=place)
    assert len(agents.listed(other.store.id)) == len(agents.KINDS)
