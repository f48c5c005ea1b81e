"""One run at a time, written down whatever came of it."""

from datetime import timedelta
from threading import Barrier, Event, Thread
from threading import enumerate as enumerate_threads

import pytest
from sqlalchemy.exc import DatabaseError

from synqro import agents
from synqro.agents import (
    AgentStatus,
    Kind,
    PausedReason,
    Problem,
    Report,
    RunOutcome,
    Trigger,
    keeping,
)
from synqro.core.clock import now
from synqro.core.db import db
from synqro.core.errors import Conflict
from tests.agents.conftest import SWEEPER, of
from tests.makers import wait_for

DONE = Report(seen=3, changed=2, skipped=1, summary="Freed the pieces of two checkouts.")
LEASE = keeping.LEASE.total_seconds()


def done(_run):
    return DONE


def broken(_run):
    raise ZeroDivisionError("the inside of the machine")


def run(store, do=done, trigger=Trigger.SCHEDULE, kind=SWEEPER):
    """A run; what a test finds wrong inside it is no failure of the agent's."""
    wrong = []

    def watched(running):
        try:
            return do(running)
        except AssertionError as error:
            wrong.append(error)
            raise

    ended = agents.work(store.id, kind, trigger, watched)
    for error in wrong:
        raise error
    return ended


def test_a_run_says_what_it_did(store):
    ended = run(store)
    assert (ended.outcome, ended.seen, ended.changed) == ("succeeded", 3, 2)
    shown = of(store)
    assert shown.last == ended and not shown.running
    assert shown.agent.last_success_at == ended.started_at == shown.last_run_at
    assert shown.counters == agents.Counters(runs=1, failures=0, items=2)


def test_a_run_is_not_inside_a_transaction(store):
    def look(_run):
        assert "jobs" not in db.session.info and not db.session().in_transaction()
        assert of(store).running
        return DONE

    run(store, look)


@pytest.mark.parametrize(
    ("report", "outcome"),
    [
        (Report(seen=2, skipped=2), "succeeded"),
        (Report(seen=2, changed=1, failed=1), "partial"),
        (Report(seen=2, skipped=1, failed=1), "failed"),
        (Report(problem=Problem("away", "Stripe did not answer.")), "failed"),
    ],
)
def test_what_came_of_it_is_one_word(store, report, outcome):
    assert run(store, lambda _run: report).outcome == outcome


def test_a_look_that_finds_nothing_leaves_no_run(store, clock):
    first = run(store)
    clock.forward(60)
    assert run(store, lambda _run: Report()) is None
    shown = of(store)
    assert shown.last == first and not shown.running and shown.counters.runs == 1
    assert shown.agent.last_run_at - first.started_at > timedelta(seconds=59)


def test_whoever_asks_is_told_that_there_was_nothing_to_do(store):
    assert run(store, lambda _run: Report(), Trigger.MANUAL).outcome == "skipped"
    assert of(store).last.outcome == "skipped"


def test_an_exception_is_a_failed_run_that_tells_nothing_of_our_inside(store):
    ended = run(store, broken)
    assert ended.outcome is RunOutcome.FAILED
    assert ended.error_message == "Something went wrong on our side. It is tried again."
    assert agents.as_wire(of(store))["last_error"]["code"] == "internal_error"


def test_a_refusal_is_told_in_its_own_words(store):
    def refuse(_run):
        raise Conflict("The shop is closed.")

    assert run(store, refuse).error_message == "The shop is closed."


def test_while_it_is_at_work_nobody_else_begins(store, sweeper):
    def again(_run):
        assert run(store) is None
        with pytest.raises(agents.AgentRunning) as refused:
            agents.ask(store.id, sweeper.id)
        assert refused.value.facts == {"run_id": _run.id}
        return DONE

    assert run(store, again)
    assert run(store)


def test_other_shops_and_other_kinds_do_not_wait(store, twin):
    def inside(_run):
        assert run(twin) and run(store, kind=Kind.RETENTION)
        return DONE

    assert run(store, inside)


