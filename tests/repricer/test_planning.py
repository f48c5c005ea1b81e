"""A plan says of every listing what would become of its price, and changes nothing."""

from datetime import timedelta

import pytest

from synqro import catalogue, listings, orders, repricer
from synqro.core.clock import now
from synqro.listings import Status
from synqro.repricer import Cause, ChangeOutcome, RunState, planning
from tests import makers
from tests.api.many import statements
from tests.orders.shop import place, session, set_up_payments
from tests.repricer import shop


def test_each_listing_with_what_becomes_of_it_and_why(store):
    few, many = shop.offered(store, stock=2), shop.offered(store, stock=50)
    rule = shop.rule(store)
    run = shop.plan(store)
    first, second = shop.changes(store, run)
    assert (first.listing_id, first.old_price, first.new_price) == (few.id, 2800, 3360)
    assert (first.outcome, first.rule_id, first.rule_name) == ("planned", rule.id, "Scarce")
    assert shop.codes(first)[0] == "stock_band"
    assert (second.listing_id, second.new_price, second.outcome) == (many.id, 2800, "stays")
    assert shop.codes(second) == ["stock_above_bands", "at_target"]
    assert (run.state, run.seen, run.changed, run.skipped) == (RunState.READY, 2, 1, 1)
    assert run.tally == {"at_target": 1}
    assert shop.price(store, few) == 2800 and shop.repriced(store) == []


def test_only_what_is_on_sale_is_looked_at(store):
    paused, ended, there = (shop.offered(store) for _ in range(3))
    listings.edit(store.id, paused.id, status=Status.PAUSED)
    listings.end(store.id, ended.id)
    shop.rule(store)
    assert [one.listing_id for one in shop.changes(store, shop.plan(store))] == [there.id]


def test_without_rules_every_price_stays_and_says_so(store):
    shop.offered(store)
    [change] = shop.changes(store, shop.plan(store))
    assert (shop.codes(change), change.rule_id, change.rule_name) == (["no_rule"], None, None)


def test_held_pieces_are_not_available(store):
    set_up_payments(store)
    product = makers.product(store, stock=5)
    shop.rule(store)
    assert shop.changes(store, shop.plan(store))[0].outcome == "stays"
    place(store, product, 2)
    change = shop.changes(store, shop.plan(store))[0]
    assert (change.outcome, change.reasons[0]["available"]) == ("planned", 3)


def test_what_was_sold_in_the_window_and_since_the_last_sale(store, clock):
    set_up_payments(store)
    product = makers.product(store, stock=None)
    bands = [{"max_units": 1, "adjust_percent": -10}]
    fast = shop.rule(
        store, strategy={"type": "velocity", "window_days": 7, "bands": bands}, priority=1
    )
    orders.follow(session(place(store, product, 2).order))
    [change] = shop.changes(store, shop.plan(store))
    assert (change.outcome, change.reasons[0]["sold"]) == ("stays", 2)
    clock.forward(8 * 86400)
    [change] = shop.changes(store, shop.plan(store))
    assert (change.new_price, change.reasons[0]["sold"]) == (2520, 0)
    repricer.delete_rule(store.id, fast.id)
    age = {"type": "age", "start_days": 5, "every_days": 5}
    shop.rule(store, strategy=age | {"step_percent": -5, "max_total_percent": -50})
    [change] = shop.changes(store, shop.plan(store))
    assert (change.new_price, change.reasons[0]["days"]) == (2660, 8)
    orders.follow(session(place(store, product).order))
    [change] = shop.changes(store, shop.plan(store))
    assert shop.codes(change)[0] == "too_young"


def test_one_rule_alone_is_asked_of_what_it_is_for(store):
    mine, other = shop.offered(store, tags=["sale"]), shop.offered(store)
    wide = shop.rule(store, name="Everything", scope={"listing_ids": [mine.id, other.id]})
    late = shop.fixed(store, 20, name="Late", scope={"tags": ["sale"]}, priority=900)
    [change] = shop.changes(store, shop.plan(store, rule_id=late.id))
    assert (change.listing_id, change.outcome, change.rule_id) == (mine.id, "stays", wide.id)
    assert change.reasons == [{"code": "another_rule_first", "rule": "Everything"}]
    repricer.edit_rule(store, wide.id, {"enabled": False})
    [change] = shop.changes(store, shop.plan(store, rule_id=late.id))
    assert (change.new_price, change.rule_id) == (2000, late.id)
    assert len(shop.changes(store, shop.plan(store, rule_id=wide.id))) == 2


def test_a_rule_that_is_off_is_planned_as_if_it_were_on_and_runs_as_what_it_is(store):
    listing = shop.offered(store)
    rule = shop.rule(store, enabled=False)
    assert shop.plan(store, rule_id=rule.id).changed == 1
    [change] = shop.changes(store, repricer.run(store, rule.id, by=shop.stores.NOBODY))
    assert (shop.codes(change), change.outcome) == (["rule_off"], "stays")
    assert shop.price(store, listing) == 2800


def test_one_that_has_not_begun_says_so(store):
    shop.offered(store)
    later = f"{now() + timedelta(days=1):%Y-%m-%dT%H:%M:%SZ}"
    rule = shop.rule(store, schedule={"timezone": "Europe/London", "starts_at": later})
    [change] = shop.changes(store, shop.plan(store, rule_id=rule.id))
    assert shop.codes(change) == ["outside_hours"]


