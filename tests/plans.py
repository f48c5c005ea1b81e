"""By which index the database finds what is due, however few rows a test has."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import text

from synqro.core.db import db
from tests.api.many import statements


def read_by(read: Callable[[], object], *indexes: str) -> None:
    """Say that `read` asks so many queries, and that each is answered by the index named.

    PostgreSQL may take another of them: of a table that has no rows all tell it the same.
    """
    asked = statements(read)
    assert len(asked) == len(indexes), asked
    lite = db.engine.dialect.name == "sqlite"
    for (statement, values), index in zip(asked, indexes, strict=True):
        plan = _plan(statement, values)
        assert any(one in plan for one in ((index,) if lite else indexes)), (statement, plan)


def _plan(statement: str, values: Any) -> str:
    with db.engine.connect() as connection:
        if db.engine.dialect.name == "postgresql":
            for way in ("seqscan", "bitmapscan"):  # a table of no rows is read whole
                connection.execute(text(f"SET LOCAL enable_{way} = off"))
            rows = connection.exec_driver_sql(f"EXPLAIN {statement}", values)
        else:
            rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
        return "\n".join(row[-1] for row in rows)
