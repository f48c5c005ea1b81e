"""The process that receives webhooks: it does what its path says, and keeps a record.

`/ok/…` answers 200, `/slow/50/…` after 50 ms, `/status/410/…` that status, `/flaky/3,7/…` its
third and its seventh request with 500, `/hang/1,2/…` its first two not at all, `/hang/all/…` none.
`/drip/headers/…` and `/drip/body/…` send a byte a second of that, `/endless/…` a body without end.
Its clock is the one of the product.
"""

import json
import os
import sys
import threading
import time
from collections import Counter
from datetime import datetime, timedelta, tzinfo
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import svix.webhooks
from standardwebhooks import Webhook, webhooks
from standardwebhooks.webhooks import WebhookVerificationError

HANGS = 60.0  # seconds, longer than any deadline of the sender
ANSWER = b"HTTP/1.1 200 OK\r\n"


class _Moment(datetime):
    """The libraries ask here what time it is."""

    clock: Path

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> "_Moment":
        shift = float(cls.clock.read_text() or 0) if cls.clock.exists() else 0.0
        return super().now(tz) + timedelta(seconds=shift)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    folder: Path
    log: int
    lock = threading.Lock()
    requests: Counter[str] = Counter()
    open: Counter[str] = Counter()

    def do_POST(self) -> None:
        at = time.time()
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        with self.lock:
            self.open[self.path] += 1
            side_by_side = self.open[self.path]
            self.requests[self.path] += 1
            nth = self.requests[self.path]
        try:
            self._record(at, body, side_by_side, status := self._status(nth))
            if self.path.startswith(("/drip/", "/endless/")):
                self._go_on()
            elif status:
                self.send_response(status)
                self._more(status)
                self.send_header("Content-Length", "0")
                self.end_headers()
            else:
                self.connection.settimeout(HANGS)
                self.connection.recv(1)  # until the sender has had enough
        finally:
            with self.lock:
                self.open[self.path] -= 1

    do_GET = do_POST

    @property
    def _id(self) -> str:
        return self.headers.get("webhook-id") or ""

    def _status(self, nth: int) -> int:
        kind, how, *_ = self.path.strip("/").split("/")
        meant = how == "all" or str(nth) in how.split(",")
        if kind == "slow":
            time.sleep(float(how) / 1000)
        if kind == "status":
            return int(how)
        return {"hang": 0, "flaky": 500}[kind] if kind in ("hang", "flaky") and meant else 200

    def _go_on(self) -> None:
        self.close_connection = True
        _, kind, how, *_ = self.path.split("/")
        if kind == "endless":
            self.wfile.write(ANSWER + b"\r\n")
            while True:
                self.wfile.write(b"x" * 65_536)
        if how == "body":
            self.wfile.write(ANSWER + b"Content-Length: 1000\r\n\r\n")
        for byte in ANSWER + b"X-Slow: " + b"x" * 1000:
            self.wfile.write(bytes([byte]))
            time.sleep(1)

    def _more(self, status: int) -> None:
        if status == 429:
            self.send_header("Retry-After", "120")
        if 300 <= status < 400:
            self.send_header("Location", f"http://{self.headers['Host']}/moved")

    def _record(self, at: float, body: bytes, side_by_side: int, status: int) -> None:
        record = {
            "at": at,
            "path": self.path,
            "id": self._id,
            "timestamp": self.headers.get("webhook-timestamp"),
            "signature": self.headers.get("webhook-signature"),
            "status": status,
            "side_by_side": side_by_side,
            "wrong": self._wrong(body),
            "body": body.decode(),
        }
        os.write(self.log, json.dumps(record).encode() + b"\n")

    def _wrong(self, body: bytes) -> str | None:
        """Say what the libraries of the standard and of Svix find wrong, None if nothing."""
        secret = self.folder / self.path.strip("/").replace("/", "_")
        if not secret.exists():
            return "nobody told the secret"
        try:
            Webhook(secret.read_text()).verify(body, dict(self.headers))
            svix.webhooks.Webhook(secret.read_text()).verify(body, dict(self.headers))
        except (WebhookVerificationError, svix.webhooks.WebhookVerificationError) as error:
            return str(error)
        return None

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing; the record tells."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256

    def handle_error(self, *_: object) -> None:
        """A sender that was killed is what this is for."""


def main(port: str, folder: str) -> None:
    """Listen until killed."""
    _Handler.folder = Path(folder)
    _Moment.clock = _Handler.folder / "clock"
    webhooks.datetime = svix.webhooks.datetime = _Moment  # type: ignore[attr-defined, misc]
    _Handler.log = os.open(_Handler.folder / "received", os.O_WRONLY | os.O_APPEND)
    server = _Server(("127.0.0.1", int(port)), _Handler)
    (_Handler.folder / "listens").touch()
    server.serve_forever()


if __name__ == "__main__":
    main(*sys.argv[1:])
