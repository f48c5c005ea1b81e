"""A receiver on loopback whose answers the test chooses, and which remembers what came."""

import json
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from socketserver import ThreadingTCPServer
from threading import Lock, Thread
from typing import Any, Self


@dataclass(frozen=True)
class Came:
    """One request, as it stood on the wire."""

    at: float
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def event(self) -> dict[str, Any]:
        return dict(json.loads(self.body))

    @property
    def number(self) -> int:
        return int(self.event["data"]["number"])


Say = Callable[[Came, "Handler"], None]


def status(code: int, **headers: str) -> Say:
    """Answer with `code`."""

    def say(_: Came, handler: "Handler") -> None:
        handler.send_response(code)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", "2")
        handler.end_headers()
        handler.over()
        handler.wfile.write(b"ok")

    return say


def drip(seconds: float = 30, *, body: bool = False) -> Say:
    """Send a byte now and then, in the headers or in the body."""

    def say(_: Came, handler: "Handler") -> None:
        start = b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n"
        handler.wfile.write(start + (b"\r\n" if body else b"X-Slow: "))
        end = time.monotonic() + seconds
        with suppress(OSError):
            while time.monotonic() < end and not handler.receiver.closing:
                handler.wfile.write(b"a")
                time.sleep(0.1)

    return say


def hang(_: Came, handler: "Handler") -> None:
    """Say nothing until the other side goes."""
    handler.close_connection = True
    with suppress(OSError):
        while not handler.receiver.closing:
            handler.connection.settimeout(0.1)
            with suppress(TimeoutError):
                if not handler.connection.recv(1):
                    return


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    receiver: "Receiver"
    is_open = False

    def setup(self) -> None:
        super().setup()
        self.receiver.connections += 1
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        came = Came(time.monotonic(), self.path, headers, body)
        receiver = self.receiver
        with receiver.lock:
            receiver.came.append(came)
            receiver.open += 1
            receiver.most = max(receiver.most, receiver.open)
            self.is_open = True
        try:
            with suppress(ConnectionError):
                receiver.answer(came, self)
        finally:
            self.over()

    do_GET = do_POST

    def over(self) -> None:
        """Count this request no more: before its last byte, for then the next one may come."""
        with self.receiver.lock:
            self.receiver.open -= self.is_open
            self.is_open = False

    def log_message(self, *_: object) -> None:
        pass


class Receiver:
    """`came` is what came; `answer` says what comes back; `most` were under way at once."""

    def __init__(self, answer: Say | None = None) -> None:
        self.came: list[Came] = []
        self.answer: Say = answer or status(200)
        self.lock = Lock()
        self.open = self.most = self.connections = 0
        self.closing = False
        handler = type("Bound", (Handler,), {"receiver": self})
        self.server = Server(("127.0.0.1", 0), handler)
        self.port = int(self.server.server_address[1])
        self.url = f"http://127.0.0.1:{self.port}/hooks"
        self._thread = Thread(target=self.server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.closing = True
        self.server.shutdown()
        self._thread.join()
        self.server.server_close()

    @property
    def first_sightings(self) -> list[int]:
        """The events' numbers in the order in which each was first seen."""
        return list(dict.fromkeys(came.number for came in self.came))


class Server(ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 128
    block_on_close = False

    def handle_error(self, *_: object) -> None:
        pass
