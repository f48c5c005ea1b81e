"""Uploads: what a file costs beside a loop that only writes it down, and how little is held."""

import os
import socket
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from multiprocessing import get_context
from multiprocessing.connection import Connection
from statistics import median
from threading import Event, Thread

import psutil

from tests.bench.report import in_turns, line, note, ratio
from tests.bench.serving import Served, served, shop
from tests.bench.slow_clients import crowd

MIB = 1024 * 1024
LARGE, ROUND = 150, 24  # MiB
HEAD = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n%PDF-1.7\n'
TAIL = b"\r\n--b--\r\n"
CHUNK = os.urandom(MIB)


def run() -> None:
    """CPU for each MiB beside the bare loop, peak memory of 150 MiB, slow senders beside."""
    with (
        shop(1) as (app, store),
        bare() as floor,
        served(app, app.extensions["settings"]) as there,
    ):
        path = f"/api/storefront/upload?key={store.publishable_key}"
        ours: Callable[[], float] = lambda: cost(there, path)  # noqa: E731
        found = in_turns({"ours": ours, "bare": floor}, rounds=5)
        of, to = found["ours"], found["bare"]
        detail = f"{median(of):.2f} ms CPU for each MiB, {median(to):.2f} bare"
        line("an upload beside writing it down", ratio(of, to), 4, "×", detail)
        more, took = peak(there, path)
        line("more memory for an upload of 150 MiB", more, 8, "MiB", f"in {took:.1f} s")
        with crowd(there, f"POST {path} HTTP/1.1\r\n"):
            begun = time.monotonic()
            status = post(there.connect(), path, 1)
            took = time.monotonic() - begun
        note("an upload beside 48 slow clients", 1000 * took, "ms", f"answered {status}")


def cost(there: Served, path: str) -> float:
    """Milliseconds of CPU for each MiB."""
    before = there.cpu()
    status = post(there.connect(), path, ROUND)
    assert status == 201, status
    return 1000 * (there.cpu() - before) / ROUND


def post(connection: HTTPConnection, path: str, size: int) -> int:
    """Send a file of `size` MiB, and give back the status."""
    connection.putrequest("POST", path)
    connection.putheader("Content-Type", "multipart/form-data; boundary=b")
    connection.putheader("Content-Length", str(len(HEAD) + size * MIB + len(TAIL)))
    connection.endheaders()
    connection.send(HEAD)
    for _ in range(size):
        connection.send(CHUNK)
    connection.send(TAIL)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.status


def peak(there: Served, path: str) -> tuple[float, float]:
    """MiB that all processes hold more at once while 150 MiB come, and how long that takes."""
    post(there.connect(), path, 8)
    enough, held = Event(), [memory(there)]
    watch = Thread(target=look, args=(there, enough, held))
    watch.start()
    begun = time.monotonic()
    status = post(there.connect(), path, LARGE)
    took = time.monotonic() - begun
    enough.set()
    watch.join()
    assert status == 201, status
    return (max(held) - held[0]) / MIB, took


def look(there: Served, enough: Event, held: list[float]) -> None:
    while not enough.wait(0.05):
        held.append(memory(there))


def memory(there: Served) -> float:
    """Bytes of its own that the server's processes hold."""
    tree = psutil.Process(there.pid)
    return float(sum(one.memory_full_info().uss for one in (tree, *tree.children(recursive=True))))


@contextmanager
def bare() -> Iterator[Callable[[], float]]:
    """A process that reads a socket and writes a file; gives back what measures it."""
    with tempfile.TemporaryDirectory(prefix="synqro-bench-") as folder:
        ours, theirs = get_context("fork").Pipe()
        listener = socket.create_server(("127.0.0.1", 0))
        process = get_context("fork").Process(target=write_down, args=(listener, folder, theirs))
        process.start()
        where = listener.getsockname()
        yield lambda: written(where, ours)
        process.terminate()
        process.join()
        listener.close()


def written(where: tuple[str, int], said: Connection) -> float:
    with socket.create_connection(where) as connection:
        for _ in range(ROUND):
            connection.sendall(CHUNK)
    return float(said.recv())


def write_down(listener: socket.socket, folder: str, says: Connection) -> None:
    while True:
        connection, _ = listener.accept()
        before = time.process_time()
        with connection, tempfile.NamedTemporaryFile(dir=folder, buffering=0) as file:
            while chunk := connection.recv(64 * 1024):
                file.write(chunk)
        says.send(1000 * (time.process_time() - before) / ROUND)
