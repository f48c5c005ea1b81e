"""The history of the tables, on whichever database the run uses."""

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import downgrade, upgrade

from synqro import ROOT, catalogue, listings, stores
from synqro.config import Settings, load
from synqro.core.db import db
from tests import makers
from tests.databases import Databases

REVISIONS = [r.revision for r in ScriptDirectory(ROOT / "synqro" / "migrations").walk_revisions()]


@pytest.fixture
def settings(settings: Settings, databases: Databases, tmp_path: Path) -> Settings:
    empty = tmp_path / "empty"
    empty.mkdir()
    return load(
        _env_file=None,
        SYNQRO_DATA_DIR=empty,
        SYNQRO_SECRET_KEY="a secret for tests only",
        DATABASE_URL=databases.empty(empty),
        REDIS_URL=settings.redis_url,
    )


def differences() -> list[object]:
    options = {"compare_type": True}
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts=options)
        return [
            found
            for found in compare_metadata(context, db.metadata)
            if not (found[0] == "remove_table" and found[1].name == "alembic_version")
        ]


def test_a_fresh_database_has_the_tables_that_the_models_name(app: Flask) -> None:
    upgrade()
    assert differences() == []


@pytest.mark.parametrize("revision", REVISIONS)
def test_every_earlier_revision_reaches_the_newest(app: Flask, revision: str) -> None:
    upgrade(revision=revision)
    upgrade()
    assert differences() == []


def test_the_way_back_is_open(app: Flask) -> None:
    upgrade()
    downgrade(revision="base")
    upgrade()
    assert differences() == []


def test_what_was_on_the_shelf_is_offered_there(app: Flask) -> None:
    upgrade()
    store = stores.open_store(makers.person(), name="N", place=stores.Place("EUR")).store
    sizes = [{"name": "Size", "values": ["S", "L"]}]
    sold = makers.product(store, options=sizes)
    small: list[catalogue.VariantFields] = [{"options": {"Size": "S"}}]
    catalogue.edit_product(store.id, sold.id, price=2800, variants=small)
    old = makers.product(store, price=900)
    catalogue.archive_product(store.id, old.id)
    db.session.remove()
    downgrade(revision="0009")
    upgrade()
    found = {(o.listing.product_id, o.listing.price, o.listing.status, o.listing.status_reason)
             for o in listings.listed(store.id).data}  # fmt: skip
    assert found == {
        (sold.id, 2800, listings.Status.ACTIVE, None),
        (old.id, 900, listings.Status.PAUSED, listings.ARCHIVED),
    }
    restored = catalogue.restore_product(store.id, old.id)
    for product in (catalogue.find(store.id, sold.id), restored):
        assert [v.shelf_price for v in product.on_shelf] == [product.variants[0].price]
