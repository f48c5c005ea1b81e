"""What was sold in spans of time, and the few orders that a day's page names."""

from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Select,
    and_,
    bindparam,
    case,
    func,
    literal,
    literal_column,
    select,
    text,
    union_all,
)
from sqlalchemy.orm import joinedload

from synqro.core.db import db
from synqro.orders.ledger_models import NOT_PAID_OUT, Entry
from synqro.orders.models import Order, Status
from synqro.orders.reading import MOST_COUNTED, Sales
from synqro.orders.worklist import EVER, TO_SHIP

Span = tuple[datetime, datetime]


class Named(NamedTuple):
    """Orders to name: the ones paid last, those that are late (the longest first), and one of
    those whose payment needs a look.
    """

    latest: list[Order]
    late: list[Order]
    problem: Order | None


def sales_of(store_id: str, spans: Sequence[Span]) -> list[Sales]:
    """Sum up every order that was paid in each span (its end not in it), whatever became of it.

    One query, of one stretch of an index a span; no order is read.
    """
    edges = {f"since{at}": since for at, (since, _) in enumerate(spans)}
    edges |= {f"until{at}": until for at, (_, until) in enumerate(spans)}
    found = db.session.execute(_sums(len(spans)), {"store": store_id, **edges})
    by_place = {at: Sales(int(many), int(total)) for at, many, total in found}
    return [by_place[at] for at in range(len(spans))]


@lru_cache
def _sums(spans: int) -> CompoundSelect[Any]:
    """Build the query once: it is long, and the same every time."""
    return union_all(*map(_sum_of, range(spans)))


def _sum_of(at: int) -> Select[Any, int, int]:
    place: ColumnElement[Any] = literal_column(str(at))
    sums = select(place, func.count(), func.coalesce(func.sum(Order.total), 0))
    return sums.where(
        Order.store_id == bindparam("store"),
        Order.paid_at >= bindparam(f"since{at}"),
        Order.paid_at < bindparam(f"until{at}"),
    )


def named(store_id: str, today: date, *, latest: int = 5, late: int = 3) -> Named:
    """Give back the orders that are named on the store's day `today`, with their lines. One query.

    A day that was never promised cannot be missed.
    """
    overdue = [
        _ids("late", _late(store_id, status, today)).order_by(Order.ship_by, Order.id).limit(late)
        for status in TO_SHIP
    ]
    mine = Order.store_id == store_id
    paid = _ids("latest", mine & (Order.paid_at > EVER)).order_by(Order.paid_at.desc())
    problem = _ids("problem", mine & Order.payment_problem.is_not(None))
    # Not in an order: SQLite would walk all orders for it, in place of the index of these.
    parts = [*overdue, paid.limit(latest), problem.limit(1)]
    found = union_all(*(select(part.subquery()) for part in parts)).subquery("found")
    wanted = select(found.c.why, Order).join(found, found.c.id == Order.id)
    rows = db.session.execute(wanted.options(joinedload(Order.lines))).unique().all()
    groups = {why: [o for w, o in rows if w == why] for why in ("latest", "late", "problem")}
    return Named(
        sorted(groups["latest"], key=lambda order: order.paid_at or EVER, reverse=True),
        sorted(groups["late"], key=lambda order: (order.ship_by or "", order.id))[:late],
        next(iter(groups["problem"]), None),
    )


def late_ones(store_id: str, today: date) -> ColumnElement[int]:
    """Give back how many orders should have left before `today`, up to MOST_COUNTED, for a query
    that asks for more.
    """
    each = [
        select(Order.id).where(_late(store_id, status, today)).limit(MOST_COUNTED).subquery()
        for status in TO_SHIP
    ]
    some = union_all(*map(select, each)).limit(MOST_COUNTED).subquery()
    return select(func.count()).select_from(some).scalar_subquery()


def last_paid(store_id: str) -> ColumnElement[datetime | None]:
    """Give back when an order was paid last, NULL where none ever was."""
    mine = select(Order.paid_at).where(Order.store_id == store_id, Order.paid_at > EVER)
    return mine.order_by(Order.paid_at.desc()).limit(1).scalar_subquery()


def coming_sums(store_id: str, currency: str) -> tuple[ColumnElement[int], ColumnElement[int]]:
    """Give back how many orders have money that no payout has brought yet, and what they have
    waiting in all, in `currency` (minor units): what was paid, less fees and what went back.

    Only the first MOST_COUNTED payments are looked at; with as many, so many orders are said,
    which means that many or more.
    """
    waits = (Entry.store_id == store_id, text(NOT_PAID_OUT))
    some = select(Entry.order_id).where(*waits).limit(MOST_COUNTED).subquery()
    each, many = func.count(some.c.order_id.distinct()), func.count()
    counted = select(case((many < MOST_COUNTED, each), else_=MOST_COUNTED)).select_from(some)
    summed = select(func.coalesce(func.sum(Entry.amount), 0)).where(
        Entry.order_id.in_(select(some.c.order_id)),
        Entry.settlement_id.is_(None),
        Entry.currency == currency,
    )
    return counted.scalar_subquery(), summed.scalar_subquery()


def _late(store_id: str, status: Status, today: date) -> ColumnElement[bool]:
    promised = Order.lead_time_days.is_not(None) & (Order.ship_by < today.isoformat())
    return and_(Order.store_id == store_id, Order.status == status, promised)


def _ids(why: str, which: ColumnElement[bool]) -> Select[str, str]:
    return select(literal(why).label("why"), Order.id).where(which)
