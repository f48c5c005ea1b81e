"""Statements that run so often that building them each time would be most of their cost."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Select
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import OperationalError

from synqro.core.db import db


class HotRead:
    """A one-row read, compiled once a dialect and run past the session.

    Its parameters are plain text and numbers: no type of a column converts them.
    """

    def __init__(self, statement: Select[Any]) -> None:
        self._statement = statement
        self._compiled: dict[str, tuple[str, Mapping[str, Any], list[str] | None]] = {}

    def first(self, **given: str | int) -> tuple[Any, ...] | None:
        """Give back the first row for the parameters `given`, None where there is none.

        Raises OperationalError where the database does not answer, as the session does.
        """
        sql, constants, order = self._for(db.engine.dialect)
        values = {**constants, **given}
        try:
            return _first(sql, values if order is None else [values[name] for name in order])
        except db.engine.dialect.loaded_dbapi.OperationalError as error:
            raise OperationalError(sql, values, error) from error

    def _for(self, dialect: Dialect) -> tuple[str, Mapping[str, Any], list[str] | None]:
        found = self._compiled.get(dialect.name)
        if found is None:
            made = self._statement.compile(dialect=dialect)
            found = (str(made), made.params, made.positiontup)
            self._compiled[dialect.name] = found
        return found


def _first(sql: str, values: Any) -> tuple[Any, ...] | None:
    connection = db.engine.raw_connection()
    try:
        cursor = connection.cursor()
        cursor.execute(sql, values)
        row = cursor.fetchone()
        cursor.close()
        return tuple(row) if row else None
    except Exception:
        connection.invalidate()
        raise
    finally:
        connection.close()
