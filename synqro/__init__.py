"""Synqro: create_app plugs in what the settings name and registers the faces."""

from datetime import timedelta
from pathlib import Path

import redis
from flask import Flask
from flask_babel import Babel
from flask_migrate import Migrate
from jinja2 import ChoiceLoader, FileSystemLoader, PrefixLoader
from rq import Queue

from synqro import (
    agents,
    catalogue,
    events,
    listings,
    marketplaces,
    quotes,
    sandbox,
    settlements,
    web,
)
from synqro.config import Settings, load
from synqro.core import clock, idempotency, storage
from synqro.core.db import UtcDateTime, db

ROOT = Path(__file__).resolve().parent.parent
migrate = Migrate()
babel = Babel()


def create_app(settings: Settings | None = None) -> Flask:
    """Give back the WSGI app for `settings`, or for the environment. Raises WrongSetting."""
    settings = settings or load()
    app = Flask("synqro", root_path=str(ROOT), static_folder="static")
    app.jinja_loader = ChoiceLoader(
        [
            FileSystemLoader(ROOT / "templates"),
            PrefixLoader({"widget": FileSystemLoader(ROOT / "widget" / "templates")}),
        ]
    )
    app.config.update(_flask_config(settings))
    clock.use_file(settings.clock_file)
    connection = redis.from_url(settings.redis, socket_timeout=1, socket_connect_timeout=1)
    app.extensions |= {
        "settings": settings,
        "redis": connection,
        "order_listeners": [quotes.follow_order],
        "ledger_listeners": [settlements.follow_ledger],
        "product_listeners": [listings.follow_product],
        "store_listeners": [catalogue.follow_store],
        "opening_listeners": [agents.follow_opening],
        "agent_listeners": [events.follow_pause],
        "holds_deliveries": _holds_deliveries,
        "marketplaces": marketplaces.connected,
        "queue": Queue("default", connection=connection),
        "storage": storage.open_storage(settings.storage_url, settings.data_dir / "files"),
    }
    db.init_app(app)
    migrate.init_app(
        app,
        db,
        directory=str(ROOT / "synqro" / "migrations"),
        render_as_batch=True,
        render_item=_render_item,
    )
    babel.init_app(app)
    web.init_app(app)
    app.register_blueprint(sandbox.pages)
    return app


def _flask_config(settings: Settings) -> dict[str, object]:
    newest, *older = settings.secret_key.split(",")
    return {
        "SECRET_KEY": newest,
        "SECRET_KEY_FALLBACKS": older,
        "SQLALCHEMY_DATABASE_URI": settings.database,
        "SQLALCHEMY_ENGINE_OPTIONS": {"pool_size": settings.web_threads, "max_overflow": 8},
        "MAX_CONTENT_LENGTH": 12 * 1024 * 1024,
        "MAX_FORM_MEMORY_SIZE": 1024 * 1024,
        "SESSION_COOKIE_NAME": "synqro_session",
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": settings.public_url.startswith("https://"),
        "PERMANENT_SESSION_LIFETIME": timedelta(days=30),
        "SEND_FILE_MAX_AGE_DEFAULT": 3600,
    }


def _holds_deliveries(store_id: str) -> bool:
    """Say whether a new endpoint of a store has to wait as all of its others do.

    A pause that begins meanwhile waits until it is there, and then holds it too.
    """
    return not agents.is_on(store_id, agents.Kind.WEBHOOK_DELIVERY, steady=True)


def _render_item(kind: str, item: object, _: object) -> str | bool:
    return "sa.DateTime()" if kind == "type" and isinstance(item, UtcDateTime) else False


__all__ = ["create_app", "idempotency"]
