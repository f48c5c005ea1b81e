"""The sales of the last days as bars, drawn on the server."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from babel.dates import format_date
from babel.numbers import format_compact_currency
from flask import g
from flask_babel import gettext as _

from synqro.core.currencies import digits
from synqro.orders import Sales
from synqro.web.console.wording import money

TOP, FLOOR, FOOT = 20, 180, 20
LINES = 3
STEPS = (1, 2, 4, 5, 8, 10)


class Bar(NamedTuple):
    """A day: `slot` and `middle` are where its column begins and its words stand."""

    day: date
    slot: float
    middle: float
    x: float
    y: float
    height: float
    words: str
    name: str
    figure: str
    """Its total, above today's bar only."""
    today: bool


class Line(NamedTuple):
    y: float
    words: str


class Chart(NamedTuple):
    """`slot` is how wide a day's column is, `width` a bar. Without any sale there are no lines
    above the floor.
    """

    box: int
    left: int
    floor: int
    height: int
    slot: float
    width: float
    lines: list[Line]
    bars: list[Bar]


class Row(NamedTuple):
    """A day in words."""

    day: str
    orders: int
    total: str


def chart(days: Sequence[date], sold: Sequence[Sales], box: int, every: int = 1) -> Chart:
    """Draw days, the oldest first and today the last, `box` wide; every so many has its name."""
    step = step_of(max(sales.total for sales in sold))
    lines = (
        [Line(_at(step * n, step), _round(step * n)) for n in range(LINES, 0, -1)] if step else []
    )
    left = 14 + max((7 * len(line.words) for line in lines), default=0)
    slot = (box - left) / len(days)
    width = round(min(30.0, slot * 0.7), 1)
    bars = []
    for place, (day, sales) in enumerate(zip(days, sold, strict=True)):
        begin = left + place * slot
        y = _at(sales.total, step) if step else FLOOR
        today = place == len(days) - 1
        named = (len(days) - 1 - place) % every == 0
        bars.append(
            Bar(
                day=day,
                slot=round(begin, 1),
                middle=round(begin + slot / 2, 1),
                x=round(begin + (slot - width) / 2, 1),
                y=y,
                height=round(FLOOR - y, 1),
                words=f"{long_day(day)}: {money(sales.total, g.store.currency)}",
                name=(_("Today") if today else _short(day)) if named else "",
                figure=_figure(sales.total) if today and sales.total else "",
                today=today,
            )
        )
    return Chart(box, left, FLOOR, FLOOR + FOOT, round(slot, 1), width, lines, bars)


def step_of(most: int) -> int:
    """Give back how far apart the lines are that LINES of which hold `most`: 1, 2, 4, 5 or 8 with
    noughts, the least such number; 0 where there is nothing. Pure.
    """
    if most <= 0:
        return 0
    least = -(-most // LINES)
    ten = int("1".ljust(len(str(least)), "0"))
    return min(ten * step for step in STEPS if ten * step >= least)


def rows(days: Sequence[date], sold: Sequence[Sales]) -> list[Row]:
    """Give back the same as a table, the newest day first."""
    found = [
        Row(long_day(day), sales.orders, money(sales.total, g.store.currency))
        for day, sales in zip(days, sold, strict=True)
    ]
    return found[::-1]


def in_words(days: Sequence[date], sold: Sequence[Sales]) -> str:
    """Say what the bars show."""
    currency = g.store.currency
    span = {"first": long_day(days[0]), "last": long_day(days[-1])}
    totals = [sales.total for sales in sold]
    if not any(totals):
        return str(_("Sales per day from %(first)s to %(last)s: none.", **span))
    best = max(range(len(totals)), key=lambda at: (totals[at], at))
    most, least = money(totals[best], currency), money(min(totals), currency)
    facts = {**span, "most": most, "day": long_day(days[best]), "least": least}
    whole = _("Sales per day from %(first)s to %(last)s.", **facts)
    return f"{whole} {_('Highest %(most)s on %(day)s, lowest %(least)s.', **facts)}"


def _at(amount: int, step: int) -> float:
    return round(FLOOR - (FLOOR - TOP) * amount / (LINES * step), 1)


def _round(amount: int) -> str:
    return _compact(amount, g.store.currency, g.store.locale)


@lru_cache(1024)
def _compact(amount: int, currency: str, locale: str) -> str:
    """Write an amount as short as it goes: €240, €1.5K."""
    major, places = Decimal(amount).scaleb(-digits(currency)), max(2, digits(currency))
    return str(format_compact_currency(major, currency, locale=locale, fraction_digits=places))


def _figure(amount: int) -> str:
    whole = money(amount, g.store.currency)
    return whole if len(whole) < 10 else _round(amount)


@lru_cache(1024)
def long_day(day: date) -> str:
    """Write a day in full: Friday 4 December."""
    return str(format_date(day, "EEEE d MMMM", locale="en_GB"))


@lru_cache(1024)
def _short(day: date) -> str:
    return str(format_date(day, "EEE", locale="en_GB"))
