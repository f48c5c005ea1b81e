"""The console's lists with 50 rows, against the same table of orders rendered bare; the box
of quotes with many behind its first page, against the same box with few."""

import gzip
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from statistics import median
from time import process_time
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, insert, select
from sqlalchemy.orm import selectinload

from synqro import catalogue, orders, quotes, stores
from synqro.core.clock import now
from synqro.core.db import db, transaction
from tests import makers
from tests.bench.report import in_turns, line, note, ratio
from tests.bench.serving import shop
from tests.conftest import Client

ROWS, ROUND = 50, 20
FEW, MANY = 100, 100_000
BARE = """<!doctype html><title>Orders</title><table>{% for order in orders %}
<tr><td><a href="/orders/{{ order.id }}">{{ order.number }}</a> {{ order.customer_name }}</td>
<td>{% for line in order.lines %}{{ line.title }} × {{ line.quantity }}{% endfor %}</td>
<td>{{ order.ship_by }}</td><td>{{ order.status }}</td><td>{{ order.total }}</td>
<td><form method="post" action="/orders/{{ order.id }}/start"><button>Start</button></form></td>
</tr>{% endfor %}</table>"""


def run() -> None:
    """Queries, bytes and CPU of a page, through the app and without a server in between."""
    with shop(products=ROWS + 10) as (app, store):
        for product in catalogue.shelf(store.id, limit=ROWS + 10).data:
            _sold(store, product)
        table = app.jinja_env.from_string(BARE)
        app.add_url_rule("/bare", "bare", lambda: table.render(orders=_bare(store.id)))
        client = signed_in(app)
        for name in ("orders", "products"):
            _weigh(client, name)
        pages = {"bare": "/bare", "orders": "/console/orders", "products": "/console/products"}
        found = in_turns({name: _cost(client, path) for name, path in pages.items()})
        _asked(store, range(FEW))
        _weigh(client, "quotes")
        few = in_turns({"quotes": _cost(client, "/console/quotes")})["quotes"]
        _asked(store, range(FEW, MANY))
        many = in_turns({"quotes": _cost(client, "/console/quotes")})["quotes"]
    cost = {name: median(figures) for name, figures in found.items()}
    note("the table of orders, bare", cost["bare"], "ms")
    detail = f"{cost['orders']:.2f} ms CPU"
    line("list of orders, against bare", ratio(found["orders"], found["bare"]), 4, "×", detail)
    note("list of products", cost["products"], "ms")
    note(f"box of {FEW} quotes", median(few), "ms")
    line(f"box of {MANY:,} quotes, against {FEW}", ratio(many, few), 1.5, "×")


def _sold(store: stores.Store, product: catalogue.Product) -> None:
    item = orders.Item(product.id, 1, product.variants[0].id)
    customer = orders.Customer("Sam Field", "sam@example.com")
    placed = orders.place(store, items=[item], customer=customer)
    _paid(placed.order.id)


@transaction()
def _paid(order_id: str) -> None:
    order = db.session.get_one(orders.Order, order_id)
    order.status, order.paid_at, order.ship_by = orders.Status.PAID, now(), "2026-11-24"


def _asked(store: stores.Store, numbers: range) -> None:
    """Quotes by the thousand, all like a first one but for what has to differ."""
    customer = orders.Customer("Sam Field", "sam@example.com")
    first = quotes.request(store, customer=customer, description="A bracket", quantity=4).quote
    columns = quotes.Quote.__mapper__.column_attrs
    _copied({column.key: getattr(first, column.key) for column in columns}, numbers)


@transaction()
def _copied(facts: dict[str, Any], numbers: range) -> None:
    for at in range(numbers.start, numbers.stop, 5_000):
        rows = [
            {**facts, "id": f"qt_{n:026}", "number": -n, "token_hash": f"hash{n}"}
            for n in range(at, min(at + 5_000, numbers.stop))
        ]
        db.session.execute(insert(quotes.Quote), rows)


def _bare(store_id: str) -> Sequence[orders.Order]:
    wanted = select(orders.Order).where(orders.Order.store_id == store_id).limit(ROWS)
    return db.session.scalars(wanted.options(selectinload(orders.Order.lines))).unique().all()


def signed_in(app: Flask) -> FlaskClient:
    """A browser of the person whose shop it is."""
    app.test_client_class = Client
    client = app.test_client()
    client.environ_base["HTTP_SEC_FETCH_SITE"] = "same-origin"
    given = {"email": "a@b.example", "password": makers.PASSWORD}
    assert client.post("/login", data=given).status_code == 303
    return client


def _weigh(client: FlaskClient, name: str) -> None:
    path = f"/console/{name}"
    client.get(path)
    with _queries() as asked:
        answer = client.get(path)
    assert answer.text.count("data-row") == ROWS, answer.text
    if name != "products":
        line(f"queries of the list of {name}", len(asked), 4, "")
    else:
        note(f"queries of the list of {name}", len(asked), "")
    line(f"bytes of the list of {name}", len(gzip.compress(answer.data)) / 1024, 12, "kB")


@contextmanager
def _queries() -> Iterator[list[str]]:
    asked: list[str] = []

    def note_down(*args: Any) -> None:
        if args[2].startswith("SELECT"):
            asked.append(args[2])

    event.listen(db.engine, "before_cursor_execute", note_down)
    yield asked
    event.remove(db.engine, "before_cursor_execute", note_down)


def _cost(client: FlaskClient, path: str) -> Any:
    def measure() -> float:
        before = process_time()
        for _ in range(ROUND):
            assert client.get(path).status_code == 200
        return 1000 * (process_time() - before) / ROUND

    return measure
