"""When a rule holds. Pure."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from synqro.repricer.terms import Schedule, Window

DAYS = 7


class Time(StrEnum):
    """`off`: the rule is not there yet. `outside`: between its windows. `over`: it has ended."""

    OFF = "off"
    ON = "on"
    OUTSIDE = "outside"
    OVER = "over"


def time_of(schedule: Schedule | None, at: datetime) -> Time:
    """Give back what the moment is for a rule."""
    if schedule is None:
        return Time.ON
    if schedule.starts_at and at < schedule.starts_at:
        return Time.OFF
    if schedule.ends_at and at >= schedule.ends_at:
        return Time.OVER
    if not schedule.active or within(schedule.active, at, schedule.timezone):
        return Time.ON
    return Time.OUTSIDE


def within(windows: Sequence[Window], at: datetime, timezone: str) -> bool:
    """Say whether the clock on the wall stands in one of the windows.

    A window that lies in an hour which the clocks skip does not come; in one that they repeat
    it comes twice.
    """
    local = at.astimezone(ZoneInfo(timezone))
    today, minute = local.weekday(), local.hour * 60 + local.minute
    return any(_holds(window, today, minute) for window in windows)


def _holds(window: Window, today: int, minute: int) -> bool:
    begun = today in window.days and minute >= window.since
    if window.since < window.until:
        return begun and minute < window.until
    return begun or ((today - 1) % DAYS in window.days and minute < window.until)
