"""Times as a browser's field writes them, by the clock of the shop."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from flask import g
from flask_babel import gettext as _

from synqro.web.console.wording import local

MINUTE = timedelta(minutes=1)
YEARS = range(2000, 2200)


class NoTime(ValueError):
    """What was typed is no time; the text says how to write one."""


def read_local(text: str) -> datetime | None:
    """Read a time of the shop's clock, as in 2026-11-26T10:42, into UTC; None for a blank.

    One that a change of the clocks skips or repeats is the earlier offset's. Raises NoTime.
    """
    if not (text := text.strip()):
        return None
    try:
        found = datetime.fromisoformat(text)
        there = found if found.tzinfo else found.replace(tzinfo=ZoneInfo(g.store.timezone))
        if there.year in YEARS:
            return there.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise NoTime(_("Enter a date and a time like 2026-11-26 10:42."))


def read_until(text: str) -> datetime | None:
    """Read a time up to which something goes, the whole minute with it. Raises NoTime."""
    found = read_local(text)
    whole = found is not None and found.second == 0 and found.microsecond == 0
    return found + MINUTE if found and whole else found


def as_local(when: datetime) -> str:
    """Write a time for a field of a form: 2026-11-26T10:42."""
    return f"{local(when):%Y-%m-%dT%H:%M}"
