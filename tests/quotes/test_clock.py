"""Prices end with their day, people are reminded, files are let go."""

from datetime import timedelta

import pytest

from synqro import quotes, uploads
from synqro.core.clock import end_of_day, now, today
from tests import makers
from tests.quotes.desk import fresh, kinds, mails, told
from tests.quotes.test_asking import upload

DAY = 86_400


def test_a_price_ends_with_its_day_where_the_shop_is(store, clock):
    day = today(store.timezone) + timedelta(days=5)
    asked = makers.quoted(store, expires_on=day)
    short = makers.quoted(store, expires_on=today(store.timezone) + timedelta(days=1))
    end = end_of_day(day, store.timezone)
    assert fresh(asked.quote).expires_at == end
    clock.forward((end - timedelta(days=2) - now()).total_seconds() + 5)
    for _ in range(2):
        quotes.follow_up(store.id)
    assert kinds(fresh(asked.quote)) == ["asked", "sent", "reminded"]
    assert mails().count("reminder") == 1
    assert kinds(fresh(short.quote)) == ["asked", "sent", "expired"]
    clock.forward((end - now()).total_seconds() + 1)
    before = fresh(asked.quote)
    assert not quotes.can(before).accept
    with pytest.raises(quotes.QuoteExpired):  # though the round has not come by
        quotes.accept(store, asked.token, version=1)
    for _ in range(2):
        quotes.follow_up(store.id)
    ended = fresh(asked.quote)
    assert (ended.status, ended.closed_at) == ("expired", end)
    with pytest.raises(quotes.QuoteExpired):
        quotes.accept(store, asked.token, version=1)
    assert told().count("quote.expired") == 2
    assert mails()[-2:] == ["expired", "expired_merchant"]
    again = quotes.send(store.id, ended.id, makers.offer())
    assert (again.status, again.closed_at, again.offered) == ("quoted", None, 2)


def test_an_accepted_price_does_not_end(store, clock):
    asked = makers.quoted(store)
    quotes.accept(store, asked.token, version=1)
    clock.forward(60 * DAY)
    quotes.follow_up(store.id)
    assert fresh(asked.quote).status == "accepted"
    assert quotes.accept(store, asked.token, version=1).order


def test_messages_are_taken_until_thirty_days_after_the_end(store, clock):
    asked = makers.quoted(store)
    quotes.decline_by_customer(store, asked.token, "Too late for us.")
    clock.forward(29 * DAY)
    quotes.write(store, asked.token, "Still there?")
    clock.forward(2 * DAY)
    for deed in (
        lambda: quotes.write(store, asked.token, "And now?"),
        lambda: quotes.reply(store.id, asked.quote.id, "No."),
    ):
        with pytest.raises(quotes.QuoteNotOpen):
            deed()
    assert not quotes.can(fresh(asked.quote)).message


def test_files_go_when_no_open_quote_holds_them(store, clock):
    file = upload(store)
    wanted = [quotes.Wanted(file.id)]
    first = makers.quote(store, files=wanted)
    second = makers.quote(store, previous_token=first.token)
    quotes.decline(store.id, first.quote.id)
    quotes.clear(store.id)
    assert uploads.of(store.id, [file.id])[file.id].expires_at is None
    quotes.cancel_by_customer(store, second.token)
    quotes.clear(store.id)
    closed = fresh(second.quote).closed_at
    kept = timedelta(days=store.quote_retention_days)
    assert _goes_at(store, file) == closed + kept
    quotes.send(store.id, first.quote.id, makers.offer())  # it is open again
    assert _goes_at(store, file) is None


def _goes_at(store, file):
    fresh_file = uploads.of(store.id, [file.id])[file.id]
    return fresh_file.expires_at


def test_files_that_are_gone_are_no_hindrance(store, clock):
    file = upload(store)
    first = makers.quote(store, files=[quotes.Wanted(file.id)])
    quotes.decline(store.id, first.quote.id)
    quotes.clear(store.id)
    clock.forward((store.quote_retention_days + 1) * DAY)
    assert uploads.purge_of(store.id).changed == 1
    again = makers.quote(store, previous_token=first.token)
    assert quotes.files(store, again.quote) == []
    assert quotes.send(store.id, first.quote.id, makers.offer()).status == "quoted"
