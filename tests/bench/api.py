"""Lists of /v1 with a million orders, against the same lists with ten thousand."""

from collections.abc import Callable
from contextvars import Context
from datetime import timedelta
from statistics import median
from time import process_time

from flask import Flask
from flask.testing import FlaskClient

from synqro import catalogue, orders, stores
from synqro.core.clock import now
from synqro.core.db import db
from tests.api import many
from tests.bench.report import in_turns, line, ratio
from tests.bench.serving import shop

FEW, MANY = 10_000, 1_000_000
ROUND, LEAST = 20, 5
UNTIL = now()
SINCE = f"{UNTIL - timedelta(minutes=100):%Y-%m-%dT%H:%M:%SZ}"
LISTS = {
    "first page": "",
    "page deep within": "cursor={cursor}",
    "orders that are paid": "status=paid",
    "orders that are shipped": "status=shipped",
    "paid ones of the storefront": "status=paid&marketplace=storefront",
    "orders made of late": f"created_after={SINCE}",
    "what changed, to be copied": f"order=updated_at&updated_after={SINCE}",
    "everything, to be copied": "order=updated_at",
    "what changed, the newest first": f"updated_after={SINCE}",
    "paid ones that changed, to be copied": f"order=updated_at&updated_after={SINCE}&status=paid",
}


def run() -> None:
    """CPU of a page of 25, through the app and without a server in between; query plans."""
    with shop(products=1) as (few_app, few_store):
        few = _filled(few_app, few_store, FEW)
        with shop(products=1) as (app, store):
            lots = _filled(app, store, MANY)
            for name in LISTS:
                found = in_turns({"few": _cost(*few, name), "many": _cost(*lots, name)})
                cost = {which: median(figures) for which, figures in found.items()}
                detail = f"{cost['many']:.2f} ms CPU, {cost['few']:.2f} ms of {FEW:,}"
                line(name, ratio(found["many"], found["few"]), 1.5, "×", detail)
            asked = _asked(*lots)
            with few_app.app_context():
                fewer = _asked(*few)
            bare = in_turns({"few": _bare(few_app, fewer), "many": _bare(app, asked)})
            detail = f"{median(bare['many']):.2f} ms CPU for all lists"
            line("their queries alone", ratio(bare["many"], bare["few"]), 1.5, "×", detail)
            line(f"walks, skips and counts in {len(asked)} queries", _walks(asked), 0, "")


def _filled(app: Flask, store: stores.Store, count: int) -> tuple[FlaskClient, dict[str, str]]:
    """A client with a key for a store of `count` orders, and the path of each list."""
    product = catalogue.shelf(store.id, limit=1).data[0]
    item = orders.Item(product.id, 1, product.variants[0].id)
    customer = orders.Customer("Sam Field", "sam@example.com")
    many.written(orders.place(store, items=[item], customer=customer).order, count, UNTIL)
    half = orders.Sought(created_before=UNTIL - timedelta(minutes=count // 2))
    cursor = orders.newest_first(store.id, half, limit=1).next_cursor
    client = app.test_client()
    _, key = stores.create_key(store.id, name="Bench")
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {key}"
    return client, {name: f"/v1/orders?{how.format(cursor=cursor)}" for name, how in LISTS.items()}


def _cost(client: FlaskClient, paths: dict[str, str], name: str) -> Callable[[], float]:
    ask = _get(client, paths[name])

    def measure() -> float:
        before = process_time()
        for _ in range(ROUND):
            ask()
        return 1000 * (process_time() - before) / ROUND

    return measure


def _get(client: FlaskClient, path: str) -> Callable[[], None]:
    def ask() -> None:
        answer = Context().run(client.get, path)
        assert answer.status_code == 200, answer.text
        assert len(answer.get_json()["data"]) >= LEAST, path

    return ask


def _asked(client: FlaskClient, paths: dict[str, str]) -> list[many.Asked]:
    found = [one for path in paths.values() for one in many.statements(_get(client, path))]
    return [one for one in found if "FROM orders" in one[0]]


def _bare(app: Flask, asked: list[many.Asked]) -> Callable[[], float]:
    """The same statements without anything around them."""

    def measure() -> float:
        with app.app_context(), db.engine.connect() as connection:
            before = process_time()
            for _ in range(ROUND):
                for statement, values in asked:
                    connection.exec_driver_sql(statement, values).all()
            return 1000 * (process_time() - before) / ROUND

    return measure


def _walks(asked: list[many.Asked]) -> int:
    found = [(one[0], step) for one in asked for step in many.walks(one)]
    for statement, step in found:
        print(f"  {step}: {statement}")
    return len(found)
