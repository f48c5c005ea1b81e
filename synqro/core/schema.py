"""Bringing the database to the newest revision, one process at a time."""

from collections.abc import Iterator
from contextlib import contextmanager

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from synqro.config import WrongSetting
from synqro.core.db import db
from synqro.core.locks import locked
from synqro.core.wiring import plugged, settings

LOCK = 7_327_661_104  # any number that nobody else takes for an advisory lock


def upgrade() -> None:
    """Bring the database to the newest revision. Raises WrongSetting where that cannot be.

    Safe to call from several processes and machines at once.
    """
    try:
        with locked(settings().data_dir / "migrate.lock"), _alone_in_database():
            if not is_current():
                command.upgrade(_config(), "head")
    except SQLAlchemyError as error:
        raise WrongSetting(f"DATABASE_URL: {why(error)}") from error
    except CommandError as error:
        newer = "the database was made by another version of Synqro"
        raise WrongSetting(f"DATABASE_URL: {newer} ({error}); use that one") from error


def is_current() -> bool:
    """True where the database stands at the newest revision."""
    with db.engine.connect() as connection:
        found = MigrationContext.configure(connection).get_current_heads()
    return set(found) == set(ScriptDirectory.from_config(_config()).get_heads())


def why(error: SQLAlchemyError) -> str:
    """Say in one line what a person can do about a database that does not answer."""
    cause = " ".join(str(getattr(error, "orig", None) or error).split())
    shown = db.engine.url.render_as_string(hide_password=True).replace("+psycopg", "", 1)
    return f"{shown} cannot be used ({cause}); start it or correct the address"


@contextmanager
def _alone_in_database() -> Iterator[None]:
    if db.engine.dialect.name != "postgresql":
        yield
        return
    with db.engine.connect() as connection:
        connection.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": LOCK})
        try:
            yield
        finally:
            connection.execute(text("SELECT pg_advisory_unlock(:lock)"), {"lock": LOCK})


def _config() -> Config:
    plugin = plugged("migrate")
    config: Config = plugin.migrate.get_config(plugin.directory)
    return config


__all__ = ["is_current", "upgrade", "why"]
