"""What became of the quotes that were asked in a time, counted by the database."""

from bisect import bisect
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import accumulate
from typing import Any, NamedTuple

from sqlalchemy import (
    CTE,
    BigInteger,
    ColumnElement,
    Integer,
    Select,
    and_,
    case,
    cast,
    column,
    extract,
    func,
    or_,
    select,
    values,
)

from synqro.core.clock import end_of_day, today
from synqro.core.currencies import MAXIMUM, digits
from synqro.core.db import UtcDateTime, db
from synqro.quotes.models import Party, Quote, Status, Version
from synqro.stores import Store

MOST_BANDS = 5
WEEK = timedelta(days=7)
DECIDED = frozenset({"won", "declined", "expired", "cancelled"})
BY_CUSTOMER = Quote.ended_by == Party.CUSTOMER
LOST = or_(
    Quote.status == Status.EXPIRED,
    and_(Quote.status.in_((Status.DECLINED, Status.CANCELLED)), BY_CUSTOMER),
)


class Tally(NamedTuple):
    """How many quotes stand where. `declined` and `cancelled` are by the customer, `refused`
    was turned down or called off by the store; `abroad` says how many of the won and the lost
    are in another currency than the store's.
    """

    pending: int = 0
    quoted: int = 0
    accepted: int = 0
    won: int = 0
    declined: int = 0
    expired: int = 0
    cancelled: int = 0
    refused: int = 0
    abroad: int = 0

    @property
    def lost(self) -> int:
        return self.declined + self.expired + self.cancelled

    @property
    def decided(self) -> int:
        """What the customer or the end of the price has decided."""
        return self.won + self.lost

    @property
    def waiting(self) -> int:
        """What is not decided: an accepted price is not paid yet, and may never be."""
        return self.pending + self.quoted + self.accepted

    @property
    def asked(self) -> int:
        return self.decided + self.waiting + self.refused


class Week(NamedTuple):
    """The quotes asked from `since` on, a Monday or the first day of the time."""

    since: date
    tally: Tally


class Band(NamedTuple):
    """Decided quotes whose total is at least `least` and under `below`, in minor units of the
    store's currency; None: no such end.
    """

    least: int | None
    below: int | None
    won: int
    lost: int


class Answers(NamedTuple):
    """First answers, a price or a refusal: by a person, and by the rules. `minutes` is the
    median of what people took, None where there was none.
    """

    by_person: int
    automatic: int
    minutes: int | None


class Numbers(NamedTuple):
    """`weeks` begin with the first in which anything was asked."""

    since: date
    tally: Tally
    weeks: list[Week]
    bands: list[Band]
    answers: Answers


def numbers(store: Store, days: int) -> Numbers:
    """Count the quotes asked in the last `days` days where the store is, today among them.

    Three queries, whatever there is; what they read is bounded by what was asked in the time.
    """
    first = today(store.timezone) - timedelta(days=days - 1)
    mine = and_(Quote.store_id == store.id, Quote.created_at >= _begin(first, store))
    weeks = _weeks(store, first)
    return Numbers(
        since=first,
        tally=_sum([week.tally for week in weeks]),
        weeks=weeks[next((n for n, week in enumerate(weeks) if week.tally.asked), len(weeks)) :],
        bands=_bands(store.currency, mine),
        answers=_answers(mine),
    )


def _weeks(store: Store, first: date) -> list[Week]:
    starts = [first]
    while (following := _monday_after(starts[-1])) <= today(store.timezone):
        starts.append(following)
    found: list[Counter[str]] = [Counter() for _ in starts]
    for at, status, by_customer, abroad, many in db.session.execute(_tallied(store, starts)):
        what = _what(status, bool(by_customer))
        found[at][what] += many
        found[at]["abroad"] += many if abroad and what in DECIDED else 0
    return [Week(start, Tally(**of)) for start, of in zip(starts, found, strict=True)]


def _tallied(store: Store, starts: Sequence[date]) -> Select[Any]:
    weeks = _edges(store, starts)
    begun = and_(Quote.created_at >= weeks.c.since, Quote.created_at < weeks.c.until)
    by = (weeks.c.at, Quote.status, BY_CUSTOMER, Quote.currency != store.currency)
    mine = and_(Quote.store_id == store.id, begun)
    return select(*by, func.count()).select_from(weeks).join(Quote, mine).group_by(*by)


