"""A time of day comes once each day, whatever the clocks do."""

from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synqro.agents import Daily, next_after, read_cron

BERLIN = ZoneInfo("Europe/Berlin")
ZONES = st.sampled_from(
    [
        "Europe/Berlin",
        "America/New_York",
        "America/St_Johns",
        "Australia/Lord_Howe",
        "Africa/Cairo",
        "Asia/Kathmandu",
        "Pacific/Apia",
        "UTC",
    ]
).map(ZoneInfo)
BEGIN = datetime(2010, 1, 1, tzinfo=UTC)
MOMENTS = st.timedeltas(timedelta(0), timedelta(days=25 * 365)).map(lambda past: BEGIN + past)
TIMES = st.builds(time, st.integers(0, 23), st.integers(0, 59))
DAYS = st.none() | st.integers(0, 6)


def local(*at: int) -> datetime:
    return datetime(*at, tzinfo=BERLIN)


@pytest.mark.parametrize(
    ("cron", "after", "wanted"),
    [
        ("30 6 * * *", local(2026, 6, 1, 6, 29), local(2026, 6, 1, 6, 30)),
        ("30 6 * * *", local(2026, 6, 1, 6, 30), local(2026, 6, 2, 6, 30)),
        ("0 6 * * 1", local(2026, 6, 1, 6), local(2026, 6, 8, 6)),  # a Monday
        ("0 6 * * 0", local(2026, 6, 1, 6), local(2026, 6, 7, 6)),
        ("30 2 * * *", local(2026, 3, 29, 0), datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),
        ("30 2 * * *", local(2026, 10, 25, 0), datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        ("30 2 * * *", datetime(2026, 10, 25, 0, 30, tzinfo=UTC), local(2026, 10, 26, 2, 30)),
    ],
)
def test_the_next_time(cron, after, wanted):
    daily = read_cron(cron)
    assert daily and next_after(daily, BERLIN, after) == wanted.astimezone(UTC)


@given(TIMES, DAYS, ZONES, MOMENTS)
def test_it_is_soon_and_on_its_day(at, weekday, zone, after):
    daily = Daily(at, weekday)
    found = next_after(daily, zone, after)
    assert timedelta() < found - after <= timedelta(days=1 if weekday is None else 7, hours=25)
    shown = found.astimezone(zone)
    as_written = datetime.combine(shown.date(), at, zone)
    gap = as_written.astimezone(UTC) != found or shown.time() != at
    if not gap:
        assert weekday is None or shown.isoweekday() % 7 == weekday


@given(TIMES, ZONES, MOMENTS)
def test_no_day_has_two_and_none_is_left_out(at, zone, after):
    daily, days = Daily(at), []
    for _ in range(10):
        after = next_after(daily, zone, after)
        days.append(after.astimezone(zone).date())
    between = [later - sooner for sooner, later in pairwise(days)]
    # Where a gap at midnight moves a time, or a zone leaves out a whole day, one is two ahead.
    assert all(timedelta(days=1) <= step <= timedelta(days=2) for step in between)


@given(TIMES, DAYS, ZONES, MOMENTS, st.timedeltas(timedelta(0), timedelta(days=9)))
def test_whoever_asks_later_is_told_the_same_or_a_later_time(at, weekday, zone, after, passed):
    daily = Daily(at, weekday)
    sooner, later = next_after(daily, zone, after), next_after(daily, zone, after + passed)
    assert later >= sooner
    assert later == sooner or sooner <= after + passed


@given(st.text(max_size=20))
def test_whatever_is_written_is_a_time_or_none(cron):
    read_cron(cron)


@given(TIMES, DAYS)
def test_what_is_written_is_read(at, weekday):
    day = "*" if weekday is None else weekday
    assert read_cron(f"{at.minute} {at.hour} * * {day}") == Daily(at, weekday)
