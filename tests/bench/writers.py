"""Many buyers at once on SQLite: nobody is told that the database is locked."""

import json
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection

from synqro import catalogue
from tests.bench.order import wish
from tests.bench.report import line, note
from tests.bench.serving import Served, get, served, shop

CONNECTIONS, WRITERS, EACH = 16, 8, 60


def run() -> None:
    """8 connections that order and 8 that read, in two processes of the server."""
    with shop() as (app, store):
        product = catalogue.shelf(store.id).data[0].id
        key = store.publishable_key
        body = json.dumps(wish(product))
        with served(app, app.extensions["settings"]) as there:
            all_at_once(there, key, body, 5)
            begun = time.monotonic()
            found = all_at_once(there, key, body, EACH)
            took = time.monotonic() - begun
    statuses = Counter(status for status, _ in found)
    refused = sum(count for status, count in statuses.items() if status >= 500)
    slowest = sorted(ms for _, ms in found)[int(len(found) * 0.99)]
    detail = f"{len(found)} requests on {CONNECTIONS} connections: {dict(statuses)}"
    line("answers of 5xx under 8 writers", refused, 0, "", detail)
    note("the slowest of a hundred", slowest, "ms", f"{WRITERS * EACH / took:.0f} orders a second")


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
