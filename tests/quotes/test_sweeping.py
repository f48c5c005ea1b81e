"""What the clock does with one shop's quotes: counted, said, and left alone while paused."""

from datetime import timedelta

import pytest

from synqro import quotes, uploads
from synqro.agents import Kind
from synqro.core.clock import end_of_day, now, today
from synqro.core.errors import DomainError
from synqro.quotes import lapsing
from tests import makers
from tests.orders.shop import set_up_payments
from tests.pausing import pause, resume, runs, sweep
from tests.plans import read_by
from tests.quotes.desk import fresh, kinds, mails
from tests.quotes.test_asking import upload

DAY = 86_400
FOLLOW_UP, RETENTION = Kind.QUOTE_FOLLOWUP, Kind.RETENTION


@pytest.fixture
def other(twin):
    set_up_payments(twin, "acct_twin")
    return twin


def priced(store, days):
    return makers.quoted(store, expires_on=today(store.timezone) + timedelta(days=days))


def until(store, days, clock):
    """Let time pass until such a day of the shop is over."""
    end = end_of_day(today(store.timezone) + timedelta(days=days), store.timezone)
    clock.forward((end - now()).total_seconds() + 1)


def test_prices_end_and_customers_are_reminded_and_that_is_said(store, other, clock):
    soon, later, theirs = priced(store, 1), priced(store, 3), priced(other, 1)
    assert quotes.stores_to_follow_up() == []
    until(store, 1, clock)
    assert set(quotes.stores_to_follow_up()) == {store.id, other.id}
    assert quotes.stores_to_follow_up(frozenset([other.id]), 1) == [store.id]
    report = quotes.follow_up(store.id)
    assert (report.seen, report.changed, report.failed, report.problem) == (2, 2, 0, None)
    assert report.summary == "Wrote to 1 customer; 1 price ended"
    assert fresh(soon.quote).status == "expired" and "reminded" in kinds(fresh(later.quote))
    assert fresh(theirs.quote).status == "quoted"
    assert quotes.stores_to_follow_up() == [other.id]
    assert quotes.follow_up(store.id) == quotes.follow_up("str_nobody")
    assert quotes.follow_up(store.id).summary is None


def test_while_it_is_paused_nobody_is_reminded_and_no_price_ends(store, clock):
    asked = priced(store, 3)
    pause(store, FOLLOW_UP)
    until(store, 1, clock)
    sweep(FOLLOW_UP)
    assert "reminder" not in mails() and fresh(asked.quote).status == "quoted"
    resume(store, FOLLOW_UP)
    sweep(FOLLOW_UP)
    assert mails().count("reminder") == 1
    pause(store, FOLLOW_UP)
    until(store, 2, clock)
    sweep(FOLLOW_UP)
    with pytest.raises(quotes.QuoteExpired):  # the day is over all the same
        quotes.accept(store, asked.token, version=1)
    assert fresh(asked.quote).status == "quoted"
    resume(store, FOLLOW_UP)
    sweep(FOLLOW_UP)
    assert fresh(asked.quote).status == "expired" and mails().count("expired") == 1
    said = [run.summary for run in runs(store, FOLLOW_UP)]
    assert said == ["Wrote to 1 customer", "1 price ended"]


def test_a_quote_that_stumbles_keeps_no_other_waiting(store, clock, monkeypatch):
    first, second = priced(store, 1), priced(store, 1)
    until(store, 1, clock)
    expire = lapsing._expire

    def stumble(quote_id):
        if quote_id == first.quote.id:
            raise DomainError("Not now.")
        return expire(quote_id)

    monkeypatch.setattr(lapsing, "_expire", stumble)
    report = quotes.follow_up(store.id)
    assert (report.changed, report.failed) == (1, 1) and report.problem
    assert fresh(second.quote).status == "expired"


def test_files_and_drafts_of_ended_quotes_are_cleared(store, owner, clock):
    file = upload(store)
    ended = makers.quote(store, files=[quotes.Wanted(file.id)]).quote
    going = makers.quote(store).quote
    for quote in (ended, going):
        quotes.keep_draft(store.id, quote.id, owner.id, {"note": "Ask Ana."})
    quotes.decline(store.id, ended.id)
    assert quotes.stores_to_clear() == [store.id]
    report = quotes.clear(store.id)
    assert (report.changed, report.summary) == (1, "Let the files of 1 quote go")
    assert uploads.of(store.id, [file.id])[file.id].expires_at
    assert quotes.stores_to_clear() == []
    clock.forward(31 * DAY)
    assert quotes.stores_to_clear() == [store.id]
    assert quotes.stores_to_clear(frozenset([store.id])) == []
    assert quotes.clear("str_other").seen == 0
    assert quotes.clear(store.id).summary == "Forgot 1 old draft"
    assert quotes.clear(store.id).summary is None


def test_while_it_is_paused_no_file_is_removed(store, clock):
    file = upload(store)
    ended = makers.quote(store, files=[quotes.Wanted(file.id)]).quote
    lost = upload(store, "alone.pdf")
    quotes.decline(store.id, ended.id)
    pause(store, RETENTION)
    clock.forward((store.quote_retention_days + 1) * DAY)
    sweep(RETENTION)
    found = uploads.of(store.id, [file.id, lost.id])
    assert {upload.status for upload in found.values()} == {"ready"}
    assert b"".join(uploads.stream(found[file.id]))
    resume(store, RETENTION)
    sweep(RETENTION)
    clock.forward(61)
    sweep(RETENTION)
    found = uploads.of(store.id, [file.id, lost.id])
    assert {upload.status for upload in found.values()} == {"deleted"}
    [run] = runs(store, RETENTION)
    assert run.summary == "Let the files of 1 quote go; removed 2 files"


def test_what_is_due_is_found_by_its_indexes(store):
    read_by(quotes.stores_to_follow_up, "ix_quotes_due", "ix_quotes_remind")
    read_by(lambda: lapsing.let_go(store.id, 50), "ix_quotes_files")
