"""The sandbox as a running thing: the API on loopback, the clock watched, events sent."""

import logging
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread
from types import FrameType

from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server

from synqro.core.sandbox import sandbox_dir, sandbox_secrets, write_sandbox_address
from synqro.sandbox.stripe.api import Api, build_app
from synqro.sandbox.stripe.books import Store
from synqro.sandbox.stripe.clockwork import catch_up
from synqro.sandbox.stripe.deliveries import Hook, deliver_forever

log = logging.getLogger(__name__)
LOOPBACK = "127.0.0.1"
TICK = 0.5  # seconds
MERCY = 2.0  # seconds that a thread may take at the end


class _Quiet(WSGIRequestHandler):
    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing: the product's own log tells what it asked for."""


def create_api(*, data_dir: Path, pages_url: str) -> Flask:
    """Give back the WSGI app of the API alone: no events go out, no clock is watched."""
    return build_app(_api(data_dir, pages_url))


@contextmanager
def running(*, data_dir: Path, webhook_url: str, pages_url: str, port: int = 0) -> Iterator[str]:
    """Run the whole sandbox in threads of this process and give back its base address."""
    api = _api(data_dir, pages_url)
    server = make_server(LOOPBACK, port, build_app(api), threaded=True, request_handler=_Quiet)
    address = f"http://{LOOPBACK}:{server.server_port}"
    stop = Event()
    hook = Hook(webhook_url, api.secrets)
    threads = [
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True),
        Thread(target=_tick, args=(api.store, stop), daemon=True),
        Thread(target=deliver_forever, args=(api.store, hook, stop), daemon=True),
    ]
    for thread in threads:
        thread.start()
    write_sandbox_address(data_dir, address)
    try:
        yield address
    finally:
        stop.set()
        api.store.news.set()
        server.shutdown()
        server.server_close()
        for thread in threads:
            thread.join(MERCY)
        api.store.close()


def serve(*, data_dir: Path, webhook_url: str, pages_url: str, port: int = 0) -> None:
    """Run the sandbox until SIGTERM or SIGINT. Its address stands in data_dir/sandbox/address.

    Tests that move time call `clock.use_file` before.
    """
    over = Event()

    def end(_: int, __: FrameType | None) -> None:
        over.set()

    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, end)
    with running(data_dir=data_dir, webhook_url=webhook_url, pages_url=pages_url, port=port):
        over.wait()


def _api(data_dir: Path, pages_url: str) -> Api:
    store = Store(sandbox_dir(data_dir) / "sandbox.db")
    return Api(store, sandbox_secrets(data_dir), pages_url.rstrip("/"))


def _tick(store: Store, stop: Event) -> None:
    while not stop.wait(TICK):
        try:
            with store.transaction() as books:
                catch_up(books)
        except Exception:  # one bad moment must not stop the clock
            log.exception("The sandbox could not catch up with the clock.")