def test_many_that_race_for_an_agent_are_one(app, store):
    begin, gate = Barrier(4, timeout=60), Event()
    ran, found = [], []

    def do(run):
        ran.append(run.id)
        gate.wait(60)
        return DONE

    def race():
        with app.app_context():
            begin.wait()
            found.append(run(store, do))
            if len(found) == 3:
                gate.set()
            db.session.remove()

    threads = [Thread(target=race) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(ran) == 1 and found.count(None) == 3


def test_a_lease_is_renewed_while_it_works(store, monkeypatch):
    monkeypatch.setattr(keeping, "RENEWED", 0.05)

    def long(running):
        before = of(store).agent.leased_until

        def renewed() -> bool:
            shown = of(store)
            return shown.agent.leased_until > before and shown.open.leased_until > before

        wait_for(renewed)
        return DONE

    assert run(store, long).outcome == "succeeded"


def test_a_lease_that_cannot_be_renewed_once_is_renewed_the_next_time(store, monkeypatch):
    monkeypatch.setattr(keeping, "RENEWED", 0.05)
    write, trouble = (
        keeping._write,
        [OSError("too many open files"), DatabaseError("", None, OSError())],
    )

    def stumble(*given) -> None:
        if trouble:
            raise trouble.pop()
        write(*given)

    monkeypatch.setattr(keeping, "_write", stumble)

    def long(_run):
        before = of(store).agent.leased_until
        wait_for(lambda: of(store).agent.leased_until > before)
        return DONE

    assert run(store, long).outcome == "succeeded"


def renewing() -> bool:
    return any(thread.name == "lease" for thread in enumerate_threads())


def test_nobody_renews_a_lease_once_the_work_is_done(store):
    def look(_run):
        assert renewing()
        return DONE

    assert run(store, look) and not renewing()
    run(store, broken)
    assert not renewing()


def test_work_that_is_stuck_is_not_kept_for_ever(store, monkeypatch):
    monkeypatch.setattr(keeping, "RENEWED", 0.02)
    monkeypatch.setattr(keeping, "LONGEST", 0.05)

    def stuck(_run):
        wait_for(lambda: not renewing())
        return DONE

    assert run(store, stuck)


class Killed(BaseException):
    pass


def die(_run):
    raise Killed


def killed(store) -> None:
    with pytest.raises(Killed):
        run(store, die)


def test_a_run_whose_worker_died_is_ended_and_tried_again(store, clock):
    killed(store)
    assert run(store) is None
    assert of(store).running
    clock.forward(LEASE + 1)
    assert not of(store).running
    assert run(store).outcome == "succeeded"
    first = agents.latest_runs(store.id)[-1]
    assert (first.outcome, first.error_code) == ("failed", "interrupted")
    assert first.error_message == "The machine stopped in the middle. It is tried again."


def test_a_sweep_ends_what_died(store, clock):
    killed(store)
    assert agents.end_lost() == 0
    clock.forward(LEASE + 1)
    assert (agents.end_lost(), agents.end_lost()) == (1, 0)
    assert of(store).agent.consecutive_failures == 1


def test_what_kills_its_worker_again_and_again_waits(store, clock):
    for _ in range(2):
        killed(store)
        clock.forward(LEASE + 1)
        agents.end_lost()
    assert agents.resting(SWEEPER) == {store.id}
    assert run(store) is None


def test_a_run_that_outlived_its_lease_changes_nothing_any_more(store, clock):
    def slow(_run):
        clock.forward(LEASE + 1)
        assert run(store, trigger=Trigger.MANUAL)
        return Report(failed=1)

    assert run(store, slow).error_code == "interrupted"
    assert of(store).last.outcome == "succeeded"


@pytest.mark.parametrize(
    ("kind", "minutes"),
    [(Kind.RETENTION, [1, 2, 4, 8, 16, 32, 60, 60]), (SWEEPER, [1, 2, 4, 5, 5])],
    ids=["to an hour", "customers wait for it"],
)
def test_failures_wait_longer_each_time_and_end_in_error(store, clock, kind, minutes):
    waits = []
    for _ in minutes:
        assert run(store, broken, kind=kind)
        agent = of(store, kind).agent
        waits.append(round((agent.not_before - now()).total_seconds() / 60))
        assert run(store, kind=kind) is None and agents.resting(kind) == {store.id}
        in_error = agent.consecutive_failures >= 3
        assert agent.status is (AgentStatus.ERROR if in_error else AgentStatus.ACTIVE)
        assert bool(agents.failing(store.id)) == in_error
        clock.forward(waits[-1] * 60 + 1)
        assert agents.resting(kind) == frozenset()
    assert waits == minutes
    assert run(store, kind=kind)
    agent = of(store, kind).agent
    assert (agent.status, agent.consecutive_failures, agent.error_code) == ("active", 0, None)
    assert agents.failing(store.id) == []


def test_what_was_done_in_part_is_no_failure_in_a_row(store):
    for _ in range(4):
        run(store, lambda _: Report(2, 1, failed=1, problem=Problem("odd", "One is odd.")))
    agent = of(store).agent
    assert (agent.status, agent.consecutive_failures, agent.error_code) == ("active", 0, "odd")
    assert run(store)


def test_an_agent_that_is_let_in_no_more_pauses(store, told):
    lost = Report(failed=1, problem=Problem("auth_expired", "Connect the account again."))
    run(store, lambda _run: lost)
    agent = of(store).agent
    assert (agent.status, agent.paused_reason) == ("paused", PausedReason.AUTH_EXPIRED)
    assert agents.failing(store.id) == [agent] and told == [(store.id, SWEEPER, True)]
    agents.resume(store.id, agent.id)
    assert run(store) and told[1:] == [(store.id, SWEEPER, False)]


def test_trouble_that_is_over_by_itself_is_forgotten(store, twin, clock):
    for shop in (store, twin):
        run(shop, broken)
    agents.calm(SWEEPER, [])
    assert of(store).agent.not_before
    clock.forward(61)
    agents.calm(SWEEPER, [twin.id])
    assert (of(store).agent.not_before, of(store).agent.consecutive_failures) == (None, 0)
    assert of(twin).agent.consecutive_failures == 1


def test_those_that_ran_long_ago_come_first(store, twin, clock):
    run(store)
    assert agents.in_turn(SWEEPER, [store.id, twin.id]) == [twin.id, store.id]
    clock.forward(1)
    run(twin)
    assert agents.in_turn(SWEEPER, [twin.id, store.id]) == [store.id, twin.id]


def test_the_repricer_runs_when_its_own_time_has_come(store, repricer, clock):
    due = lambda: store.id in agents.due(Kind.REPRICER, (), 50)  # noqa: E731
    assert not due()
    clock.forward(3601)
    assert due()
    ended = run(store, kind=Kind.REPRICER)
    assert not due()
    following = of(store, Kind.REPRICER).agent.next_run_at
    assert following == ended.started_at + timedelta(hours=1)
    clock.forward(3601)
    run(store, broken, kind=Kind.REPRICER)
    agent = of(store, Kind.REPRICER).agent
    assert agent.next_run_at == agent.not_before
