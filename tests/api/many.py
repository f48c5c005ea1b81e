"""Orders by the thousand, written past all services, and how the database finds some of them."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import event, insert, literal, select
from ulid import ULID

from synqro import orders
from synqro.core.db import db, transaction
from synqro.orders import Status

BATCH = 10_000
Asked = tuple[str, Any]


@transaction()
def written(like: orders.Order, count: int, until: datetime) -> None:
    """Write `count` orders with a line each, a minute apart, the last one made before `until`.

    Most are shipped and from the storefront. One of 1,000 is on ebay, the newest 50 are paid,
    and the oldest 20 were changed in the last minutes.
    """
    facts = {c.key: getattr(like, c.key) for c in orders.Order.__mapper__.column_attrs}
    for begin in range(0, count, BATCH):
        numbers = range(begin, min(begin + BATCH, count))
        rows = [facts | _own(number, count, until) for number in numbers]
        db.session.execute(insert(orders.Order), rows)
    table = orders.Line.__table__
    line = {c.name: literal(getattr(like.lines[0], c.name), c.type) for c in table.c}
    line["order_id"] = orders.Order.id
    mine = select(*line.values()).where(orders.Order.number < 0)
    db.session.execute(insert(table).from_select(list(line), mine))


def _own(number: int, count: int, until: datetime) -> dict[str, Any]:
    at = until - timedelta(minutes=count - number)
    time = int(at.timestamp() * 1000)
    changed = until - timedelta(seconds=60 - number) if number < 20 else at
    return {
        "id": f"ord_{ULID(time.to_bytes(6) + number.to_bytes(10))}",
        "number": -1 - number,
        "token_hash": f"hash{number}",
        "status": Status.PAID if number >= count - 50 else Status.SHIPPED,
        "marketplace": "storefront" if number % 1000 else "ebay",
        "created_at": at,
        "updated_at": changed,
    }


def statements(read: Callable[[], object]) -> list[Asked]:
    """Give back every SELECT that `read` makes, with its values."""
    found: list[Asked] = []

    def note(_connection: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        if statement.startswith(("SELECT", "WITH")):
            found.append((statement, values))

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        read()
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    return found


def plan(asked: Asked) -> list[str]:
    """Give back how the database goes about it, a line for each step."""
    explain = "EXPLAIN QUERY PLAN" if db.engine.dialect.name == "sqlite" else "EXPLAIN"
    with db.engine.connect() as connection:
        rows = connection.exec_driver_sql(f"{explain} {asked[0]}", asked[1])
        return [row[-1] for row in rows]


def walks(asked: Asked) -> list[str]:
    """Give back the steps that read more the more orders there are, and what counts or skips."""
    statement = asked[0].upper()
    found = ["COUNT("] if "COUNT(" in statement else []
    if " OFFSET " in statement and asked[1][-1]:  # SQLite is always told one, mostly of 0
        found.append("OFFSET")
    if "FROM orders" not in asked[0]:
        return found
    bad = ("SCAN ORDERS", "SEQ SCAN ON ORDERS")
    # A sort is bounded where what is sorted is: the few that a list of ids names. PostgreSQL
    # knows how few it will find.
    sorts = () if "orders.id IN (" in asked[0] else ("TEMP B-TREE",)
    return found + [step for step in plan(asked) if any(w in step.upper() for w in bad + sorts)]
