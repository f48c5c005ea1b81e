"""What became of quotes, counted by the database and, for comparison, by hand."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from itertools import pairwise
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, event

from synqro import quotes, stores
from synqro.core.clock import now, today
from synqro.core.db import db, transaction
from synqro.quotes import Party, Quote, Status, Version
from synqro.quotes.counting import MOST_BANDS, Band, few, middle, numbers
from tests import makers
from tests.databases import examples
from tests.quotes.many import facts_of, written_like

BERLIN = ZoneInfo("Europe/Berlin")
PRICED = (Status.QUOTED, Status.ACCEPTED, Status.PAID, Status.EXPIRED)
ENDED = (Status.DECLINED, Status.CANCELLED)
ROWS = st.fixed_dictionaries(
    {
        "status": st.sampled_from(Status),
        "by": st.sampled_from([Party.CUSTOMER, Party.MERCHANT]),
        "ago": st.integers(0, 40 * 86_400),
        "took": st.none() | st.integers(0, 500_000),
        "total": st.none() | st.integers(0, 300_000) | st.sampled_from([99, 100, 1999, 2000]),
        "automatic": st.booleans(),
        "currency": st.sampled_from(["EUR", "EUR", "EUR", "CHF"]),
    }
)


def row(asked_at: datetime, **given: Any) -> dict[str, Any]:
    """A quote's row: what is asked at, how it ended, and its answer."""
    status, total, took = given["status"], given["total"], given["took"]
    total = 4_000 if total is None and status in PRICED else total
    if status is Status.PENDING:
        total = took = None
    return {
        "status": status,
        "currency": given["currency"],
        "ended_by": {Status.EXPIRED: Party.SYSTEM}.get(status, given["by"]),
        "created_at": asked_at,
        "answered_at": None if took is None else asked_at + timedelta(seconds=took),
        "answer": None if total is None else {"total": total, "automatic": given["automatic"]},
    }


@pytest.fixture
def facts(store: stores.Store) -> dict[str, Any]:
    """What stands in the row of a quote; itself it was asked long ago."""
    found = facts_of(makers.quote(store).quote)
    with transaction():
        db.session.get_one(Quote, found["id"]).created_at = datetime(2020, 1, 1, tzinfo=BERLIN)
    return found


def kind(row: dict[str, Any]) -> str:
    if row["status"] in ENDED and row["ended_by"] is Party.MERCHANT:
        return "refused"
    return {"paid": "won"}.get(row["status"].value, row["status"].value)


def decided(row: dict[str, Any]) -> bool:
    return kind(row) in ("won", "declined", "expired", "cancelled")


def monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


@settings(
    max_examples=examples(40),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(ROWS, max_size=40))
def test_the_database_counts_as_a_person_would(store, facts, given):
    with transaction() as session:
        session.execute(delete(Version))
        session.execute(delete(Quote).where(Quote.number < 0))
    moment = now().replace(microsecond=0)
    rows = [row(moment - timedelta(seconds=one.pop("ago")), **one) for one in given]
    written_like(facts, rows)

    found = numbers(store, 30)

    first = today("Europe/Berlin") - timedelta(days=29)
    mine = [one for one in rows if one["created_at"].astimezone(BERLIN).date() >= first]
    kinds = [kind(one) for one in mine]
    counted = {name: kinds.count(name) for name in found.tally._fields if name != "abroad"}
    assert {name: getattr(found.tally, name) for name in counted} == counted
    assert found.tally.asked == len(mine)
    assert found.tally.abroad == sum(decided(one) and one["currency"] != "EUR" for one in mine)
    check_weeks(found.weeks, mine, first)
    check_answers(found.answers, mine)
    check_bands(found.bands, mine)


def check_weeks(weeks: list[quotes.Week], rows: list[dict[str, Any]], first: date) -> None:
    asked: dict[date, int] = {}
    for one in rows:
        day = max(first, monday(one["created_at"].astimezone(BERLIN).date()))
        asked[day] = asked.get(day, 0) + 1
    assert {week.since: week.tally.asked for week in weeks if week.tally.asked} == asked
    starts = [week.since for week in weeks]
    assert starts[:1] == sorted(asked)[:1]
    assert all(monday(start) + timedelta(days=7) == end for start, end in pairwise(starts))


