"""Clients that dawdle do not hold up the others."""

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from statistics import median
from threading import Event, Thread

from tests.bench.report import in_turns, line
from tests.bench.serving import Served, get, served, shop

SLOW, ROUND = 24, 40
PAUSE = 0.2  # seconds between two bytes


def run() -> None:
    """The others' median wait, idle and with 24 slow headers and 24 slow bodies about."""
    with shop() as (app, store), served(app, app.extensions["settings"]) as there:
        path = f"/api/storefront/config?key={store.publishable_key}"
        order = f"POST /api/storefront/order?key={store.publishable_key} HTTP/1.1\r\n"
        statuses: list[int] = []
        wait: Callable[[], float] = lambda: waited(there, path, statuses)  # noqa: E731

        def crowded() -> float:
            with crowd(there, order):
                return wait()

        found = in_turns({"idle": wait, "crowded": crowded}, rounds=5)
    idle, busy = median(found["idle"]), median(found["crowded"])
    detail = f"{idle:.1f} ms idle, {busy:.1f} ms crowded"
    line("the others' wait beside 48 slow clients", busy / idle, 5, "×", detail)
    line("requests of the others not answered", sum(s != 200 for s in statuses), 0, "")


def waited(there: Served, path: str, statuses: list[int]) -> float:
    """Median milliseconds until an answer, each on a connection of its own."""
    times = []
    for _ in range(ROUND):
        begun = time.monotonic()
        connection = there.connect(10)
        statuses.append(get(path)(connection))
        connection.close()
        times.append(1000 * (time.monotonic() - begun))
    return median(times)


@contextmanager
def crowd(there: Served, order: str) -> Iterator[None]:
    """24 clients that never end their headers, and 24 that never end their bodies."""
    sized = "Host: a\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n"
    beginnings = [order + "Host: a\r\nX-Slow: "] * SLOW + [order + sized] * SLOW
    enough = Event()
    with ExitStack() as stack:
        for beginning in beginnings:
            client = stack.enter_context(socket.create_connection(("127.0.0.1", there.port)))
            client.sendall(beginning.encode())
            thread = Thread(target=dawdle, args=(client, enough))
            thread.start()
            stack.callback(thread.join)
        stack.callback(enough.set)
        yield


def dawdle(client: socket.socket, enough: Event) -> None:
    """Send a byte now and then."""
    while not enough.wait(PAUSE):
        try:
            client.send(b"a")
        except OSError:
            return
