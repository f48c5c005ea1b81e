"""Transactions: all or nothing, writers in turn, jobs only after the commit."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from synqro import stores
from synqro.core.db import after_commit, db, transaction

# One row: two writers of many would wait for each other's on PostgreSQL.
BUMP = text("UPDATE stores SET radius = radius + 1 WHERE mode = 'live'")
RADIUS = text("SELECT max(radius) FROM stores")


def radius() -> int:
    db.session.rollback()
    return int(db.session.scalar(RADIUS) or 0)


def test_an_error_takes_everything_back(store: stores.Store) -> None:
    before = radius()
    with suppress(ZeroDivisionError), transaction() as session:
        session.execute(BUMP)
        after_commit("mail.deliver", "x")
        _ = 1 / 0
    assert radius() == before


def test_an_inner_block_joins_the_outer_one(store: stores.Store) -> None:
    before = radius()
    with suppress(ZeroDivisionError), transaction() as session:
        with transaction():
            session.execute(BUMP)
        _ = 1 / 0
    assert radius() == before


def test_a_job_is_pushed_once_and_only_after_the_commit(app: Flask, store: stores.Store) -> None:
    queue = app.extensions["queue"]
    queue.empty()
    with transaction():
        after_commit("mail.deliver", "mail_1")
        after_commit("mail.deliver", "mail_1")
        assert queue.count == 0
    assert queue.count == 1


def test_a_job_that_redis_does_not_take_is_no_error(app: Flask, store: stores.Store) -> None:
    queue = app.extensions["queue"]
    queue.connection.connection_pool.connection_kwargs["path"] = "/nowhere"
    queue.connection.connection_pool.disconnect()
    with transaction():
        after_commit("mail.deliver", "mail_1")


def test_sixteen_writers_all_get_their_turn(app: Flask, store: stores.Store) -> None:
    before = radius()

    def write(_: int) -> None:
        with app.app_context():
            db.session.scalar(RADIUS)  # a reader that has fallen behind may still write
            with transaction() as session:
                session.execute(BUMP)

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(write, range(160)))
    assert radius() == before + 160


def test_foreign_keys_are_kept(store: stores.Store) -> None:
    insert = text(
        "INSERT INTO memberships (person_id, store_id, role, created_at)"
        " VALUES ('per_nobody', 'st_nobody', 'owner', '2026-01-01 00:00:00')"
    )
    with pytest.raises(IntegrityError), transaction() as session:
        session.execute(insert)