def check_answers(answers: quotes.Answers, rows: list[dict[str, Any]]) -> None:
    told = [one for one in rows if one["answered_at"]]
    by_rules = [one for one in told if one["answer"] and one["answer"]["automatic"]]
    people = [one for one in told if one not in by_rules]
    minutes = [
        int((one["answered_at"] - one["created_at"]).total_seconds()) // 60 for one in people
    ]
    assert (answers.by_person, answers.automatic) == (len(people), len(by_rules))
    assert answers.minutes == (int(median(minutes)) if minutes else None)


def check_bands(bands: list[Band], rows: list[dict[str, Any]]) -> None:
    mine = [one for one in rows if decided(one) and one["answer"] and one["currency"] == "EUR"]
    assert len(bands) <= MOST_BANDS
    assert sum(band.won + band.lost for band in bands) == len(mine)
    for band in bands:
        inside = [
            kind(one) == "won"
            for one in mine
            if (band.least or 0) <= one["answer"]["total"] < (band.below or 10**9)
        ]
        assert (band.won, band.lost) == (sum(inside), len(inside) - sum(inside))
        assert band.won + band.lost
    assert [band.below for band in bands[:-1]] == [band.least for band in bands[1:]]


def test_the_days_begin_where_the_store_is(store: stores.Store, facts: dict[str, Any]) -> None:
    first = today("Europe/Berlin") - timedelta(days=29)
    midnight = datetime.combine(first, datetime.min.time(), BERLIN)
    open_one = {"status": Status.PENDING, "answer": None}
    moments = [midnight, midnight - timedelta(seconds=1)]
    written_like(facts, [{**open_one, "created_at": moment} for moment in moments])
    assert numbers(store, 30).tally.asked == 1
    assert numbers(store, 31).tally.asked == 2
    assert numbers(store, 30).weeks[0].since == first


def test_another_store_is_not_counted(
    store: stores.Store, twin: stores.Store, facts: dict[str, Any]
) -> None:
    makers.quote(twin)
    found = numbers(store, 365)
    assert (found.tally.asked, found.weeks, found.bands) == (0, [], [])
    assert found.answers == (0, 0, None)
    assert numbers(twin, 365).tally.asked == 1


def test_yen_have_no_smaller_part(store: stores.Store, facts: dict[str, Any]) -> None:
    with transaction():
        db.session.get_one(stores.Store, store.id).currency = "JPY"
    paid = {"status": Status.PAID, "currency": "JPY", "answered_at": now()}
    written_like(facts, [{**paid, "answer": {"total": yen}} for yen in (3, 7, 40, 60)])
    found = numbers(stores.by_id(store.id), 30).bands
    assert [band.below for band in found] == [5, 20, 50, None]


@contextmanager
def queries() -> Iterator[list[str]]:
    asked: list[str] = []

    def note(*args: Any) -> None:
        if "SELECT" in args[2]:
            asked.append(args[2])

    event.listen(db.engine, "before_cursor_execute", note)
    yield asked
    event.remove(db.engine, "before_cursor_execute", note)


def test_three_queries_count_any_number(store: stores.Store, facts: dict[str, Any]) -> None:
    sent = {"answered_at": now(), "answer": {"total": 4_000}, "status": Status.PAID}
    written_like(facts, [sent] * 300)
    with queries() as asked:
        assert numbers(store, 365).tally.won == 300
    assert len(asked) == 3


def test_few_bands_are_left_and_none_is_empty() -> None:
    edges = [10, 20, 50, 100, 200, 500, 1000]
    counts = [(0, 0), (3, 1), (0, 0), (9, 9), (1, 0), (5, 5), (0, 2), (8, 1)]
    ends = zip([None, *edges], [*edges, None], counts, strict=True)
    assert few([Band(least, below, *count) for least, below, count in ends]) == [
        Band(None, 50, 3, 1),
        Band(50, 100, 9, 9),
        Band(100, 500, 6, 5),
        Band(500, 1000, 0, 2),
        Band(1000, None, 8, 1),
    ]
    assert few([Band(None, 5, 0, 0), Band(5, None, 0, 0)]) == []


@given(st.lists(st.integers(0, 50), max_size=30))
def test_the_middle_is_the_median(values: list[int]) -> None:
    counts = {value: values.count(value) for value in values}
    assert middle(counts) == (int(median(values)) if values else None)
