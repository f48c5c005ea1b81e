"""Rows by the million, written past all services: copies of one, each with a number."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, String, cast, insert, literal, select
from sqlalchemy.inspection import inspect

from synqro.core.db import Model, db, transaction

FIRST = 10**12  # so that all numbers are of one length, and sort
Number = ColumnElement[int]
Own = Callable[[Number], dict[str, Any]]


@transaction()
def copied(like: Model, count: int, own: Own) -> None:
    """Write `count` copies of `like`, numbered from 1. `own` says what each has for itself.

    It gets the number within SQL, and gives back values or expressions by attribute.
    """
    one = select(literal(1).label("n")).cte("numbers", recursive=True)
    numbers = one.union_all(select(one.c.n + 1).where(one.c.n < count))
    given = own(numbers.c.n)
    values: dict[str, Any] = {}
    for attribute in inspect(type(like)).column_attrs:
        kept = attribute.columns[0]
        value = given.get(attribute.key, getattr(like, attribute.key))
        values[kept.name] = value if isinstance(value, ColumnElement) else literal(value, kept.type)
    rows = select(*values.values()).select_from(numbers)
    db.session.execute(insert(type(like).__table__).from_select(list(values), rows))


def name(prefix: str, number: Number) -> ColumnElement[str]:
    """Give back an id that sorts by its number."""
    return literal(f"{prefix}_") + cast(number + FIRST, String)
