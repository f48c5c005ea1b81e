"""A rule that nobody has saved says what it would do."""

from synqro import repricer
from synqro.core.db import db
from synqro.repricer import Change, Repricing
from tests.repricer import shop


def terms(store, **facts):
    rule = shop.rule(store, enabled=False, **facts)
    found = repricer.ruled(rule).terms
    repricer.delete_rule(store.id, rule.id)
    return found


def test_what_would_move_comes_first_and_nothing_is_written(store):
    many, few = shop.offered(store, stock=50, title="Plenty"), shop.offered(store, stock=2)
    found = repricer.try_terms(store, terms(store), name="Scarce")
    assert (found.changed, found.skipped, found.tally) == (1, 1, {"at_target": 1})
    assert [one.listing.id for one in found.shown] == [few.id, many.id]
    first = found.shown[0]
    assert (first.listing.title, first.listing.price, first.verdict.price) == (
        "Ripple vase", 2800, 3360,
    )  # fmt: skip
    assert found.whole
    for table in (Repricing, Change):
        assert db.session.scalar(db.select(db.func.count()).select_from(table)) == 0
    assert len(repricer.try_terms(store, terms(store), name="Scarce", most=1).shown) == 1


def test_rules_that_are_there_go_first_and_its_own_old_words_do_not(store):
    shop.offered(store, stock=2)
    old = shop.fixed(store, 30, name="Old")
    said = terms(store)
    behind = repricer.try_terms(store, said, name="New")
    assert behind.tally == {"another_rule_first": 1}
    assert repricer.try_terms(store, said, name="Old", rule_id=old.id).changed == 1
    assert repricer.try_terms(store, said, name="New", rule_id="rule_gone").changed == 0


def test_only_of_what_it_is_for(store):
    shop.offered(store, stock=2)
    found = repricer.try_terms(store, terms(store, scope={"tags": ["sale"]}), name="Sale")
    assert (found.changed, found.skipped, found.shown) == (0, 0, [])
