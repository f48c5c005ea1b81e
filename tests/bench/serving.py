"""A shop behind the product's own server, and a client that keeps its connection."""

import multiprocessing
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import fields
from http.client import HTTPConnection
from pathlib import Path
from signal import SIGTERM
from typing import Any
from unittest.mock import patch

import psutil
from flask import Flask, jsonify

from synqro import catalogue, create_app, payments, stores
from synqro.config import Settings, load
from synqro.core import logs, schema, server
from synqro.core.db import db
from tests.makers import free_port, wait_for


def settings(folder: Path) -> Settings:
    """The settings of a benchmark: an empty data dir, no limits, nobody at Redis."""
    return load(
        _env_file=None,
        SYNQRO_DATA_DIR=folder,
        SYNQRO_RATE_LIMITS="off",
        REDIS_URL=f"unix://{folder}/nobody",
        PORT=free_port(),
    )


@contextmanager
def shop(products: int = 25) -> Iterator[tuple[Flask, stores.Store]]:
    """An app on a database of its own, with a shop whose pages at Stripe cost nothing."""
    with tempfile.TemporaryDirectory(prefix="synqro-bench-") as folder:
        app = create_app(settings(Path(folder)))
        with app.app_context():
            schema.upgrade()  # not create_all: a plan may hang on the order of the indexes
            with patch.multiple(payments, open_checkout=_opened, chargeable=lambda _: "acct_1"):
                yield app, _filled(products)
            db.session.remove()
            db.engine.dispose()


def _filled(products: int) -> stores.Store:
    person = stores.add_person(name="Robin", email="a@b.example", password="correct horse battery")
    store = stores.open_store(person, name="Northlight", place=stores.Place("EUR")).store
    sizes = [{"name": "Size", "values": ["S", "L"]}]
    for number in range(products):
        catalogue.create_product(
            store.id,
            title=f"Product {number}",
            description="Printed to order from plant-based plastic. " * 4,
            price=1000 + number,
            stock=100_000,
            options=sizes if number % 2 else [],
        )
    return store


def _opened(*_: Any, order_id: str, attempt: int, **__: Any) -> payments.Session:
    facts: dict[str, Any] = {field.name: None for field in fields(payments.Session)}
    name = f"cs_{order_id}_{attempt}"
    return payments.Session(**facts | {"id": name, "url": f"https://pay.example/{name}"})


def hello() -> Flask:
    """The least that a Flask app can answer in JSON."""
    app = Flask("hello")
    app.add_url_rule("/hello", view_func=lambda: jsonify(hello="world"), endpoint="hello")
    return app


class Served:
    """An app behind the product's server in processes of its own."""

    def __init__(self, app: Flask, given: Settings) -> None:
        self.port = given.port
        process = multiprocessing.get_context("fork").Process(target=_serve, args=(app, given))
        process.start()
        self.pid = process.pid or 0
        self._process = process
        self._tree = psutil.Process(process.pid)
        wait_for(self._answers)

    def cpu(self) -> float:
        """Seconds of CPU that its processes have used so far."""
        alive = [self._tree, *self._tree.children(recursive=True)]
        return sum(_seconds(process) for process in alive)

    def connect(self, timeout: float = 30) -> HTTPConnection:
        return HTTPConnection("127.0.0.1", self.port, timeout=timeout)

    def stop(self) -> None:
        os.kill(self._process.pid or 0, SIGTERM)
        self._process.join(10)

    def _answers(self) -> bool:
        try:
            with closing(self.connect(1)) as connection:
                connection.connect()
        except OSError:
            return False
        return True


@contextmanager
def served(app: Flask, given: Settings) -> Iterator[Served]:
    """Serve `app` as the product is served."""
    there = Served(app, given)
    try:
        yield there
    finally:
        there.stop()


def cost_of(there: Served, ask: Callable[[HTTPConnection], int], count: int) -> float:
    """Milliseconds of the server's CPU for each of `count` requests on one connection."""
    connection = there.connect()
    ask(connection)
    before = there.cpu()
    for _ in range(count):
        status = ask(connection)
        assert status < 400, status
    used = there.cpu() - before
    connection.close()
    return 1000 * used / count


def get(path: str, **headers: str) -> Callable[[HTTPConnection], int]:
    """Give back what asks for `path` on a connection."""

    def ask(connection: HTTPConnection) -> int:
        connection.request(
            "GET", path, headers={k.replace("_", "-"): v for k, v in headers.items()}
        )
        answer = connection.getresponse()
        answer.read()
        return answer.status

    return ask


def _seconds(process: psutil.Process) -> float:
    # To the nanosecond where the kernel says so, for its other clock ticks each 10 ms.
    tasks = list(Path(f"/proc/{process.pid}/task").glob("*/schedstat"))
    if not tasks:
        return float(sum(process.cpu_times()[:2]))
    return sum(int(task.read_text().split()[0]) for task in tasks) / 1e9


def _serve(app: Flask, given: Settings) -> None:
    stderr = os.open(os.devnull, os.O_WRONLY)
    os.dup2(stderr, 2)
    logs.configure()
    server.serve(lambda: app, given, server.listen(given))
