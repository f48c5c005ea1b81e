"""Home with a million orders paid over two years, against ten thousand over the same time."""

from collections.abc import Callable
from contextvars import Context
from functools import partial
from statistics import median
from time import process_time
from typing import Any, TypeVar

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import String, cast, func, literal
from werkzeug.test import TestResponse

from synqro import catalogue, orders, stores
from synqro.core.clock import now
from synqro.core.db import db
from tests.api import many
from tests.bench.console import signed_in
from tests.bench.filling import Number, copied, name
from tests.bench.lists import SCANS
from tests.bench.report import in_turns, line, ratio
from tests.bench.serving import shop
from tests.orders import shop as sales

T = TypeVar("T")
FEW, MANY = 10_000, 1_000_000
YEARS = 2 * 365 * 24 * 60  # minutes
PATHS = {"Home": "/console/", "agents": "/console/agents"}
ROUND = 10


def run() -> None:
    """CPU of the page, through the app and without a server in between; its query plans."""
    with shop(products=5) as (few_app, few_store), shop(products=5) as (app, store):
        few, lots = _filled(few_app, few_store, FEW), _filled(app, store, MANY)
        for what, path in PATHS.items():
            measures = {"few": _cost(few_app, few, path), "many": _cost(app, lots, path)}
            found = in_turns(measures, rounds=5)
            cost = {size: median(figures) for size, figures in found.items()}
            line(f"{what}, {MANY:,} orders", cost["many"], 20, "ms")
            detail = f"{cost['few']:.2f} ms of {FEW:,}"
            line(f"{what}, against {FEW:,}", ratio(found["many"], found["few"]), 1.5, "×", detail)
            asked = _in(app, partial(many.statements, partial(lots.get, path)))
            line(f"{what}: queries", len(asked), 8, "")
            steps = _in(app, partial(_walks, asked))
            line(f"{what}: walks", len(steps), 0, "", " ".join(steps)[:100])


def _walks(asked: list[many.Asked]) -> list[str]:
    return [step for one in asked for step in many.plan(one) if step.upper() in SCANS]


def _filled(app: Flask, store: stores.Store, count: int) -> FlaskClient:
    def fill() -> FlaskClient:
        product = catalogue.shelf(store.id, limit=1).data[0]
        sales.set_up_payments(store, f"acct_{count}")
        order = sales.place(store, product).order
        orders.follow(sales.session(order))
        copied(orders.find(store.id, order.id), count, lambda n: _order(n, count))
        db.session.remove()
        app.extensions["call_log"].by_itself = False
        return signed_in(app)

    return _in(app, fill)


def _order(n: Number, count: int) -> dict[str, Any]:
    """The newest was paid now, the first two years ago."""
    ago = literal("-") + cast((count - n) * YEARS / count, String) + " minutes"
    return {
        "id": name("ord", n),
        "number": -n,
        "token_hash": name("hash", n),
        "status": "shipped",
        "paid_at": func.strftime("%Y-%m-%d %H:%M:%f000", f"{now():%Y-%m-%d %H:%M:%S}", ago),
    }


def _in(app: Flask, do: Callable[[], T]) -> T:
    with app.app_context():
        return do()


def _cost(app: Flask, client: FlaskClient, path: str) -> Callable[[], float]:
    def measure() -> float:
        before = process_time()
        for _ in range(ROUND):
            answer: TestResponse = Context().run(_get, app, client, path)
            assert answer.status_code == 200, answer.text
        return 1000 * (process_time() - before) / ROUND

    return measure


def _get(app: Flask, client: FlaskClient, path: str) -> TestResponse:
    with app.app_context():
        return client.get(path)
