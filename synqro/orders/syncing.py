"""Orders by their last change, the oldest change first, for a system that keeps a copy."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, literal, text, tuple_

from synqro.core.clock import now
from synqro.core.db import UtcDateTime, db
from synqro.core.pages import Page, cursor_of, read_cursor
from synqro.orders.models import Order

OF = Order.__tablename__
# The age in seconds of the oldest transaction that writes, by the database's clock. Ours are
# over in a moment, so one of a minute is somebody else's.
OLDEST_WRITER = text(
    "SELECT max(extract(epoch FROM clock_timestamp() - xact_start)) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    " AND backend_xid IS NOT NULL"
    " AND xact_start > clock_timestamp() - interval '1 minute'"
)


def changed_page(
    wanted: Select[Order], since: datetime | None, *, cursor: str | None, limit: int
) -> Page[Order]:
    """Give back a page of `wanted`, those changed first coming first. Raises InvalidCursor.

    `since` is when the first of them may have changed, and `wanted` is bounded by `settled`.
    An order that changes meanwhile comes once more, further on.
    """
    keys = (Order.updated_at, Order.id)
    wanted = wanted.where(*_after(since, cursor))
    rows = db.session.scalars(wanted.order_by(*keys).limit(limit + 1)).all()
    data, more = rows[:limit], len(rows) > limit
    return Page(data, cursor_of(OF, data[-1].updated_at, data[-1].id) if more else None)


def _after(since: datetime | None, cursor: str | None) -> list[ColumnElement[bool]]:
    mark = read_cursor(cursor, OF, datetime, str) if cursor else None
    if mark and (since is None or mark[0] >= since):
        at, order_id = mark
        last = tuple_(literal(at, UtcDateTime()), literal(order_id))
        return [tuple_(Order.updated_at, Order.id) > last]
    return [Order.updated_at >= since] if since else []


def settled() -> list[ColumnElement[bool]]:
    """Leave out what changed since the oldest write under way began. Call it before any reading.

    That one may yet write down an earlier time: whoever went on from a later one would miss
    it. SQLite has one writer at a time, whose times only grow.
    """
    if db.engine.dialect.name == "sqlite":
        return []
    at = now()  # before it is asked: who begins to write from here on is not seen
    age = db.session.scalar(OLDEST_WRITER) or 0
    return [Order.updated_at < at - timedelta(seconds=float(age))]
