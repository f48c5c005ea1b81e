"""Creating an order, against one SELECT and one INSERT in bare Flask."""

import json
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

from flask import Flask, jsonify, request
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import event
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from werkzeug.test import EnvironBuilder

from synqro import catalogue
from tests.bench.report import in_turns, line, note, ratio
from tests.bench.serving import shop

ROUND = 60


def run() -> None:
    """CPU for each POST, with all checks, stock and outbox, without the call to Stripe."""
    with shop() as (app, store):
        folder = app.extensions["settings"].data_dir
        floor = bare(folder / "bare.db")
        product = catalogue.shelf(store.id).data[0].id
        url = f"/api/storefront/order?key={store.publishable_key}"
        found = in_turns(
            {
                "floor": lambda: cost(floor, "/order", {"product_id": "p1"}),
                "order": lambda: cost(app, url, wish(product)),
                "keyed": lambda: cost(app, url, wish(product), keyed=True),
            }
        )
    floor_ms, order_ms, keyed_ms = (median(found[name]) for name in ("floor", "order", "keyed"))
    note("1 SELECT + 1 INSERT in bare Flask", floor_ms, "ms")
    detail = f"{order_ms:.2f} ms CPU"
    line("create an order", ratio(found["order"], found["floor"]), 4, "×", detail)
    note("the same with an Idempotency-Key", keyed_ms, "ms")


def wish(product_id: str) -> dict[str, Any]:
    """What a buyer sends."""
    address = {"line1": "1 High St", "city": "York", "postal_code": "YO1 1AA", "country": "GB"}
    customer = {"name": "Sam Field", "email": "sam@example.com", "address": address}
    return {"product_id": product_id, "customer": customer}


def cost(app: Flask, url: str, body: dict[str, Any], *, keyed: bool = False) -> float:
    """Milliseconds of CPU for each of ROUND requests, without a server between."""
    used = 0.0
    for number in range(ROUND):
        headers = {"Idempotency-Key": f"{time.monotonic_ns()}-{number}"} if keyed else {}
        data = json.dumps(body)
        environ = EnvironBuilder(
            url, method="POST", data=data, content_type="application/json", headers=headers
        ).get_environ()
        before = time.process_time()
        status = answered(app, environ)
        used += time.process_time() - before
        assert status.startswith("201"), status
    return 1000 * used / ROUND


def answered(app: Callable[..., Any], environ: dict[str, Any]) -> str:
    """Give back the status of the answer, once its body is read."""
    said: list[str] = []
    body = app(environ, lambda status, *_: said.append(status))
    b"".join(body)
    body.close()
    return said[0]


def bare(path: Path) -> Flask:
    """The least that stores an order: Flask, SQLAlchemy, one SELECT, one INSERT, a commit."""

    class Base(DeclarativeBase):
        pass

    db = SQLAlchemy(model_class=Base)
    app = Flask("bare")
    app.config["SQLALCHEMY_DATABASE_URI"] = f"sqlite:///{path}"

    class Product(db.Model):  # type: ignore[name-defined,misc]
        id: Mapped[str] = mapped_column(primary_key=True)
        price: Mapped[int]

    class Order(db.Model):  # type: ignore[name-defined,misc]
        id: Mapped[int] = mapped_column(primary_key=True)
        product_id: Mapped[str]
        total: Mapped[int]

    @app.post("/order")
    def order() -> Any:
        product = db.session.get(Product, request.get_json()["product_id"])
        assert product
        placed = Order(product_id=product.id, total=product.price)
        db.session.add(placed)
        db.session.commit()
        return jsonify(id=placed.id, total=placed.total), 201

    db.init_app(app)
    with app.app_context():
        event.listen(db.engine, "connect", quick)
        db.create_all()
        db.session.add(Product(id="p1", price=2800))
        db.session.commit()
    return app


def quick(connection: sqlite3.Connection, _: object) -> None:
    """The product's own settings, so that both wait for the disk alike."""
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL"):
        connection.execute(f"PRAGMA {pragma}")
