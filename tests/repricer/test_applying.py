"""A plan is applied once, as far as it still holds; what a person did meanwhile wins."""

import threading

import pytest

from synqro import catalogue, events, listings, orders, repricer, stores
from synqro.core.db import db
from synqro.listings import PriceCause, Status
from synqro.repricer import ChangeOutcome, Mode, RunState
from synqro.repricer.applying import choose_live
from synqro.stores import By
from tests import makers
from tests.repricer import shop

ROBIN = By(person_id="per_robin")
BOUNDS = {"min": 1, "max": 50}
PAIRS = (("Size", 7), ("Colour", 10))


def outcomes(store, run):
    return {c.listing_id: (c.outcome.value, c.problem) for c in shop.changes(store, run)}


def test_a_price_is_applied_told_and_kept_in_the_history(store):
    listing = shop.offered(store, stock=2)
    rule = shop.rule(store)
    run = repricer.apply(store.id, shop.plan(store).id, by=ROBIN)
    assert (run.state, run.applied, run.lost, run.person_id) == ("applied", 1, 0, "per_robin")
    assert shop.price(store, listing) == 3360
    [told] = shop.repriced(store)
    assert told.items() >= {
        "id": listing.id, "object": "listing", "price": 33.6, "base_price": 28, "old_price": 28,
        "new_price": 33.6, "currency": "EUR", "rule_id": rule.id, "run_id": run.id,
    }.items()  # fmt: skip
    [change] = shop.changes(store, run)
    assert change.outcome is ChangeOutcome.APPLIED and change.applied_at
    assert told["reason"] == repricer.reason_line(change) != ""
    last = listings.prices(store.id, listing.id).data[0]
    assert (last.cause, last.price_before, last.price) == (PriceCause.REPRICED, 2800, 3360)
    assert (last.rule_id, last.run_id, last.person_id) == (rule.id, run.id, "per_robin")
    assert last.reason == told["reason"]


def test_the_second_who_applies_it_is_told_so(store):
    shop.offered(store, stock=2)
    shop.rule(store)
    run = shop.plan(store)
    repricer.apply(store.id, run.id)
    with pytest.raises(repricer.RunNotReady):
        repricer.apply(store.id, run.id)
    assert len(shop.repriced(store)) == 1


def test_only_what_was_chosen(store):
    first, second = (shop.offered(store, stock=2) for _ in range(2))
    shop.rule(store)
    run = shop.plan(store)
    chosen = shop.changes(store, run)[1]
    for nothing in ([], ["chg_1", "\0"]):
        with pytest.raises(repricer.RunNotReady):
            repricer.apply(store.id, run.id, only=nothing)
    repricer.apply(store.id, run.id, only=[chosen.id, "chg_1"])
    assert outcomes(store, run) == {first.id: ("left_out", None), second.id: ("applied", None)}
    assert (shop.price(store, first), shop.price(store, second)) == (2800, 3360)


def test_nothing_to_apply(store):
    shop.offered(store, stock=50)
    shop.rule(store)
    with pytest.raises(repricer.RunNotReady):
        repricer.apply(store.id, shop.plan(store).id)


def edited(store, listing, rule):
    listings.edit(store.id, listing.id, price=2700)


def set_again(store, listing, rule):
    listings.set_price(store.id, listing.id, 2500, expected_version=1)
    run = shop.plan(store)
    listings.edit(store.id, listing.id, price=2500)
    return run


