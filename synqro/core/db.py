"""The database session, the model base and the one way to open a transaction."""

import fcntl
import os
import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import UTC, datetime
from enum import StrEnum
from threading import Lock
from typing import Annotated, Any

from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session as FlaskSession
from sqlalchemy import JSON, Connection, DateTime, Engine, Enum, MetaData, String, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Dialect
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.event import listens_for
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import DeclarativeBase, Session, mapped_column, registry
from sqlalchemy.orm.exc import StaleDataError
from sqlalchemy.types import TypeDecorator
from structlog import get_logger

from synqro.core.errors import Changed
from synqro.core.queue import push

log = get_logger()

INSERTS: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
PRAGMAS = ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "busy_timeout=5000")
Id = Annotated[str, mapped_column(String(32), primary_key=True)]


class UtcDateTime(TypeDecorator[datetime]):
    """Stores UTC and always gives back an aware datetime, on SQLite too."""

    impl = DateTime
    cache_ok = True

    @property
    def python_type(self) -> type[datetime]:
        return datetime

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value and value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value and value.replace(tzinfo=UTC)


def word(kind: type[StrEnum]) -> Enum:
    """Give back the column type that stores a StrEnum as its plain word."""
    return Enum(kind, native_enum=False, length=24, values_callable=lambda e: [s.value for s in e])


class Model(DeclarativeBase):
    # The map sits on the registry: Flask-SQLAlchemy copies the class body, and
    # SQLAlchemy refuses a body that carries both a registry and a map.
    registry = registry(
        metadata=MetaData(
            naming_convention={
                "ix": "ix_%(column_0_N_label)s",
                "uq": "uq_%(table_name)s_%(column_0_N_name)s",
                "ck": "ck_%(table_name)s_%(constraint_name)s",
                "fk": "fk_%(table_name)s_%(column_0_N_name)s",
                "pk": "pk_%(table_name)s",
            }
        ),
        type_annotation_map={
            datetime: UtcDateTime,
            dict[str, Any]: JSON,
            dict[str, str]: JSON,
            list[str]: JSON,
            list[int]: JSON,
            list[dict[str, Any]]: JSON,
        },
    )


class _Session(FlaskSession):
    def close(self) -> None:
        """End it, also where the database is gone: what was open there has ended with it."""
        try:
            super().close()
        except OperationalError as error:
            # Raised behind the answer that is ready, this would take its place.
            log.warning("the database went away", error=str(error.orig))


db = SQLAlchemy(model_class=Model, session_options={"class_": _Session, "expire_on_commit": False})


class WriteLock:
    """One writer at a time: threads queue on a lock, processes on a file beside the database.

    SQLite's own queue for its write lock is a polling loop; the kernel's is not.
    """

    def __init__(self) -> None:
        self._threads = Lock()

    @contextmanager
    def __call__(self, path: str) -> Iterator[None]:
        with self._threads:
            file = os.open(f"{path}.writer", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                fcntl.flock(file, fcntl.LOCK_EX)
                yield
            finally:
                os.close(file)


one_writer = WriteLock()


def turn_to_write(engine: Engine) -> AbstractContextManager[None]:
    """Wait for the turn to write, where a database takes one writer at a time."""
    path = engine.url.database if engine.dialect.name == "sqlite" else None
    return one_writer(path) if path else nullcontext()


def insert_into(table: type[DeclarativeBase] | Table) -> Any:
    """Give back an INSERT that can say what happens where such a row is there already."""
    return INSERTS[db.engine.dialect.name](table)


@listens_for(Engine, "connect")
def _set_up_sqlite(connection: DBAPIConnection, _: object) -> None:
    if isinstance(connection, sqlite3.Connection):
        connection.isolation_level = None  # or the driver begins by itself, at the first write
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")


@listens_for(Engine, "begin")
def _begin_sqlite(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        mode = "IMMEDIATE" if connection.get_execution_options().get("writes") else "DEFERRED"
        connection.exec_driver_sql(f"BEGIN {mode}")


@contextmanager
def transaction() -> Iterator[Session]:
    """Commit when the outermost block ends well, roll back on any error.

    Inner blocks join the outer one. Jobs asked for with `after_commit` are
    pushed only once the commit has held. Also works as a decorator.
    """
    session = db.session()
    if "jobs" in session.info:
        yield session
        return
    jobs: dict[tuple[str, ...], None] = {}
    session.info["jobs"] = jobs
    try:
        with _writing(session):
            yield session
            session.commit()
    except StaleDataError as error:
        raise Changed("This was changed a moment ago. Look again.") from error
    finally:
        del session.info["jobs"]
    for name, *args in jobs:
        push(name, *args)


@contextmanager
def _writing(session: Session) -> Iterator[None]:
    # SQLite never lets a reader that has fallen behind write, so no read is left open.
    session.rollback()
    with turn_to_write(db.engine):
        try:
            session.connection(execution_options={"writes": True})
            yield
        finally:
            session.rollback()


def let_go() -> None:
    """End the read that has begun, outside a transaction: nothing is held while a caller dawdles.

    What was read is read anew when it is asked for again.
    """
    session = db.session()
    if "jobs" not in session.info:
        session.rollback()
        session.expire_all()


def after_commit(job: str, *args: str) -> None:
    """Queue `job` (a dotted name under synqro.jobs) once the open transaction commits.

    The same job with the same arguments is queued once.
    """
    db.session().info["jobs"][(job, *args)] = None
