"""The box as a queue: what comes next, and what may be done with many at once."""

import pytest

from synqro import quotes
from synqro.core.db import db
from synqro.quotes import QuoteNotFound
from tests import makers
from tests.quotes.test_box import _plan, _statements, ask


def named(found):
    return found and found.customer_name


@pytest.fixture
def four(store):
    """Four requests, Dan's the newest, so that he stands above."""
    return {name: ask(store, name).quote for name in ("Ana", "Bob", "Cem", "Dan")}


def test_the_one_below_comes_next_and_then_the_uppermost(store, four):
    seen, quote = [], four["Cem"]
    while quote:
        seen.append(named(quote))
        quotes.send(store.id, quote.id, makers.offer())
        quote = quotes.next_to_answer(store.id, quote)
    assert seen == ["Cem", "Bob", "Ana", "Dan"]


def test_only_what_is_to_do_comes_next(store, twin, four):
    quotes.send(store.id, four["Bob"].id, makers.offer())
    quotes.decline(store.id, four["Ana"].id)
    ask(twin, "Zoe")
    assert named(quotes.next_to_answer(store.id, four["Cem"])) == "Dan"
    quotes.mark_unread(store.id, four["Ana"].id)  # something was said there
    assert named(quotes.next_to_answer(store.id, four["Cem"])) == "Ana"
    for name in ("Ana", "Dan"):
        quotes.send(store.id, four[name].id, makers.offer())
    assert quotes.next_to_answer(store.id, four["Cem"]) is None  # never itself


def test_asking_for_the_next_looks_at_no_more_than_it_needs(store, four):
    statements = _statements(lambda: quotes.next_to_answer(store.id, four["Cem"]))
    assert len(statements) == 1
    if db.engine.dialect.name == "postgresql":
        return  # its planner rightly scans four rows
    plan = _plan(*statements[0])
    assert sum("USING INDEX ix_quotes_todo" in line for line in plan) == 2, plan
    assert not any("SCAN quotes" in line for line in plan), plan
    sorts = [line for line in plan if "TEMP B-TREE" in line]
    assert len(sorts) <= 1, plan  # of the two that were found


def test_several_are_this_stores_in_their_order(store, twin, four):
    ids = [four[name].id for name in ("Dan", "Ana", "Dan")]
    assert [named(quote) for quote in quotes.several(store.id, ids)] == ["Dan", "Ana"]
    assert quotes.several(store.id, []) == []
    for wrong in ("qt_0", "\0", "", ask(twin, "Zoe").quote.id):
        with pytest.raises(QuoteNotFound):
            quotes.several(store.id, [*ids, wrong])


def test_what_cannot_be_done_is_said(store, four):
    assert quotes.why_not(four["Ana"], "decline") is None
    assert quotes.why_not(four["Ana"], "extend") == "No price has been sent yet."
    sent = quotes.send(store.id, four["Bob"].id, makers.offer())
    assert [quotes.why_not(sent, deed) for deed in ("decline", "extend")] == [None, None]
    declined = quotes.decline(store.id, four["Ana"].id)
    assert quotes.why_not(declined, "decline") == "This quote was declined."
