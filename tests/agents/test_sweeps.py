"""One sweep of a kind at a time; streams make few runs; old runs are forgotten."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import func, select

from synqro import agents
from synqro.agents import Kind, Problem, Report, Run, Trigger, keeping, retention
from synqro.core.clock import now
from synqro.core.db import db
from tests.agents.conftest import SWEEPER, of
from tests.agents.test_working import DONE, LEASE, Killed, done, run
from tests.makers import wait_for

HOOKS = Kind.WEBHOOK_DELIVERY
SECOND = timedelta(seconds=1)


def test_a_sweep_is_alone(app):
    with agents.beating(SWEEPER) as first, agents.beating(SWEEPER) as second:
        assert first and second is None
        with agents.beating(Kind.RETENTION) as other:
            assert other
    with agents.beating(SWEEPER) as again:
        assert again


def test_many_that_race_for_a_sweep_are_one(app):
    begin, end = Barrier(4, timeout=60), Barrier(4, timeout=60)
    held = []

    def race():
        with app.app_context():
            begin.wait()
            with agents.beating(SWEEPER) as beat:
                held.append(beat)
                end.wait()

    threads = [Thread(target=race) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(held) == 4 and held.count(None) == 3


def test_a_sweep_that_was_killed_is_followed_by_another(store, app, clock, monkeypatch):
    with monkeypatch.context() as patched:
        patched.setattr("synqro.agents.sweeping._let_go", lambda *_: None)
        with pytest.raises(Killed), agents.beating(SWEEPER):
            raise Killed
    with agents.beating(SWEEPER) as beat:
        assert beat is None
    clock.forward(LEASE + 1)
    with agents.beating(SWEEPER) as beat:
        assert beat


def test_a_sweep_that_outlived_its_lease_lets_go_of_no_other(app, clock):
    slow = agents.beating(SWEEPER)
    assert slow.__enter__()
    clock.forward(LEASE + 1)
    with agents.beating(SWEEPER) as beat:
        assert beat
        slow.__exit__(None, None, None)
        with agents.beating(SWEEPER) as third:
            assert third is None


def test_a_sweep_that_stumbles_has_not_looked(store, app):
    with pytest.raises(ZeroDivisionError), agents.beating(SWEEPER):
        raise ZeroDivisionError
    assert of(store).looked_at is None
    with agents.beating(SWEEPER):
        pass
    assert of(store).looked_at


def test_a_clock_that_is_set_back_holds_nobody_up(store, app, clock):
    clock.forward(86_400)
    with agents.beating(SWEEPER):
        clock.forward(-86_400)
        with agents.beating(SWEEPER) as beat:
            assert beat


def test_a_long_sweep_keeps_its_lease(store, app, monkeypatch):
    monkeypatch.setattr(keeping, "RENEWED", 0.05)
    with agents.beating(SWEEPER) as beat:
        before = beat.leased_until

        def renewed() -> bool:
            db.session.rollback()
            mine = db.session.get(agents.Beat, SWEEPER, populate_existing=True)
            return bool(mine and mine.leased_until > before)

        wait_for(renewed)


def test_a_sweep_remembers_how_far_it_came(app):
    with agents.beating(HOOKS) as beat:
        assert beat.cursor is None
        agents.move_on(HOOKS, "here")
    with agents.beating(HOOKS) as beat:
        assert beat.cursor == "here"


def note(store, report, began, seconds=1.0):
    ended = began + timedelta(seconds=seconds)
    words = lambda all_of_it: f"Sent {all_of_it.changed}."  # noqa: E731
    return agents.note(store.id, HOOKS, report, began, ended, words=words)


def test_a_busy_stream_is_one_run(store):
    at = now()
    for number in range(20):
        note(store, Report(seen=2, changed=2), at + number * 15 * SECOND)
    assert [(r.changed, r.summary) for r in agents.latest_runs(store.id)] == [(40, "Sent 40.")]
    shown = of(store, HOOKS)
    assert shown.last.trigger is Trigger.EVENT and shown.counters.items == 40
    assert shown.last.started_at == at
    assert shown.last_run_at == shown.last.ended_at == at + 286 * SECOND


def test_what_comes_later_is_a_run_of_its_own(store):
    at = now()
    note(store, Report(seen=1, changed=1), at)
    note(store, Report(seen=1, changed=1), at + 62 * SECOND)
    assert len(agents.latest_runs(store.id)) == 2


def test_no_run_goes_on_for_longer_than_an_hour(store):
    at = now()
    for number in range(150):
        note(store, Report(seen=1, changed=1), at + number * 30 * SECOND)
    assert len(agents.latest_runs(store.id)) == 2


def test_a_stream_that_fails_holds_nothing_back(store):
    at, lost = now(), Problem("endpoint_failed", "An endpoint does not answer.")
    for number in range(3):
        note(store, Report(seen=1, failed=1, problem=lost), at + number * 100 * SECOND)
    agent = of(store, HOOKS).agent
    assert (agent.status, agent.not_before) == ("error", None)
    note(store, Report(seen=1, changed=1), at + 230 * SECOND)
    shown = of(store, HOOKS)
    assert (shown.last.outcome, shown.agent.status) == ("partial", "active")
    assert shown.counters == agents.Counters(runs=3, failures=2, items=1)


def test_a_busy_stream_that_fails_has_failed_once(store):
    for number in range(3):
        note(store, Report(seen=1, failed=1), now() + number * 15 * SECOND)
    agent = of(store, HOOKS).agent
    assert (agent.status, agent.consecutive_failures) == ("active", 1)


def test_a_stream_goes_on_beside_a_run_that_was_asked_for(store):
    def meanwhile(_run):
        note(store, Report(seen=1, changed=1), now())
        assert of(store, HOOKS).running
        assert run(store, trigger=Trigger.MANUAL, kind=HOOKS) is None
        return DONE

    assert run(store, meanwhile, Trigger.MANUAL, HOOKS)


def test_a_stream_that_failed_and_fell_silent_is_forgiven(store, clock):
    for number in range(3):
        note(store, Report(seen=1, failed=1), now() + number * 100 * SECOND)
    agents.calm_silent()
    assert of(store, HOOKS).agent.status == "error"
    clock.forward(2 * 86_400)
    agents.calm_silent()
    assert of(store, HOOKS).agent.status == "active"


def test_a_run_that_was_asked_for_is_not_mixed_with_the_stream(store):
    agents.work(store.id, HOOKS, Trigger.MANUAL, done)
    note(store, Report(seen=1, changed=1), now())
    assert [r.trigger for r in agents.latest_runs(store.id)] == ["event", "manual"]


def count(which=True) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Run).where(which))


def test_runs_are_kept_for_a_month(store, clock):
    run(store)
    clock.forward(29 * 86_400)
    run(store)
    agents.purge(1)
    assert count() == 2
    clock.forward(2 * 86_400)
    agents.purge(1)
    assert count() == 1


def test_the_newest_runs_are_kept(store, monkeypatch):
    monkeypatch.setattr(retention, "MOST", 3)
    ended = [run(store).id for _ in range(5)]
    agents.work(store.id, Kind.RETENTION, Trigger.SCHEDULE, lambda _run: DONE)
    agents.purge(1)
    kept = agents.runs(store.id, of(store).agent.id).data
    assert [r.id for r in kept] == ended[:1:-1]
    assert count() == 4


def test_a_run_under_way_is_never_forgotten(store, sweeper, clock):
    agents.ask(store.id, sweeper.id)
    clock.forward(40 * 86_400)
    agents.purge()
    assert count() == 1
