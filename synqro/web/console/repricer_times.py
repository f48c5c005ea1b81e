"""When a rule holds, as people say it: from a day and a time to another. Pure."""

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import NamedTuple

from synqro.repricer import Window

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
SEVERAL = {"daily": tuple(range(7)), "weekdays": tuple(range(5))}
DAY, WEEK = 24 * 60, 7 * 24 * 60


class Span(NamedTuple):
    """From `day` at `since` to `to` at `until`, minutes after midnight.

    `day` is one of DAYS or of SEVERAL. `to` is "" for the same day: a span that ends before it
    begins then runs into the next one, and one that ends when it begins takes the whole day.
    """

    day: str
    since: int
    to: str
    until: int


def windows(span: Span) -> list[Window]:
    """Give back the windows of single days that make up a span."""
    if span.day in SEVERAL:
        return [Window(SEVERAL[span.day], span.since, span.until)]
    day = DAYS.index(span.day)
    if not span.to:
        return [Window((day,), span.since, span.until)]
    length = (DAYS.index(span.to) - day) * DAY + span.until - span.since
    if length <= 0:
        length += WEEK
    pieces = _by_day(day * DAY + span.since, length)
    pieces.sort(key=lambda piece: piece[1:])
    return sorted(
        (
            Window(tuple(sorted(piece[0] for piece in same)), since, until)
            for (since, until), same in groupby(pieces, key=lambda piece: piece[1:])
        ),
        key=lambda window: window.days,
    )


def spans(found: Iterable[Window]) -> list[Span]:
    """Give back the fewest spans that say the same as `found`."""
    merged = _merged(sorted(set(_stretches(found))))
    if any(length >= WEEK for _start, length in merged):
        return [Span("daily", 0, "", 0)]
    short = [(start, length) for start, length in merged if length <= DAY]
    long = [_span(start, length) for start, length in merged if length > DAY]
    return _daily(short) + long


def _by_day(start: int, length: int) -> list[tuple[int, int, int]]:
    """Cut a stretch at midnight: (day, since, until), 0 for a day's end."""
    pieces, end = [], start + length
    while start < end:
        midnight = (start // DAY + 1) * DAY
        until = min(end, midnight)
        pieces.append((start // DAY % 7, start % DAY, until % DAY))
        start = until
    return pieces


def _stretches(found: Iterable[Window]) -> Iterable[tuple[int, int]]:
    """Give back (minute of the week, length) of each day of each window."""
    for window in found:
        for day in window.days:
            length = (window.until - window.since) % DAY or DAY
            yield day * DAY + window.since, length


def _merged(stretches: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Join what touches or overlaps, also across the end of the week."""
    joined: list[tuple[int, int]] = []
    for start, length in stretches:
        if joined and start <= sum(joined[-1]):
            first = joined[-1][0]
            joined[-1] = (first, max(sum(joined[-1]), start + length) - first)
        else:
            joined.append((start, length))
    while len(joined) > 1 and sum(joined[-1]) >= joined[0][0] + WEEK:
        (start, length), (first, more) = joined.pop(), joined.pop(0)
        joined.append((start, max(start + length, first + WEEK + more) - start))
    if len(joined) == 1 and joined[0][1] >= WEEK:
        return [(0, WEEK)]
    return joined


def _daily(stretches: Sequence[tuple[int, int]]) -> list[Span]:
    """Say those of the same hours at once where they are of all days or of all weekdays."""
    hours: dict[tuple[int, int], set[int]] = {}
    for start, length in stretches:
        hours.setdefault((start % DAY, (start + length) % DAY), set()).add(start // DAY)
    found = []
    for (since, until), days in hours.items():
        name = next((name for name, all_ in SEVERAL.items() if set(all_) <= days), "")
        if name:
            found.append(Span(name, since, "", until))
        rest = sorted(days - set(SEVERAL.get(name, ())))
        found += [Span(DAYS[day], since, "", until) for day in rest]
    return found


def _span(start: int, length: int) -> Span:
    end = (start + length) % WEEK
    return Span(DAYS[start // DAY], start % DAY, DAYS[end // DAY], end % DAY)
