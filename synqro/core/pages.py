"""Keyset pages: rows that arrive meanwhile neither repeat nor vanish."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from json import dumps, loads
from typing import Any, Generic, TypeVar

from sqlalchemy import Select, tuple_
from sqlalchemy.orm import InstrumentedAttribute

from synqro.core.db import db
from synqro.core.errors import Invalid

T = TypeVar("T")


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
    if cursor:
        after = tuple_(*_read(cursor, keys))
        mark = tuple_(*keys)
        wanted = wanted.where(mark < after if newest_first else mark > after)
    order = [key.desc() if newest_first else key.asc() for key in keys]
    rows = db.session.scalars(wanted.order_by(*order).limit(limit + 1)).unique().all()
    data = rows[:limit]
    more = len(rows) > limit
    return Page(data, _write([getattr(data[-1], key.key) for key in keys]) if more else None)


def _write(values: list[Any]) -> str:
    return urlsafe_b64encode(dumps(values).encode()).decode().rstrip("=")


def _read(cursor: str, keys: Sequence[InstrumentedAttribute[Any]]) -> list[Any]:
    try:
        values = loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, RecursionError) as error:
        raise InvalidCursor("This cursor is not one of ours.") from error
    kinds = [key.type.python_type for key in keys]
    fits = isinstance(values, list) and [type(v) for v in values] == kinds
    if not fits:
        raise InvalidCursor("This cursor is not one of ours.")
    return list(values)
