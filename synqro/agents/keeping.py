"""Leases in the database: held by whoever works, renewed from a thread, over when it dies."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from threading import Event as Flag
from threading import Thread
from time import monotonic
from typing import Any

from sqlalchemy import ColumnElement, Engine, Update, or_
from sqlalchemy.exc import SQLAlchemyError
from structlog import get_logger

from synqro.core.clock import now
from synqro.core.db import db, turn_to_write

log = get_logger()
LEASE = timedelta(seconds=45)
RENEWED = 15.0  # seconds between two renewals
LONGEST = 1800.0  # seconds after which what still works is taken for stuck


def lease_end() -> datetime:
    """Give back until when a lease lasts that begins now."""
    return now() + LEASE


def is_over(until: datetime | None) -> bool:
    """True once a lease is over; one far ahead was written before the clock was set back."""
    at = now()
    return until is None or not at < until <= at + LEASE + timedelta(seconds=RENEWED)


def over(column: Any) -> ColumnElement[bool]:
    """Say `is_over` of a column."""
    at = now()
    far = at + LEASE + timedelta(seconds=RENEWED)
    return or_(column.is_(None), column <= at, column > far)


@contextmanager
def kept(renewals: Callable[[], Sequence[Update]]) -> Iterator[None]:
    """Write `renewals()` every now and then, from a thread with a connection of its own."""
    done = Flag()
    keeper = Thread(target=_keep, args=(db.engine, renewals, done), name="lease", daemon=True)
    keeper.start()
    try:
        yield
    finally:
        done.set()
        keeper.join()


def _keep(engine: Engine, renewals: Callable[[], Sequence[Update]], done: Flag) -> None:
    end = monotonic() + LONGEST
    while not done.wait(RENEWED) and monotonic() < end:
        try:
            _write(engine, renewals())
        except (SQLAlchemyError, OSError) as error:
            log.warning("a lease could not be renewed", error=str(error))


def _write(engine: Engine, statements: Sequence[Update]) -> None:
    with (
        turn_to_write(engine),
        engine.connect().execution_options(writes=True) as connection,
    ):
        for statement in statements:
            connection.execute(statement)
        connection.commit()
