"""What is typed and not sent: each person's own, seen by the others, gone once it is sent."""

from datetime import timedelta

import pytest

from synqro import quotes, stores
from synqro.core.clock import now
from synqro.core.db import db
from synqro.core.errors import Changed, Invalid
from tests import makers
from tests.quotes.desk import fresh
from tests.quotes.test_races import together

TYPED = {"seen": "1", "lines.0.description": "Bracket", "lines.0.unit_price": "20"}
DAY = 86_400


@pytest.fixture
def ana(app):
    return makers.person("ana@northlight.example", "Ana Maker")


def typed(store, quote, person):
    db.session.rollback()
    found = quotes.draft_of(store.id, quote.id, person.id)
    return found and found.typed


def test_a_draft_is_a_persons_own_and_the_quote_stays_as_it_is(store, twin, owner, ana):
    quote = makers.quote(store).quote
    before = fresh(quote).version, fresh(quote).updated_at
    quotes.keep_draft(store.id, quote.id, owner.id, {"text": "Which"})
    quotes.keep_draft(store.id, quote.id, owner.id, TYPED)
    quotes.keep_draft(store.id, quote.id, ana.id, {"text": "Hello"})
    assert typed(store, quote, owner) == TYPED
    assert typed(store, quote, ana) == {"text": "Hello"}
    assert (fresh(quote).version, fresh(quote).updated_at) == before
    for deed in (
        lambda: quotes.keep_draft(twin.id, quote.id, owner.id, TYPED),
        lambda: quotes.draft_of(twin.id, quote.id, owner.id),
        lambda: quotes.drop_draft(twin.id, quote.id, owner.id),
        lambda: quotes.answering(twin.id, quote.id, owner.id),
    ):
        with pytest.raises(quotes.QuoteNotFound):
            deed()
    quotes.drop_draft(store.id, quote.id, owner.id)
    assert typed(store, quote, owner) is None
    assert typed(store, quote, ana) == {"text": "Hello"}


def test_a_draft_has_its_bounds(store, owner):
    quote = makers.quote(store).quote
    most = {f"lines.{n}.description": "x" for n in range(400)}
    quotes.keep_draft(store.id, quote.id, owner.id, most)
    for much in ({**most, "note": ""}, {"text": "é" * 100_001}, {"n" * 200_001: ""}):
        with pytest.raises(Invalid):
            quotes.keep_draft(store.id, quote.id, owner.id, much)
    assert typed(store, quote, owner) == most


def test_others_are_seen_for_ten_minutes(store, owner, ana, clock):
    quote = makers.quote(store).quote
    quotes.keep_draft(store.id, quote.id, owner.id, TYPED)
    at = quotes.keep_draft(store.id, quote.id, ana.id, TYPED)
    assert quotes.answering(store.id, quote.id, owner.id) == [("Ana Maker", at)]
    assert [one.name for one in quotes.answering(store.id, quote.id, ana.id)] == ["Robin Maker"]
    clock.forward(601)
    assert quotes.answering(store.id, quote.id, owner.id) == []
    assert typed(store, quote, owner) == TYPED


def test_what_is_sent_is_no_draft_any_more(store, owner, ana):
    quote = makers.quote(store).quote
    both = {**TYPED, "text": "Half a sen", "note": ""}
    quotes.keep_draft(store.id, quote.id, owner.id, both)
    quotes.keep_draft(store.id, quote.id, ana.id, both)
    quotes.send(store.id, quote.id, makers.offer(), person_id=owner.id)
    assert typed(store, quote, owner) == {"text": "Half a sen", "note": ""}
    assert typed(store, quote, ana) == both
    quotes.reply(store.id, quote.id, "Half a sentence", person_id=owner.id)
    assert typed(store, quote, owner) is None
    quotes.add_note(store.id, quote.id, "Careful", person_id=ana.id)
    assert typed(store, quote, ana) == {**TYPED, "text": "Half a sen"}
    quotes.decline(store.id, quote.id, person_id=ana.id)
    assert typed(store, quote, ana) == {"text": "Half a sen"}


