"""Webhooks: what a delivery costs, who waits for one that hangs, what telling costs an order."""

import logging
import os
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.connection import Connection
from statistics import median
from threading import Thread

import structlog
from flask import Flask

from synqro import events, stores
from synqro.core.db import transaction
from tests.bench.report import in_turns, line, note, ratio
from tests.bench.serving import shop
from tests.events.receiver import Receiver, hang

ROUND = 1000
ENDPOINTS = 20
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
DATA = {"id": "ord_1", "lines": [{"title": "Ripple vase", "sku": "RV-1", "quantity": 1}] * 6}


def run() -> None:
    """CPU for each delivery with all rows; the wait beside a hanging endpoint; `emit`."""
    # There is no Redis here, and it says so at every bell.
    quiet = structlog.make_filtering_bound_logger(logging.ERROR)
    structlog.configure(wrapper_class=quiet)
    with shop(1) as (app, store), plain_receiver() as port:
        app.extensions["settings"].webhook_allow_private = True
        floor = lambda: raw(port)  # noqa: E731
        bare = telling(store)
        for _ in range(10):
            url = f"http://127.0.0.1:{port}/hooks"
            events.add_endpoint(store.id, url=url, types=["*"])
        found = in_turns({"raw": floor, "delivery": lambda: delivering(app, store)}, rounds=5)
        told = telling(store)
        clear(app)
    each = median(found["delivery"])
    times = ratio(found["delivery"], found["raw"])
    note("a raw socket loop, kept open", median(found["raw"]), "ms", "CPU")
    line("a delivery with all its rows", each, 0.6, "ms", f"CPU, {times:.0f} × raw")
    note("an event nobody listens to", bare, "ms", "CPU")
    note("an event with ten deliveries", told, "ms", "CPU")
    waits = beside_a_hanging_one()
    detail = f"median {1000 * median(waits):.0f} ms of {len(waits)}"
    line("p95 beside one that hangs", waits[int(0.95 * len(waits))], 1, "s", detail)


def raw(port: int) -> float:
    """Milliseconds of CPU for each request of a loop over one socket."""
    body = b"a" * 600
    request = b"POST / HTTP/1.1\r\nContent-Length: 600\r\n\r\n" + body
    with socket.create_connection(("127.0.0.1", port)) as peer:
        before = time.process_time()
        for _ in range(ROUND):
            peer.sendall(request)
            peer.recv(4096)
        return 1000 * (time.process_time() - before) / ROUND


def delivering(app: Flask, store: stores.Store) -> float:
    """Milliseconds of CPU for each delivery, from the claim to the commit."""
    with transaction():
        for _ in range(ROUND // 10):
            events.emit(store.id, "order.created", DATA, mode=store.mode)
    before = time.process_time()
    with events.Pump(app.app_context) as pump:
        pump.drain()
    return 1000 * (time.process_time() - before) / ROUND


def telling(store: stores.Store) -> float:
    """Milliseconds of CPU that `emit` and its rows add to a transaction."""
    before = time.process_time()
    with transaction():
        for _ in range(200):
            events.emit(store.id, "order.created", DATA, mode=store.mode)
    return 1000 * (time.process_time() - before) / 200


def clear(app: Flask) -> None:
    """Send what is left."""
    with events.Pump(app.app_context) as pump:
        pump.drain()


def beside_a_hanging_one() -> list[float]:
    """Seconds from each commit to the first byte, at the nineteen that answer."""
    context = get_context("fork")
    mine, theirs = context.Pipe()
    process = context.Process(target=receive, args=(theirs,))
    process.start()
    with shop(1) as (app, store):
        app.extensions["settings"].webhook_allow_private = True
        for url in mine.recv():
            events.add_endpoint(store.id, url=url, types=["*"])
        committed: dict[int, float] = {}
        with events.Pump(app.app_context) as pump:
            for number in range(100):
                with transaction():
                    data = {**DATA, "number": number}
                    events.emit(store.id, "order.created", data, mode=store.mode)
                committed[number] = time.monotonic()
                pump.wake()
                time.sleep(0.05)
            mine.send("enough")
            came = mine.recv()
    process.join()
    assert len(came) == 100 * (ENDPOINTS - 1), len(came)
    return sorted(at - committed[number] for number, at in came)


def receive(pipe: Connection) -> None:
    """Nineteen receivers that answer and one that hangs, in a process of their own."""
    receivers = [Receiver() for _ in range(ENDPOINTS - 1)]
    hanging = Receiver(hang)
    pipe.send([hanging.url, *(receiver.url for receiver in receivers)])
    pipe.recv()
    deadline = time.monotonic() + 5
    while any(len(r.came) < 100 for r in receivers) and time.monotonic() < deadline:
        time.sleep(0.05)
    pipe.send([(came.number, came.at) for receiver in receivers for came in receiver.came])
    pipe.close()
    os._exit(0)


@contextmanager
def plain_receiver() -> Iterator[int]:
    """A receiver that costs as little as can be, in a process of its own."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=64)
    process = get_context("fork").Process(target=answer, args=(listener,))
    process.start()
    yield listener.getsockname()[1]
    process.kill()
    process.join()
    listener.close()


def answer(listener: socket.socket) -> None:
    """Answer every request on every connection, its body in the same piece or the next."""
    while True:
        peer, _ = listener.accept()
        Thread(target=_serve, args=(peer,), daemon=True).start()


def _serve(peer: socket.socket) -> None:
    read: Callable[[], bytes] = lambda: peer.recv(65536)  # noqa: E731
    data = b""
    while chunk := read():
        data += chunk
        head, found, rest = data.partition(b"\r\n\r\n")
        if not found:
            continue
        length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
        if len(rest) >= length:
            data = rest[length:]
            peer.sendall(ANSWER)
