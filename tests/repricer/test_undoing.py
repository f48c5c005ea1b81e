"""An undone change puts the price back, and the rule then leaves that listing alone."""

import pytest

from synqro import listings, repricer
from synqro.listings import PriceCause
from synqro.repricer import ChangeOutcome, RunState
from synqro.stores import By
from tests.api.many import statements
from tests.repricer import shop

ROBIN = By(person_id="per_robin")


@pytest.fixture
def listing(store):
    return shop.offered(store, stock=2)


@pytest.fixture
def rule(store, listing):
    return shop.rule(store)


@pytest.fixture
def run(store, rule):
    return repricer.apply(store.id, shop.plan(store).id)


def only(store, run):
    [change] = shop.changes(store, run)
    return change


def test_the_price_is_what_it_was_and_everybody_is_told(store, listing, rule, run):
    change = repricer.undo(store.id, only(store, run).id, by=ROBIN)
    assert change.outcome is ChangeOutcome.UNDONE and change.undone_at
    assert shop.price(store, listing) == 2800
    first, second = shop.repriced(store)
    assert (second["old_price"], second["new_price"], second["price"]) == (33.6, 28, 28)
    assert second["rule_id"] == first["rule_id"] == rule.id
    assert second["reason"] == "The change by “Scarce” was undone."
    last = listings.prices(store.id, listing.id).data[0]
    assert (last.cause, last.rule_id, last.run_id) == (PriceCause.UNDONE, rule.id, run.id)
    assert last.person_id == "per_robin"
    assert repricer.find_run(store.id, run.id).state is RunState.UNDONE
    with pytest.raises(repricer.ChangeNotUndoable, match="undone already"):
        repricer.undo(store.id, change.id, by=ROBIN)
    assert len(shop.repriced(store)) == 2


def test_the_rule_rests_until_it_or_the_base_price_is_edited(store, listing, rule, run):
    other = shop.fixed(store, 30, name="Behind", priority=900)
    repricer.undo(store.id, only(store, run).id, by=ROBIN)
    found = only(store, shop.plan(store))
    assert (shop.codes(found), found.rule_id) == (["undone"], rule.id)
    listings.edit(store.id, listing.id, price=2800)
    assert only(store, shop.plan(store)).new_price == 3360
    repricer.apply(store.id, shop.plan(store).id)
    repricer.undo(store.id, only(store, repricer.runs(store.id).data[0]).id, by=ROBIN)
    repricer.edit_rule(store, rule.id, {"name": "Rare"})
    assert shop.codes(only(store, shop.plan(store))) == ["undone"]
    repricer.edit_rule(store, rule.id, {"bounds": {"min": 10, "max": 59}})
    assert only(store, shop.plan(store)).new_price == 3360
    repricer.delete_rule(store.id, rule.id)
    assert only(store, shop.plan(store)).rule_id == other.id


def test_a_rule_that_was_edited_before_the_undo_rests_as_well(store, listing, rule, run):
    repricer.edit_rule(store, rule.id, {"bounds": {"min": 10, "max": 59}})
    repricer.undo(store.id, only(store, run).id, by=ROBIN)
    assert shop.codes(only(store, shop.plan(store))) == ["undone"]


def test_one_of_two_leaves_the_other_to_be_undone(store, rule, listing):
    other = shop.offered(store, stock=2)
    run = repricer.apply(store.id, shop.plan(store).id)
    repricer.undo(store.id, shop.changes(store, run)[0].id, by=ROBIN)
    assert repricer.find_run(store.id, run.id).state is RunState.APPLIED
    run = repricer.undo_run(store.id, run.id, by=ROBIN)
    assert (run.state, run.undone) == (RunState.UNDONE, 2)
    assert [shop.price(store, one) for one in (listing, other)] == [2800, 2800]


@pytest.mark.parametrize("price", [2900, 3360])
def test_not_once_a_person_has_set_a_price(store, listing, run, price):
    listings.edit(store.id, listing.id, price=price)
    with pytest.raises(repricer.ChangeNotUndoable) as refused:
        repricer.undo(store.id, only(store, run).id, by=ROBIN)
    assert (refused.value.code, str(refused.value)) == (
        "change_not_undoable", "The price was changed since.",
    )  # fmt: skip
    assert shop.price(store, listing) == price


def test_not_below_what_the_listing_may_cost_by_now(store, listing, run):
    listings.edit(store.id, listing.id, min_price=3000)
    with pytest.raises(repricer.ChangeNotUndoable, match="below the listing's lowest price"):
        repricer.undo(store.id, only(store, run).id, by=ROBIN)


def test_not_what_is_over_or_was_never_applied(store, listing, rule):
    run = shop.plan(store)
    with pytest.raises(repricer.ChangeNotUndoable, match="not applied"):
        repricer.undo(store.id, only(store, run).id, by=ROBIN)
    repricer.apply(store.id, run.id)
    listings.end(store.id, listing.id)
    with pytest.raises(repricer.ChangeNotUndoable, match="is over"):
        repricer.undo(store.id, only(store, run).id, by=ROBIN)


def test_also_when_the_rule_is_gone(store, listing, rule, run):
    repricer.delete_rule(store.id, rule.id)
    repricer.undo(store.id, only(store, run).id, by=ROBIN)
    assert shop.price(store, listing) == 2800


def test_a_whole_run_as_far_as_it_goes(store, rule, listing):
    kept, also = shop.offered(store, stock=2), shop.offered(store, stock=2)
    run = repricer.apply(store.id, shop.plan(store).id)
    listings.edit(store.id, kept.id, price=4000)
    run = repricer.undo_run(store.id, run.id, by=ROBIN)
    assert (run.state, run.applied, run.undone) == (RunState.UNDONE, 3, 2)
    prices = [shop.price(store, one) for one in (listing, kept, also)]
    assert prices == [2800, 4000, 2800]
    named = {c.listing_id: c.problem for c in shop.changes(store, run) if c.problem}
    assert named == {kept.id: "The price was changed since."}
    with pytest.raises(repricer.RunNotReady):
        repricer.undo_run(store.id, run.id, by=ROBIN)
    assert len(shop.repriced(store)) == 5


def test_for_many_prices_rules_and_rests_are_asked_no_more_often_than_for_one(
    store, listing, rule, run
):
    asked = []
    for more in (0, 4):
        for _ in range(more):
            shop.offered(store, stock=2)
        run = repricer.apply(store.id, shop.plan(store).id) if more else run
        found = statements(lambda id=run.id: repricer.undo_run(store.id, id, by=ROBIN))
        asked.append(len([sql for sql, _ in found if "repricer_r" in sql]))
    assert asked[0] == asked[1]


def test_a_run_that_changed_nothing(store, listing, rule):
    with pytest.raises(repricer.RunNotReady, match="nothing to undo"):
        repricer.undo_run(store.id, shop.plan(store).id, by=ROBIN)


def test_the_price_of_a_rule_that_came_back_is_that_rules(store, listing, run):
    first = only(store, run).rule_id
    shop.fixed(store, 40, name="Holidays", priority=1)
    second = repricer.apply(store.id, shop.plan(store).id)
    assert listings.priced_by([listing.id]) != {listing.id: first}
    repricer.undo(store.id, only(store, second).id, by=ROBIN)
    assert shop.price(store, listing) == 3360
    assert listings.priced_by([listing.id]) == {listing.id: first}
    listings.edit(store.id, listing.id, price=3360)
    assert listings.priced_by([listing.id]) == {}