@pytest.mark.parametrize("refusal", ["stale", "invalid"])
def test_what_was_not_sent_stays_a_draft(store, owner, refusal):
    quote = makers.quote(store).quote
    quotes.keep_draft(store.id, quote.id, owner.id, TYPED)
    offer = makers.offer() if refusal == "stale" else makers.offer(-1)
    with pytest.raises((Changed, Invalid)):
        seen = 0 if refusal == "stale" else None
        quotes.send(store.id, quote.id, offer, seen=seen, person_id=owner.id)
    assert typed(store, quote, owner) == TYPED


def test_a_customer_who_cancels_takes_nobodys_words(store, owner):
    asked = makers.quote(store)
    quotes.keep_draft(store.id, asked.quote.id, owner.id, TYPED)
    quotes.cancel_by_customer(store, asked.token)
    assert typed(store, asked.quote, owner) == TYPED


def test_a_draft_that_comes_in_behind_its_own_answer_is_not_kept(store, owner, ana, clock):
    quote = makers.quote(store).quote
    seen = fresh(quote).version
    quotes.send(store.id, quote.id, makers.offer(), person_id=owner.id)
    with pytest.raises(Changed):
        quotes.keep_draft(store.id, quote.id, owner.id, TYPED, seen=seen)
    assert typed(store, quote, owner) is None
    now_seen = fresh(quote).version
    quotes.keep_draft(store.id, quote.id, owner.id, TYPED, seen=now_seen)  # the next answer
    quotes.keep_draft(store.id, quote.id, ana.id, TYPED, seen=seen)  # overtaken, and kept
    clock.forward(11)
    quotes.keep_draft(store.id, quote.id, owner.id, {"text": "x"}, seen=seen)  # another tab
    assert typed(store, quote, owner) == {"text": "x"}


def test_two_windows_of_one_person_save_at_once(app, store, owner):
    quote = makers.quote(store).quote
    drafts = [{"text": str(n)} for n in range(6)]
    found = together(
        app,
        *[lambda t=t: quotes.keep_draft(store.id, quote.id, owner.id, t) for t in drafts],
    )
    assert not [error for error in found if isinstance(error, Exception)]
    assert typed(store, quote, owner) in drafts


def test_old_drafts_of_ended_quotes_are_forgotten(store, owner, ana, clock):
    ended, going = makers.quote(store).quote, makers.quote(store).quote
    for quote in (ended, going):
        quotes.keep_draft(store.id, quote.id, owner.id, TYPED)
    quotes.decline(store.id, ended.id, person_id=ana.id)
    clock.forward(29 * DAY)
    assert quotes.clear(store.id).changed == 0
    clock.forward(2 * DAY)
    quotes.keep_draft(store.id, ended.id, ana.id, TYPED)
    assert quotes.clear(store.id).changed == 1
    assert typed(store, ended, owner) is None
    assert typed(store, ended, ana) == TYPED
    assert typed(store, going, owner) == TYPED
    assert quotes.clear(store.id).changed == 0


def test_who_answers_is_found_without_looking_at_every_draft(store, owner):
    if db.engine.dialect.name == "postgresql":
        return  # its planner rightly scans no rows at all
    query = db.select(quotes.Draft.person_id).where(
        quotes.Draft.quote_id == "q",
        quotes.Draft.person_id != owner.id,
        quotes.Draft.saved_at > now() - timedelta(minutes=10),
    )
    sql = query.compile(db.engine, compile_kwargs={"literal_binds": False})
    with db.engine.connect() as connection:
        values = tuple(sql.params[name] for name in sql.positiontup)
        values = tuple(str(value) for value in values)
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values).all()
    assert not [row for row in plan if "SCAN" in row[-1]], plan


def test_a_person_who_is_gone_is_not_named(store, owner):
    quote = makers.quote(store).quote
    quotes.keep_draft(store.id, quote.id, "per_nobody", TYPED)
    assert quotes.answering(store.id, quote.id, owner.id) == []
    assert stores.person("per_nobody") is None
