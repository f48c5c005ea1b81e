"""The payouts of a month, and what they come to."""

import re
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple, Self

from sqlalchemy import ColumnElement, case, func, select, text
from sqlalchemy.orm import InstrumentedAttribute

from synqro.core.db import db
from synqro.core.pages import Page, page
from synqro.settlements.models import TO_LOOK_AT, Settlement, Status

WRITTEN = re.compile(r"(20[0-9]{2}|21[0-9]{2})-(0[1-9]|1[0-2])")


class Month(NamedTuple):
    """A month of the calendar; `str` gives back 2026-11."""

    year: int
    number: int

    @classmethod
    def read(cls, text: str | None) -> Self | None:
        """Read 2026-11; None for anything else."""
        found = WRITTEN.fullmatch(text or "")
        return cls(int(found[1]), int(found[2])) if found else None

    @classmethod
    def of(cls, day: date | str) -> Self:
        """Give back the month of a day, which may be written: 2026-11-20."""
        found = date.fromisoformat(day) if isinstance(day, str) else day
        return cls(found.year, found.month)

    @property
    def first_day(self) -> date:
        return date(self.year, self.number, 1)

    @property
    def before(self) -> "Month":
        return self._moved(-1)

    @property
    def after(self) -> "Month":
        return self._moved(1)

    def _moved(self, by: int) -> "Month":
        years, month = divmod(self.year * 12 + self.number - 1 + by, 12)
        return Month(years, month + 1)

    def __str__(self) -> str:
        return f"{self.year:04}-{self.number:02}"


class Sums(NamedTuple):
    """What the payouts of a month come to in one currency, in its minor units.

    `sold` and `fees` (positive where they were charged) count the lines of all payouts, `paid`
    what has arrived by today; `off` adds up the sizes of the differences that nobody has accepted.
    """

    currency: str
    sold: int
    orders: int
    fees: int
    paid: int
    payouts: int
    off: int
    differences: int


def span(store_id: str) -> tuple[Month, Month] | None:
    """Give back the first and the last month with payouts, None where there is none."""
    mine = [
        select(which(Settlement.arrival_date))
        .where(Settlement.store_id == store_id)
        .scalar_subquery()
        for which in (func.min, func.max)
    ]
    first, last = db.session.execute(select(*mine)).one()
    return (Month.of(first), Month.of(last)) if first else None


def sums_of(store_id: str, month: Month, today: date) -> list[Sums]:
    """Give back the sums of a month for each of its currencies, the largest sales first."""
    looked_at = text(TO_LOOK_AT)
    # What was taken back had arrived: that which took it is a payout of its own, below 0.
    arrived = Settlement.status.in_((Status.COMPLETED, Status.REVERSED))
    here = arrived & (Settlement.arrival_date <= today.isoformat())
    found = db.session.execute(
        select(
            Settlement.currency,
            _sum(Settlement.gross_sales),
            _sum(Settlement.order_count),
            -_sum(Settlement.fees + Settlement.payout_fee),
            _sum(case((here, Settlement.net), else_=0)),
            _sum(case((here, 1), else_=0)),
            _sum(case((looked_at, func.abs(Settlement.difference)), else_=0)),
            _sum(case((looked_at, 1), else_=0)),
        )
        .where(*_within(store_id, month))
        .group_by(Settlement.currency)
    )
    sums = [Sums(currency, *map(int, numbers)) for currency, *numbers in found]
    return sorted(sums, key=lambda one: (-one.sold, one.currency))


def payouts_of(
    store_id: str, month: Month, *, cursor: str | None = None, limit: int = 50
) -> Page[Settlement]:
    """Give back a page of the month's payouts, the last to arrive first. Raises InvalidCursor."""
    wanted = select(Settlement).where(*_within(store_id, month))
    keys = Settlement.arrival_date, Settlement.id
    return page(wanted, *keys, cursor=cursor, limit=limit, newest_first=True)


def carriers(store_id: str, failed: Iterable[Settlement]) -> dict[str, Settlement]:
    """Give back, by their ids, the settlements with which the money of `failed` ones came."""
    return several(store_id, {one.carried_by for one in failed if one.carried_by})


def several(store_id: str, ids: Iterable[str]) -> dict[str, Settlement]:
    """Give back those of the settlements that are this store's, by their ids."""
    if not (wanted := set(ids)):
        return {}
    mine = select(Settlement).where(Settlement.store_id == store_id, Settlement.id.in_(wanted))
    return {one.id: one for one in db.session.scalars(mine)}


def _within(store_id: str, month: Month) -> tuple[ColumnElement[bool], ...]:
    return (
        Settlement.store_id == store_id,
        Settlement.arrival_date >= f"{month}-01",
        Settlement.arrival_date < f"{month.after}-01",
    )


def _sum(what: ColumnElement[int] | InstrumentedAttribute[int]) -> ColumnElement[int]:
    return func.coalesce(func.sum(what), 0)
