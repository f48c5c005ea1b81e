"""The cells of a file of prices, as spreadsheets and people write them. Pure."""

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from babel.numbers import get_currency_symbol

from synqro.core.clock import end_of_day
from synqro.core.errors import Invalid
from synqro.core.percents import basis_points
from synqro.core.typed import read_amount

ISO = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})")
DOTS = re.compile(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})")
SLASHES = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})")
CLOCK = re.compile(
    r"([0-9]{1,2}):([0-9]{2})(?::([0-9]{2})(?:\.[0-9]{1,9})?)?\s*(Z|[+-][0-9]{2}:?[0-9]{2})?"
)
LONGEST_SAID = 24


class NotSo(ValueError):
    """The cell cannot be read; the message says why, to the person whose file it is."""


def read_money(cell: str, currency: str) -> int | None:
    """Give back minor units, None for a blank; 24.99, 24,99, € 24.99 and 24.99 EUR are alike.

    Raises NotSo, also for 1,000 and 1.000: in one country that is 1, in another 1000.
    """
    bare = cell
    for mark in (currency, get_currency_symbol(currency, "en")):
        bare = bare.removeprefix(mark).removesuffix(mark).strip()
    try:
        return read_amount(bare, currency)
    except Invalid as error:
        raise NotSo(f"“{_short(cell)}” is no amount in {currency}, like 24.99.") from error


def read_seen(cell: str, timezone: str, at: datetime) -> datetime:
    """Give back a time; one without a zone is of the shop's clock.

    A day alone counts to its end, or to `at` while that day lasts. Raises NotSo.
    """
    there, _blank, clock = cell.replace("T", " ", 1).partition(" ")
    day = _day(there, cell)
    try:
        if clock.strip():
            return _at(day, clock.strip(), timezone, cell)
        lasts = day == at.astimezone(ZoneInfo(timezone)).date()
        return at if lasts else end_of_day(day, timezone) - timedelta(seconds=1)
    except OverflowError as error:
        raise _no_time(cell) from error


def read_number(cell: str) -> int | None:
    """Give back a whole number, None for a blank. Raises NotSo."""
    if not cell:
        return None
    if not re.fullmatch(r"[0-9]{1,9}", cell):
        raise NotSo(f"“{_short(cell)}” is no number of ratings.")
    return int(cell)


def read_share(cell: str) -> int | None:
    """Give back basis points, None for a blank; 98.5, 98,5 and 98.5% are alike. Raises NotSo."""
    if not cell:
        return None
    try:
        return basis_points(cell.removesuffix("%").strip().replace(",", "."))
    except Invalid as error:
        raise NotSo(f"“{_short(cell)}” is no percentage, like 98.5.") from error


def _day(text: str, cell: str) -> date:
    if found := ISO.fullmatch(text):
        year, month, day = map(int, found.groups())
    elif found := DOTS.fullmatch(text):
        day, month, year = map(int, found.groups())
    elif found := SLASHES.fullmatch(text):
        day, month, year = map(int, found.groups())
        if day <= 12 and month <= 12 and day != month:
            say = f"“{_short(cell)}” can be read in two ways. Write it like 2026-11-26."
            raise NotSo(say)
        day, month = (month, day) if month > 12 else (day, month)
    else:
        raise _no_time(cell)
    try:
        return date(year, month, day)
    except ValueError as error:
        raise _no_time(cell) from error


def _at(day: date, clock: str, timezone: str, cell: str) -> datetime:
    found = CLOCK.fullmatch(clock)
    if not found:
        raise _no_time(cell)
    hour, minute, second, zone = found.groups()
    try:
        there = datetime.combine(day, time(int(hour), int(minute), int(second or 0)))
        offset = datetime.strptime(zone, "%z").tzinfo if zone else ZoneInfo(timezone)
    except ValueError as error:
        raise _no_time(cell) from error
    return there.replace(tzinfo=offset).astimezone(UTC)


def _no_time(cell: str) -> NotSo:
    return NotSo(f"“{_short(cell)}” is no date, like 2026-11-26 or 2026-11-26 10:42.")


def _short(cell: str) -> str:
    return cell if len(cell) <= LONGEST_SAID else f"{cell[:LONGEST_SAID]}…"