def _edges(store: Store, starts: Sequence[date]) -> CTE:
    """The weeks as rows, so that each is one stretch of the index."""
    columns = (column("at", Integer), column("since", UtcDateTime), column("until", UtcDateTime))
    ends = [*starts[1:], _monday_after(starts[-1])]
    rows = [
        (at, _begin(start, store), _begin(end, store))
        for at, (start, end) in enumerate(zip(starts, ends, strict=True))
    ]
    return values(*columns, name="weeks").data(rows).cte("weeks")


def _what(status: Status, by_customer: bool) -> str:
    if status is Status.PAID:
        return "won"
    if status in (Status.DECLINED, Status.CANCELLED) and not by_customer:
        return "refused"
    return status.value


def _sum(tallies: Sequence[Tally]) -> Tally:
    return Tally(*map(sum, zip(*tallies, strict=True)))


def _bands(currency: str, mine: ColumnElement[bool]) -> list[Band]:
    """Sort the decided quotes by price between round edges, and merge those into a few."""
    edges = _round_edges(currency)
    holding = and_(Version.quote_id == Quote.id, Version.number == Quote.offered)
    place = case(*((Version.total < edge, at) for at, edge in enumerate(edges)), else_=len(edges))
    won = Quote.status == Status.PAID
    counted = select(place, won, func.count()).select_from(Quote).join(Version, holding)
    wanted = counted.where(mine, Quote.currency == currency, or_(won, LOST)).group_by(place, won)
    found = {(at, bool(is_won)): many for at, is_won, many in db.session.execute(wanted)}
    bands = [
        Band(least, below, found.get((at, True), 0), found.get((at, False), 0))
        for at, (least, below) in enumerate(zip([None, *edges], [*edges, None], strict=True))
    ]
    return few(bands)


def few(bands: Sequence[Band]) -> list[Band]:
    """Merge neighbours, the emptiest first, until there are MOST_BANDS and none is empty. Pure.

    No bands are left where all are empty.
    """
    found = list(bands)
    while len(found) > 1 and (len(found) > MOST_BANDS or not all(map(_size, found))):
        thin = min(range(len(found)), key=lambda at: _size(found[at]))
        beside = [at for at in (thin - 1, thin) if 0 <= at < len(found) - 1]
        at = min(beside, key=lambda at: _size(found[at]) + _size(found[at + 1]))
        low, high = found[at : at + 2]
        found[at : at + 2] = [Band(low.least, high.below, low.won + high.won, low.lost + high.lost)]
    return [band for band in found if _size(band)]


def _size(band: Band) -> int:
    return band.won + band.lost


def _round_edges(currency: str) -> list[int]:
    """1, 2, 5, 10, 20, 50 … of the currency, in minor units."""
    tens = (10**power for power in range(digits(currency), len(str(MAXIMUM))))
    return [ten * step for ten in tens for step in (1, 2, 5)]


def _answers(mine: ColumnElement[bool]) -> Answers:
    first = and_(Version.quote_id == Quote.id, Version.number == 1)
    by_rules = func.coalesce(Version.automatic, False)
    minutes = (_seconds(Quote.answered_at) - _seconds(Quote.created_at)) // 60
    counted = select(by_rules, minutes, func.count()).select_from(Quote).outerjoin(Version, first)
    wanted = counted.where(mine, Quote.answered_at.is_not(None)).group_by(by_rules, minutes)
    found = [(bool(automatic), took, many) for automatic, took, many in db.session.execute(wanted)]
    people = {took: many for automatic, took, many in found if not automatic}
    by_person = sum(people.values())
    return Answers(by_person, sum(many for *_, many in found) - by_person, middle(people))


def _seconds(moment: Any) -> ColumnElement[int]:
    return cast(extract("epoch", moment), BigInteger)


def middle(counts: Mapping[int, int]) -> int | None:
    """Give back the median of values that are there so many times each, None of nothing. Pure."""
    ordered = sorted(counts)
    sofar = list(accumulate(counts[value] for value in ordered))
    if not sofar:
        return None
    low, high = (sofar[-1] - 1) // 2, sofar[-1] // 2
    return (ordered[bisect(sofar, low)] + ordered[bisect(sofar, high)]) // 2


def _monday_after(day: date) -> date:
    return day + WEEK - timedelta(days=day.weekday())


def _begin(day: date, store: Store) -> datetime:
    return end_of_day(day - timedelta(days=1), store.timezone)
