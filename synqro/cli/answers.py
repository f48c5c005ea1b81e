"""What a command prints, and the app it works in."""

import json
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask

from synqro import create_app
from synqro.config import Settings, load
from synqro.core import schema
from synqro.core.db import db
from synqro.core.errors import DomainError


@contextmanager
def migrated(settings: Settings | None = None) -> Iterator[Flask]:
    """Give the app, its database brought up to date, its context open."""
    with opened(settings or load()) as app:
        schema.upgrade()
        yield app


@contextmanager
def opened(settings: Settings) -> Iterator[Flask]:
    """Give the app, its context open, and close every connection at the end."""
    app = create_app(settings)
    with app.app_context():
        try:
            yield app
        finally:
            db.session.remove()
            db.engine.dispose()
            app.extensions["redis"].close()


def offer_json(parser: ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def say(given: Namespace, **facts: object) -> None:
    """Print facts as JSON, or a line each."""
    if given.json:
        print(json.dumps(facts, ensure_ascii=False))
        return
    width = max(map(len, facts))
    for name, value in facts.items():
        print(f"{name:<{width}}  {value}")


def refusal(error: DomainError) -> str:
    """Say in one line why a room refused."""
    fields = error.facts.get("fields")
    if not isinstance(fields, list):
        return str(error)
    return "; ".join(f"{field['field']}: {field['message']}" for field in fields)
