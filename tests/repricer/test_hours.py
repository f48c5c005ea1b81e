"""Windows on the clock of the wall, also on the days on which the clocks change."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synqro.repricer import Schedule, Window
from synqro.repricer.hours import Time, time_of, within
from tests.repricer.pure import AT

ALL_WEEK = tuple(range(7))
# Zone, and a day around which its clocks change: by an hour, by half of one, at midnight.
CHANGES = [
    ("Europe/Berlin", date(2026, 3, 29)),
    ("Europe/Berlin", date(2026, 10, 25)),
    ("America/New_York", date(2026, 3, 8)),
    ("America/New_York", date(2026, 11, 1)),
    ("Australia/Lord_Howe", date(2026, 4, 5)),
    ("America/Santiago", date(2026, 9, 6)),
    ("Asia/Kathmandu", date(2026, 5, 1)),
]
MINUTES = st.integers(0, 1439) | st.sampled_from([0, 60, 120, 150, 180])
WINDOWS = st.builds(Window, st.sets(st.integers(0, 6), min_size=1).map(tuple), MINUTES, MINUTES)


def slowly(windows, around, zone):
    """Every minute on the wall that lies in a window, written down one by one."""
    found = set()
    for ahead in range(-3, 4):
        day = around + timedelta(days=ahead)
        for window in windows:
            if day.weekday() in window.days:
                long = (window.until - window.since) % 1440 or 1440
                begins = datetime.combine(day, time()) + timedelta(minutes=window.since)
                found |= {begins + timedelta(minutes=n) for n in range(long)}
    return found


@settings(max_examples=25, deadline=None)
@given(st.lists(WINDOWS, min_size=1, max_size=3), st.sampled_from(CHANGES))
def test_windows_are_those_of_the_clock_on_the_wall(windows, change):
    zone, around = change
    on_the_wall = slowly(windows, around, zone)
    begins = datetime.combine(around, time(), UTC) - timedelta(hours=20)
    for minute in range(0, 60 * 60, 3):
        at = begins + timedelta(minutes=minute, seconds=59)
        here = at.astimezone(ZoneInfo(zone)).replace(tzinfo=None, second=0)
        assert within(windows, at, zone) is (here in on_the_wall)


def minutes_within(window, day):
    begins = datetime.combine(day, time(), UTC) - timedelta(hours=2)
    every = (begins + timedelta(minutes=n) for n in range(26 * 60))
    return sum(within([window], at, "Europe/Berlin") for at in every)


@pytest.mark.parametrize(
    ("day", "minutes"),
    [(date(2026, 3, 28), 60), (date(2026, 3, 29), 0), (date(2026, 10, 25), 120)],
)
def test_an_hour_that_the_clocks_skip_does_not_come_and_one_they_repeat_comes_twice(day, minutes):
    assert minutes_within(Window((day.weekday(),), 120, 180), day) == minutes


def test_a_window_past_midnight_belongs_to_the_day_on_which_it_begins():
    friday_night = Window((4,), 22 * 60, 2 * 60)
    friday = datetime(2026, 5, 8, tzinfo=UTC)
    hours = [21.9, 22, 25.9, 26, 46]
    found = [within([friday_night], friday + timedelta(hours=one), "UTC") for one in hours]
    assert found == [False, True, True, False, False]
    assert not within([friday_night], friday + timedelta(hours=1), "UTC")


def test_a_window_that_ends_when_it_begins_lasts_a_whole_day():
    monday = datetime(2026, 5, 4, tzinfo=UTC)
    for since, found in ((0, [True, True, False]), (480, [False, True, True])):
        window = Window((0,), since, since)
        at = [monday + timedelta(hours=one) for one in (0, 23.9, 31.9)]
        assert [within([window], one, "UTC") for one in at] == found


def test_a_rule_is_there_from_its_start_to_its_end():
    hour = timedelta(hours=1)
    said = Schedule("UTC", (Window(ALL_WEEK, 0, 0),), starts_at=AT, ends_at=AT + hour)
    at = [AT - hour, AT, AT + hour / 2, AT + hour]
    assert [time_of(said, one) for one in at] == [Time.OFF, Time.ON, Time.ON, Time.OVER]
    assert time_of(None, AT) == Time.ON
    assert time_of(Schedule("UTC"), AT) == Time.ON
    assert time_of(Schedule("UTC", (Window((0,), 0, 60),)), AT) == Time.OUTSIDE
