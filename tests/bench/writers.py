"""Many buyers at once on SQLite, and workers: nobody is told that the database is locked."""

import json
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection

from synqro import catalogue, events
from tests.bench.order import wish
from tests.bench.report import line, note
from tests.bench.serving import Served, get, served, shop
from tests.bench.webhooks import plain_receiver
from tests.bench.working import WORKERS, working

CONNECTIONS, WRITERS, EACH = 32, 16, 60


def run() -> None:
    """16 connections that order and 16 that read, two processes of the server, two workers."""
    with shop() as (app, store), plain_receiver() as receiver:
        app.extensions["settings"].webhook_allow_private = True
        events.add_endpoint(store.id, url=f"http://127.0.0.1:{receiver}/", types=["*"])
        product = catalogue.shelf(store.id).data[0].id
        key = store.publishable_key
        body = json.dumps(wish(product))
        with served(app, app.extensions["settings"]) as there, working(app, store.id) as workers:
            all_at_once(there, key, body, 5)
            begun = time.monotonic()
            found = all_at_once(there, key, body, EACH)
            took = time.monotonic() - begun
        told(found, took)
        detail = f"{workers.paid} payments booked"
        line(f"locked databases met by {WORKERS} workers", workers.locked, 0, "", detail)


def told(found: list[tuple[int, float]], took: float) -> None:
    """Print what the clients saw: their statuses, and how long they waited."""
    statuses = Counter(status for status, _ in found)
    refused = sum(count for status, count in statuses.items() if status >= 500)
    waits = sorted(ms for _, ms in found)
    slowest = waits[int(len(found) * 0.99)]
    detail = f"{len(found)} requests on {CONNECTIONS} connections: {dict(statuses)}"
    line(f"answers of 5xx under {WRITERS} writers", refused, 0, "", detail)
    note("the slowest of a hundred", slowest, "ms", f"{WRITERS * EACH / took:.0f} orders a second")
    note("half of them", waits[len(waits) // 2], "ms", f"the very slowest {waits[-1]:.0f} ms")


def all_at_once(there: Served, key: str, body: str, each: int) -> list[tuple[int, float]]:
    """Status and milliseconds of every request."""
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        tasks = [
            pool.submit(one, there, key, body if number < WRITERS else None, each)
            for number in range(CONNECTIONS)
        ]
        return [answer for task in tasks for answer in task.result()]


def one(there: Served, key: str, body: str | None, each: int) -> list[tuple[int, float]]:
    """Order, or read, `each` times on one connection."""
    connection = there.connect()
    found = []
    for _ in range(each):
        begun = time.monotonic()
        path = f"/api/storefront/{'order' if body else 'config'}?key={key}"
        status = order(connection, path, body) if body else get(path)(connection)
        found.append((status, 1000 * (time.monotonic() - begun)))
    connection.close()
    return found


def order(connection: HTTPConnection, path: str, body: str) -> int:
    """POST one order and give back the status."""
    connection.request("POST", path, body, {"Content-Type": "application/json"})
    answer = connection.getresponse()
    answer.read()
    return answer.status