LATER = {
    "a person set another": (edited, "The price was changed since."),
    "a person made it the base": (set_again, "The price was set since."),
    "paused": (
        lambda store, listing, _: listings.edit(store.id, listing.id, status=Status.PAUSED),
        "It is not on sale any more.",
    ),
    "ended": (
        lambda store, listing, _: listings.end(store.id, listing.id), "It is not on sale any more."
    ),
    "deleted": (lambda store, _, rule: repricer.delete_rule(store.id, rule.id), "was deleted."),
    "off": (
        lambda store, _, rule: repricer.edit_rule(store, rule.id, {"enabled": False}), "turned off."
    ),
    "another rule": (
        lambda store, _, rule: repricer.edit_rule(store, rule.id, {"bounds": BOUNDS}),
        "edited since.",
    ),
    "its own ceiling": (
        lambda store, listing, _: listings.edit(store.id, listing.id, max_price=3000),
        "The highest price is €30.00 by now.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", LATER)
def test_what_no_longer_holds_is_lost_and_says_why(store, name):
    listing = shop.offered(store, stock=2)
    rule, (change, problem) = shop.rule(store), LATER[name]
    before = shop.plan(store)
    run = change(store, listing, rule)
    run = run if isinstance(run, repricer.Repricing) else before
    price = shop.price(store, listing)
    run = repricer.apply(store.id, run.id)
    [[outcome, why]] = outcomes(store, run).values()
    assert outcome == "lost" and why.endswith(problem)
    assert (run.state, run.applied, run.lost) == (RunState.APPLIED, 0, 1)
    assert shop.price(store, listing) == price and shop.repriced(store) == []


def test_a_floor_that_rose_with_the_cost_or_the_fees(store):
    cheap, dear = (shop.offered(store, cost=100) for _ in range(2))
    bounds = {"min_margin_percent": 20, "max": 60}
    shop.fixed(store, 15, bounds=bounds, name="Sale")
    run = shop.plan(store)
    catalogue.edit_product(store.id, dear.product_id, cost=2000)
    run = repricer.apply(store.id, run.id)
    assert (shop.price(store, cheap), shop.price(store, dear)) == (1500, 2800)
    said = outcomes(store, run)[dear.id]
    assert said[0] == "lost" and said[1].startswith("The lowest price is €")
    [rising] = [one for one in shop.changes(store, shop.plan(store)) if one.outcome == "planned"]
    assert (rising.listing_id, rising.reasons[-1]["code"]) == (dear.id, "raised_to_floor")


def test_a_cost_that_was_taken_away(store):
    listing = shop.offered(store, cost=100)
    shop.fixed(store, 15, bounds={"min_margin_percent": 20, "max": 60})
    run = shop.plan(store)
    catalogue.edit_product(store.id, listing.product_id, cost=None)
    repricer.apply(store.id, run.id)
    assert outcomes(store, run) == {listing.id: ("lost", "Enter what it costs to make.")}
    assert shop.price(store, listing) == 2800


def test_a_rule_that_became_a_suggestion_changes_nothing_by_itself(store):
    listing = shop.offered(store, stock=2)
    rule = shop.rule(store)
    run = shop.plan(store)
    assert choose_live(store.id, run.id, [rule.id]) == 1
    repricer.edit_rule(store, rule.id, {"mode": "dry_run"})
    repricer.go_on(store.id, run.id)
    assert outcomes(store, run)[listing.id] == ("lost", "The rule only suggests by now.")


def test_a_live_rule_works_when_it_is_run_and_one_on_trial_leaves_a_plan(store):
    listing = shop.offered(store, stock=2)
    rule = shop.rule(store, mode="dry_run")
    run = repricer.run(store, rule.id, by=By(key_id="key_1"))
    assert (run.cause, run.mode, run.state) == ("api", Mode.DRY_RUN, RunState.READY)
    assert shop.price(store, listing) == 2800
    repricer.edit_rule(store, rule.id, {"mode": "live"})
    run = repricer.run(store, rule.id, by=By(key_id="key_1"))
    assert (run.mode, run.state, run.applied) == (Mode.LIVE, RunState.APPLIED, 1)
    assert shop.price(store, listing) == 3360
    again = repricer.run(store, rule.id, by=By(key_id="key_1"))
    assert (again.changed, len(shop.repriced(store))) == (0, 1)


def test_many_changes_go_on_in_a_job_and_the_sweep_takes_up_what_was_left(store, run_jobs):
    sizes = [{"name": name, "values": [str(n) for n in range(many)]} for name, many in PAIRS]
    for _ in range(2):
        makers.product(store, options=sizes)
    shop.fixed(store, 30)
    run = repricer.apply(store.id, shop.plan(store).id)
    assert (run.state, run.applied) == (RunState.APPLYING, 100)
    assert [one.id for one in repricer.half_done()] == [run.id]
    with pytest.raises(repricer.RunNotReady):
        repricer.undo_run(store.id, run.id, by=ROBIN)
    run_jobs()
    run = repricer.find_run(store.id, run.id)
    assert (run.state, run.applied, run.lost) == (RunState.APPLIED, 140, 0)
    assert repricer.half_done() == []
    count = db.session.scalar(
        db.select(db.func.count()).select_from(events.Event).filter_by(type="listing.repriced")
    )
    assert count == 140
    run = repricer.undo_run(store.id, run.id, by=ROBIN)
    assert (run.state, run.undone) == (RunState.UNDOING, 100)
    run_jobs()
    assert repricer.outcomes_of(run) == {ChangeOutcome.UNDONE: 140}
    assert repricer.half_done() == []


def test_two_who_apply_and_go_on_at_once_change_each_price_once(app, store):
    for _ in range(6):
        shop.offered(store, stock=2)
    shop.rule(store)
    run_id, store_id, won = shop.plan(store).id, store.id, []
    db.session.rollback()

    def one() -> None:
        with app.app_context():
            try:
                repricer.apply(store_id, run_id)
                won.append(1)
            except repricer.RunNotReady:
                repricer.go_on(store_id, run_id)

    threads = [threading.Thread(target=one) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert won == [1]
    run = repricer.find_run(store_id, run_id)
    assert (run.state, run.applied, len(shop.repriced(store))) == (RunState.APPLIED, 6, 6)


def test_a_checkout_that_was_begun_keeps_its_price(connected, client, till):
    store: stores.Store = connected
    product = makers.product(store, stock=2)
    shop.rule(store)
    answer = makers.buy(client, store, product.id)
    assert answer.status_code == 201, answer.text
    order = answer.get_json()
    repricer.apply(store.id, shop.plan(store).id)
    assert shop.price(store, shop.of(store, product)) == 3360
    makers.press(client, order["checkout_url"])
    [placed] = orders.newest_first(store.id, orders.Sought()).data
    paid = till.until(placed, "paid")
    assert (paid.total, paid.lines[0].unit_price) == (2800, 2800)
    later = makers.buy(client, store, product.id).get_json()
    assert later["total"] == 33.6