def test_a_newer_plan_takes_the_place_of_the_older(store):
    shop.offered(store)
    shop.rule(store)
    older, newer = shop.plan(store), shop.plan(store)
    assert repricer.newest_plan(store.id).id == newer.id
    assert repricer.find_run(store.id, older.id).state is RunState.LEFT
    assert [one.outcome for one in shop.changes(store, older)] == [ChangeOutcome.LEFT_OUT]
    repricer.leave(store.id, newer.id)
    assert repricer.newest_plan(store.id) is None
    with pytest.raises(repricer.RunNotReady):
        repricer.leave(store.id, newer.id)


def test_of_many_runs_and_changes_the_newest_come_first(store):
    listing = shop.offered(store)
    shop.rule(store)
    made = [shop.plan(store).id for _ in range(3)]
    first = repricer.runs(store.id, limit=2)
    rest = repricer.runs(store.id, cursor=first.next_cursor, limit=2)
    assert [run.id for run in [*first.data, *rest.data]] == sorted(made, reverse=True)
    page = repricer.changes(store.id, listing_id=listing.id, limit=2)
    assert len(page.data) == 2 and page.next_cursor
    assert repricer.changes(store.id, outcomes=[ChangeOutcome.APPLIED]).data == []


@pytest.mark.parametrize("name", ["", "run_\0", "x" * 5000, "chg_1"])
def test_ids_that_nobody_has(store, twin, name):
    shop.offered(store)
    shop.rule(store)
    run = shop.plan(store)
    [change] = shop.changes(store, run)
    for ask in (repricer.find_run, repricer.leave, repricer.apply):
        for where, id in ((store, name), (twin, run.id)):
            with pytest.raises(repricer.RunNotFound):
                ask(where.id, id)
    for where, id in ((store, name), (twin, change.id)):
        with pytest.raises(repricer.ChangeNotFound):
            repricer.undo(where.id, id, by=shop.stores.NOBODY)
    assert repricer.changes(store.id, run_id=name, listing_id=name).data == []
    with pytest.raises(repricer.RuleNotFound):
        shop.plan(store, rule_id=name)


def test_movers_come_before_those_that_stay(store):
    for stock in (50, 2, 50, 2):
        shop.offered(store, stock=stock)
    shop.rule(store)
    run = shop.plan(store)
    found = [one.outcome.value for one in repricer.first_changes(run, most=3)]
    assert found == ["planned", "planned", "stays"]
    assert len(repricer.first_changes(run, most=2)) == 2


def test_what_is_shown_takes_few_queries(store):
    for _ in range(5):
        shop.offered(store, stock=2)
    shop.rule(store)
    found = shop.changes(store, shop.plan(store))
    asked = statements(lambda: repricer.shown(store.id, found))
    assert len(asked) <= 4
    one = repricer.shown(store.id, found)[0]
    assert (one.listing.title, one.listing.price, one.change.new_price) == (
        "Ripple vase", 2800, 3360,
    )  # fmt: skip
    assert one.line and one.sentences[0].endswith(".")


def test_of_the_timetable_only_what_moves_is_kept(store):
    few, _ = shop.offered(store, stock=2), shop.offered(store, stock=50)
    shop.rule(store)
    run = shop.plan(store, cause=Cause.SCHEDULE, run_id="run_1")
    assert [one.listing_id for one in shop.changes(store, run)] == [few.id]
    assert (run.id, run.seen, run.tally) == ("run_1", 2, {"at_target": 1})


def test_of_very_many_that_stay_the_first_are_kept_and_all_are_counted(store, monkeypatch):
    monkeypatch.setattr(planning, "MOST_STAYING", 2)
    for stock in (50, 50, 50, 2):
        shop.offered(store, stock=stock)
    shop.rule(store)
    run = shop.plan(store)
    found = [(one.number, one.outcome.value) for one in shop.changes(store, run)]
    assert found == [(1, "stays"), (2, "stays"), (3, "planned")]
    assert (run.seen, run.changed, run.skipped, run.tally) == (4, 1, 3, {"at_target": 3})


def test_half_a_plan_is_none(store, monkeypatch):
    shop.offered(store, stock=2)
    shop.rule(store)

    def broken(*_):
        raise RuntimeError

    with monkeypatch.context() as killed:
        killed.setattr(planning, "_whole", broken)
        with pytest.raises(RuntimeError):
            shop.plan(store, run_id="run_1")
    assert repricer.newest_plan(store.id) is None and repricer.runs(store.id).data == []
    with pytest.raises(repricer.RunNotReady):
        repricer.apply(store.id, "run_1")


def test_the_cost_of_making_it_is_the_catalogues(store):
    listing = shop.offered(store, price=1000)
    rule = shop.rule(store, strategy={"type": "margin", "target_margin_percent": 30})
    [change] = shop.changes(store, shop.plan(store))
    assert shop.codes(change) == ["no_cost"]
    catalogue.edit_product(store.id, listing.product_id, cost=1200)
    [change] = shop.changes(store, shop.plan(store, rule_id=rule.id))
    assert change.new_price > 1714
