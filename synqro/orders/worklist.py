"""The fulfilment queue: what to do first, what is under way, what has left."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, CompoundSelect, func, or_, select, tuple_, union_all
from sqlalchemy.orm import joinedload

from synqro.core.db import db
from synqro.core.pages import Page, page, read_cursor
from synqro.orders.models import Order, Status
from synqro.orders.reading import MOST_COUNTED

LARGEST_NUMBER = 10  # digits
SATURDAY = 5
EVER = datetime(1970, 1, 1, tzinfo=UTC)
TO_SHIP = (Status.PAID, Status.IN_PROGRESS)


class Shown(StrEnum):
    """What the queue can be narrowed to."""

    TO_SHIP = "to_ship"
    """Both of the next two."""
    TO_DO = "paid"
    IN_PROGRESS = "in_progress"
    SHIPPED = "shipped"
    PROBLEMS = "problems"
    PAID = "paid_today"
    ALL = "all"


BY_DAY = (Shown.TO_SHIP, Shown.TO_DO, Shown.IN_PROGRESS)
STATUS = {
    Shown.TO_DO: Status.PAID,
    Shown.IN_PROGRESS: Status.IN_PROGRESS,
    Shown.SHIPPED: Status.SHIPPED,
}


@dataclass(frozen=True)
class Waiting:
    """How many orders wait; a number of MOST_COUNTED means that many or more."""

    to_do: int
    in_progress: int
    due: int
    """Of both, those that should leave today or should have left."""
    problems: int


def worklist(
    store_id: str,
    *,
    shown: Shown = Shown.TO_DO,
    q: str | None = None,
    paid_since: datetime = EVER,
    cursor: str | None = None,
    limit: int = 25,
) -> Page[Order]:
    """Give back a page of orders: open ones by the day they should leave, late ones first.

    Shipped ones, those whose payment needs a look, and all together (unpaid and expired
    ones too), come newest first; those paid at `paid_since` or later, whatever became of
    them, by when that was. `q` finds a number, or part of a name, an email or a
    tracking number. Raises InvalidCursor.
    """
    wanted = select(Order).where(Order.store_id == store_id).options(joinedload(Order.lines))
    if shown in STATUS:
        wanted = wanted.where(Order.status == STATUS[shown])
    if shown is Shown.TO_SHIP:
        wanted = wanted.where(Order.id.in_(_next_to_leave(store_id, cursor, limit)))
    if shown is Shown.PROBLEMS:
        wanted = wanted.where(Order.payment_problem.is_not(None))
    if q and (words := q.replace("\0", "").strip()):
        wanted = wanted.where(_matches(words))
    if shown in BY_DAY:
        return page(wanted, Order.ship_by, Order.id, cursor=cursor, limit=limit)
    if shown is Shown.PAID:
        wanted, keys = wanted.where(Order.paid_at >= paid_since), (Order.paid_at, Order.id)
        return page(wanted, *keys, cursor=cursor, limit=limit, newest_first=True)
    return page(wanted, Order.id, cursor=cursor, limit=limit, newest_first=True)


def waiting(store_id: str, today: date) -> Waiting:
    """Count what waits in the queue, each up to MOST_COUNTED, in one query."""
    found = db.session.execute(select(*waiting_counts(store_id, today))).one()
    return Waiting(*(int(number) for number in found))


def waiting_counts(store_id: str, today: date) -> list[ColumnElement[int]]:
    """Give back the figures of `Waiting` in its order, for a query that counts more than these."""
    open_ones = Order.status.in_(TO_SHIP)
    promised = Order.lead_time_days.is_not(None) & (Order.ship_by <= today.isoformat())
    return [
        _capped(store_id, Order.status == Status.PAID),
        _capped(store_id, Order.status == Status.IN_PROGRESS),
        _capped(store_id, open_ones & promised),
        _capped(store_id, Order.payment_problem.is_not(None)),
    ]


def leaves_on(paid_at: datetime, lead_time_days: int | None, timezone: str) -> str:
    """Give back the day an order should leave (YYYY-MM-DD, in `timezone`).

    Counts working days, Monday to Friday, after the day of payment; without a lead time
    it is that day itself, which then is an order to work in and no promise.
    """
    day = paid_at.astimezone(ZoneInfo(timezone)).date()
    left = lead_time_days or 0
    while left:
        day += timedelta(days=1)
        left -= day.weekday() < SATURDAY
    return day.isoformat()


def _next_to_leave(store_id: str, cursor: str | None, limit: int) -> CompoundSelect[str]:
    """Give back the ids of the orders of which a page is made up, and of one more.

    They are looked for status by status, as the index has them: no other order is read.
    """
    keys = Order.ship_by, Order.id
    mine = select(Order.id).where(Order.store_id == store_id)
    if cursor:
        after = read_cursor(cursor, Order.__tablename__, str, str)
        mine = mine.where(tuple_(*keys) > tuple_(*after))
    each = [
        mine.where(Order.status == status).order_by(*keys).limit(limit + 1).subquery()
        for status in TO_SHIP
    ]
    return union_all(*map(select, each))


def _matches(words: str) -> ColumnElement[bool]:
    number = words.removeprefix("#")
    tracking = Order.__table__.c["tracking_number"]
    columns = (Order.customer_name, Order.customer_email, tracking)
    forms = {words, words.upper(), words.title()}  # SQLite folds the case of A to Z only
    found = [column.icontains(form, autoescape=True) for column in columns for form in forms]
    if number.isascii() and number.isdigit() and len(number) < LARGEST_NUMBER:
        found.append(Order.number == int(number))
    return or_(*found)


def _capped(store_id: str, which: ColumnElement[bool]) -> ColumnElement[int]:
    some = select(Order.id).where(Order.store_id == store_id, which).limit(MOST_COUNTED)
    return select(func.count()).select_from(some.subquery()).scalar_subquery()
