"""Alembic's way in: one history for SQLite (in batch mode) and PostgreSQL."""

from alembic import context
from flask import current_app

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


def run() -> None:
    migrate = current_app.extensions["migrate"]
    with db.engine.connect().execution_options(writes=True) as connection:
        context.configure(
            connection=connection,
            target_metadata=db.metadata,
            **migrate.configure_args,
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()


run()
