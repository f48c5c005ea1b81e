"""Keyset pages: rows that arrive meanwhile neither repeat nor vanish."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from json import dumps, loads
from typing import Any, Generic, TypeVar

from sqlalchemy import Select, literal, tuple_
from sqlalchemy.orm import InstrumentedAttribute

from synqro.core.db import db
from synqro.core.errors import Invalid

T = TypeVar("T")
LARGEST = 2**63  # what no database has a whole number for


class InvalidCursor(Invalid):
    """A cursor we did not make. HTTP 400."""

    code = "invalid_parameter"


@dataclass(frozen=True)
class Page(Generic[T]):
    data: Sequence[T]
    next_cursor: str | None

    @property
    def has_more(self) -> bool:
        return self.next_cursor is not None


def page(
    wanted: Select[T],
    *keys: InstrumentedAttribute[Any],
    cursor: str | None,
    limit: int,
    newest_first: bool = False,
) -> Page[T]:
    """Give back the first `limit` rows after `cursor` in the order of `keys`, the last unique.

    Our ids begin with the time, so in the order of ids the oldest comes first.
    Raises InvalidCursor.
    """
    of: str = keys[-1].class_.__tablename__
    if cursor:
        values = read_cursor(cursor, of, *(key.type.python_type for key in keys))
        after = tuple_(*(literal(value, key.type) for key, value in zip(keys, values, strict=True)))
        mark = tuple_(*keys)
        wanted = wanted.where(mark < after if newest_first else mark > after)
    order = [key.desc() if newest_first else key.asc() for key in keys]
    rows = db.session.scalars(wanted.order_by(*order).limit(limit + 1)).unique().all()
    data = rows[:limit]
    if len(rows) <= limit:
        return Page(data, None)
    return Page(data, cursor_of(of, *(getattr(data[-1], key.key) for key in keys)))


def cursor_of(of: str, *values: str | int | datetime) -> str:
    """Give back the cursor behind the row of the table `of` that has these `values`."""
    told = [v.isoformat() if isinstance(v, datetime) else v for v in values]
    return urlsafe_b64encode(dumps([of, *told]).encode()).decode().rstrip("=")


def read_cursor(cursor: str, of: str, *kinds: type) -> list[Any]:
    """Give back the values of these `kinds` in a cursor of the table `of`.

    Raises InvalidCursor, also for what no database can look for.
    """
    try:
        table, *told = loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if table != of:
            raise ValueError("a cursor of another list")
        return [_value(value, kind) for value, kind in zip(told, kinds, strict=True)]
    except (ValueError, TypeError, OverflowError, RecursionError) as error:
        raise InvalidCursor("This cursor is not one of ours.") from error


def _value(told: Any, kind: type) -> str | int | datetime:
    if kind is datetime:
        moment = datetime.fromisoformat(told)
        if moment.tzinfo is None:
            raise ValueError("a time without a zone")
        return moment.astimezone(UTC)
    fits = told.__class__ is kind
    if kind is int and fits and -LARGEST <= told < LARGEST:
        return int(told)
    if kind is str and fits and b"\0" not in told.encode():  # refuses half a character, too
        return str(told)
    raise ValueError("another kind of value")
