"""Saved replies: kept for the shop, and said in a quote's own words."""

from datetime import date

import pytest

from synqro import quotes
from synqro.core.clock import today
from synqro.core.errors import Invalid
from tests import makers
from tests.quotes.desk import fresh
from tests.quotes.test_asking import upload

ALL = "{name}|{number}|{part}|{price}|{expires}|{lead_time}|{shop}"


def wrong(**facts):
    with pytest.raises(Invalid) as refused:
        quotes.save_reply(facts.pop("store_id"), **facts)
    return {field["field"]: field["code"] for field in refused.value.facts["fields"]}


def test_replies_are_kept_changed_and_removed(store, twin):
    late = quotes.save_reply(store.id, title=" Which\n grey? ", text="  Which grey, {name}?\n")
    early = quotes.save_reply(store.id, title="another file", text="Send an STL {")
    assert (late.title, late.text) == ("Which grey?", "Which grey, {name}?")
    assert [reply.id for reply in quotes.replies(store.id)] == [early.id, late.id]
    assert quotes.replies(twin.id) == []
    quotes.save_reply(store.id, title="A", text="B", reply_id=late.id)
    assert [reply.title for reply in quotes.replies(store.id)] == ["A", "another file"]
    assert quotes.remove_reply(store.id, late.id).text == "B"
    for deed in (
        lambda: quotes.remove_reply(store.id, late.id),
        lambda: quotes.remove_reply(twin.id, early.id),
        lambda: quotes.find_reply(twin.id, early.id),
        lambda: quotes.save_reply(twin.id, title="A", text="B", reply_id=early.id),
        lambda: quotes.find_reply(store.id, "\0"),
    ):
        with pytest.raises(quotes.ReplyNotFound):
            deed()
    assert [reply.title for reply in quotes.replies(store.id)] == ["another file"]


def test_what_no_reply_can_be_is_refused(store):
    assert wrong(store_id=store.id, title=" ", text="\n") == {
        "title": "required", "text": "required",
    }  # fmt: skip
    long = {"title": "x" * 81, "text": "x" * 5_001}
    assert wrong(store_id=store.id, **long) == {"title": "too_long", "text": "too_long"}
    for text in ("Hello {nmae}", "{}", "{Name}", "{{nome}}", "{name.__class__}"):
        assert wrong(store_id=store.id, title="A", text=text) == {"text": "unknown_placeholder"}
    with pytest.raises(Invalid) as refused:
        quotes.save_reply(store.id, title="A", text="Hello {nmae}")
    [field] = refused.value.facts["fields"]
    assert field["message"].startswith("{nmae} is no placeholder. There are {name}, {number}")


def test_a_shop_keeps_a_hundred(store, monkeypatch):
    monkeypatch.setattr(quotes.replying, "MOST_REPLIES", 4)
    assert len(quotes.add_starters(store.id)) == 3
    assert quotes.add_starters(store.id) == []
    one = quotes.save_reply(store.id, title="A", text="B")
    with pytest.raises(quotes.TooManyReplies):
        quotes.save_reply(store.id, title="C", text="D")
    quotes.save_reply(store.id, title="C", text="D", reply_id=one.id)
    assert quotes.MOST_REPLIES == 100


def test_a_reply_speaks_of_the_quote(store):
    file = upload(store, "hinge.pdf")
    quote = makers.quote(store, files=[quotes.Wanted(file.id)]).quote
    assert quotes.filled(store, quote, ALL) == (
        "Sam|Q-1001|hinge|the price|the day it ends|the lead time|Northlight Prints"
    )
    day = date(today(store.timezone).year + 1, 12, 4)
    writing = makers.offer(2000, lead_time_days=1, expires_on=day)
    assert quotes.filled(store, quote, "{price}, {expires}, {lead_time}", writing) == (
        f"€80.00, {day:%A} 4 December {day.year}, 1 working day"
    )
    unread = quotes.Offer([], lead_time_days=3)
    assert quotes.filled(store, quote, "{price}, {lead_time}", unread) == (
        "the price, 3 working days"
    )
    quotes.send(store.id, quote.id, makers.offer(lead_time_days=5))
    said = quotes.filled(store, fresh(quote), "{price} {lead_time} {expires}")
    assert said.startswith("€63.00 5 working days ") and "the day" not in said


def test_braces_of_others_are_left_alone(store):
    quote = makers.quote(store, description="{price}").quote
    quote.customer_name = "{shop} Field"
    assert quotes.filled(store, quote, "{name} {x} { {part}") == "{shop} {x} { the part"


def test_our_own_proposals_are_what_they_ask_of_others(store):
    for title, text in quotes.STARTERS:
        assert quotes.save_reply(store.id, title=title, text=text).title == title
    quote = makers.quote(store).quote
    for _title, text in quotes.STARTERS:
        said = quotes.filled(store, quote, text)
        assert "{" not in said and said.startswith("Hello Sam,")
