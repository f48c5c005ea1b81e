"""How the widget writes money, dates and countries: as the shop's own locale does."""

from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from flask import g

from synqro.core.clock import now
from synqro.core.money import Money

SATURDAY = 5
MEBIBYTE = 1024 * 1024


@lru_cache(maxsize=64)
def _locale(name: str) -> Locale:
    try:
        return Locale.parse(name.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return Locale("en")


def locale() -> Locale:
    """Give back the shop's locale, English where it names none that we know."""
    return _locale(g.store.locale)


def money(amount: int) -> str:
    """Give back `amount` minor units of the shop's currency, as in €24.99."""
    return Money(amount, g.store.currency).format(str(locale()))


def day(of: date) -> str:
    """Give back a date in full, without the year: Thursday 26 November."""
    found = locale()
    pattern = "EEEE d MMMM" if found.language == "en" else found.date_formats["full"].pattern
    return format_date(of, pattern, locale=found)


def country(code: str) -> str:
    """Give back the name of a country, as in Germany for DE."""
    return str(locale().territories.get(code, code))


def leaves(days: int, since: datetime | None = None) -> date:
    """Give back the date `days` working days after `since`, in the shop's time zone."""
    found = (since or now()).astimezone(ZoneInfo(g.store.timezone)).date()
    while days > 0:
        found += timedelta(days=1)
        days -= found.weekday() < SATURDAY
    return found


def megabytes(size: int) -> str:
    """Give back a file's size as people say it: 18.0 MB, 240 MB, under one 0.3 MB."""
    found = size / MEBIBYTE
    return f"{found:.0f} MB" if found >= 100 else f"{max(found, 0.1):.1f} MB"
