"""By the timetable live rules change prices, and those on trial wait for a yes."""

from datetime import timedelta

from synqro import listings, repricer, stores
from synqro.agents import Report
from synqro.core.db import db
from synqro.core.ids import new_id
from synqro.jobs import repricer as jobs
from synqro.repricer import Cause, ChangeOutcome, Mode, RunState
from synqro.repricer.applying import choose_live
from tests.repricer import shop


def scheduled(store):
    run_id = new_id("run")
    return repricer.run_scheduled(store.id, run_id), run_id


def there(store):
    db.session.rollback()
    return [run.id for run in repricer.runs(store.id).data]


def test_without_a_rule_that_is_on_there_is_no_run(store):
    shop.offered(store, stock=2)
    shop.rule(store, enabled=False)
    assert scheduled(store)[0] == Report()
    assert there(store) == []


def test_what_changes_nothing_and_asks_nothing_is_not_kept(store):
    shop.offered(store, stock=50)
    shop.rule(store)
    assert scheduled(store)[0] == Report(seen=1, skipped=1)
    assert there(store) == []


def test_live_changes_are_made_and_the_others_wait(store):
    first, second, third = (shop.offered(store, stock=2, tags=[tag]) for tag in "abc")
    shop.rule(store, scope={"tags": ["a"]})
    shop.rule(store, scope={"tags": ["b", "c"]}, mode="dry_run")
    report, run_id = scheduled(store)
    assert report == Report(3, 1, 2, summary="1 price changed; 2 wait for your yes")
    assert [shop.price(store, one) for one in (first, second, third)] == [3360, 2800, 2800]
    run = repricer.newest_plan(store.id)
    assert (run.id, run.cause, run.mode, run.state) == (
        run_id, Cause.SCHEDULE, Mode.LIVE, RunState.READY,
    )  # fmt: skip
    run = repricer.apply(store.id, run_id, by=stores.By(person_id="per_robin"))
    assert (run.state, run.applied) == (RunState.APPLIED, 3)
    assert len(shop.repriced(store)) == 3


def test_what_waits_beside_live_changes_can_be_left(store):
    for tag in "ab":
        shop.offered(store, stock=2, tags=[tag])
    shop.rule(store, scope={"tags": ["a"]})
    shop.rule(store, scope={"tags": ["b"]}, mode="dry_run")
    _, run_id = scheduled(store)
    assert repricer.leave(store.id, run_id).state is RunState.APPLIED
    assert repricer.newest_plan(store.id) is None


def test_a_newer_look_takes_the_place_of_the_older_but_not_of_what_a_person_reads(store):
    listing = shop.offered(store, stock=2)
    shop.rule(store, mode="dry_run")
    read = shop.plan(store)
    _, older = scheduled(store)
    report, newer = scheduled(store)
    assert report.summary == "1 waits for your yes"
    assert repricer.find_run(store.id, older).state is RunState.LEFT
    assert repricer.find_run(store.id, read.id).state is RunState.READY
    repricer.apply(store.id, read.id)
    assert repricer.find_run(store.id, newer).state is RunState.LEFT
    assert repricer.newest_plan(store.id) is None
    assert shop.price(store, listing) == 3360


def test_a_look_that_finds_nothing_lets_nothing_wait(store):
    listing = shop.offered(store, stock=2)
    shop.rule(store, mode="dry_run")
    _, older = scheduled(store)
    listings.edit(store.id, listing.id, quantity=50)
    scheduled(store)
    assert repricer.newest_plan(store.id) is None
    assert there(store) == [older]


def test_the_same_again_changes_nothing_more(store):
    shop.offered(store, stock=2)
    shop.rule(store)
    assert scheduled(store)[0].changed == 1
    for _ in range(3):
        assert scheduled(store)[0].changed == 0
    assert len(shop.repriced(store)) == 1


def test_old_plans_go_and_what_was_changed_stays(store, clock):
    for stock in (2, 50):
        shop.offered(store, stock=stock)
    rule = shop.rule(store, mode="dry_run")
    _, looked = scheduled(store)
    _, again = scheduled(store)
    left = shop.plan(store)
    repricer.leave(store.id, left.id)
    done = repricer.apply(store.id, shop.plan(store).id)
    clock.forward(timedelta(days=1, minutes=1).total_seconds())
    jobs.purge()
    assert set(there(store)) == {left.id, done.id} and {looked, again}.isdisjoint(there(store))
    repricer.edit_rule(store, rule.id, {"strategy": {"type": "fixed", "price": 20}})
    waits = shop.plan(store)
    clock.forward(timedelta(days=6, hours=23).total_seconds())
    jobs.purge()
    assert set(there(store)) == {waits.id, done.id}
    [kept] = shop.changes(store, done)
    assert kept.outcome is ChangeOutcome.APPLIED
    assert len(shop.changes(store, waits)) == 2
    clock.forward(timedelta(days=1).total_seconds())
    jobs.purge()
    assert there(store) == [done.id]
    repricer.undo(store.id, kept.id, by=stores.NOBODY)


def test_the_sweep_takes_up_what_a_worker_left(store, run_jobs):
    listing = shop.offered(store, stock=2)
    rule = shop.rule(store)
    run = shop.plan(store)
    choose_live(store.id, run.id, [rule.id])
    jobs.sweep()
    assert shop.price(store, listing) == 3360
    assert repricer.half_done() == []
