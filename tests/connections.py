"""Connections to PostgreSQL that one test leaves to the next.

A server process learns each table, and plans each statement, when it is first asked for it.
That is half of what a small test costs, and the same for all of them.
"""

from contextlib import suppress
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict
from sqlalchemy import Engine
from sqlalchemy.engine import Dialect
from sqlalchemy.event import listens_for

spare: list["Kept"] = []
open_to: dict[str, Any] = {}
"""Where connections are kept for: the database and the test, as its URL names them."""


class Kept(psycopg.Connection[Any]):
    """A connection that is left open when it is closed, unless something is wrong with it."""

    def close(self) -> None:
        if not self.closed and self.info.dbname == open_to.get("dbname"):
            with suppress(psycopg.Error):
                self.rollback()
                spare.append(self)
                return
        super().close()


def let_in(url: str) -> None:
    """From now on let in who asks for `url`: one test, by its name, to one database."""
    global open_to
    open_to = conninfo_to_dict(url)


def shut() -> None:
    """End all connections that are kept."""
    open_to.clear()
    while spare:
        spare.pop().close()


@listens_for(Engine, "do_connect")
def _connect(dialect: Dialect, _: object, cargs: Any, cparams: dict[str, Any]) -> Kept | None:
    if dialect.name != "postgresql" or cparams.get("dbname") != open_to.get("dbname"):
        return None
    if cparams.get("application_name") != open_to["application_name"]:
        raise psycopg.OperationalError("the test that this was for is over")
    with suppress(IndexError):
        return spare.pop()
    return Kept.connect(*cargs, **cparams)
