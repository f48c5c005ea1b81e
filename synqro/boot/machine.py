"""`python app.py`: everything on this machine, from the lock to the last address printed."""

import gc
import os
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from time import monotonic
from urllib.parse import urlsplit

from flask import Flask
from structlog import get_logger

from synqro import create_app, jobs, sandbox
from synqro.boot import demo, greeting, redis
from synqro.boot.supervisor import Part, Stopped, Supervisor
from synqro.config import Settings, WrongSetting, load
from synqro.core import locks, logs, schema, server
from synqro.core.queue import DEFAULT, WEBHOOKS
from synqro.core.sandbox import sandbox_address

log = get_logger()
FOLLOW = "SYNQRO_FOLLOW_PARENT"  # set by the Makefile, so that `make` and we end together
LEFTOVERS = 10.0  # seconds that parts of a killed supervisor may take to go
ANSWER = 30.0  # seconds until the first answer is called late
WEB, WORK = 2, 3.0  # seconds that requests and jobs under way may take at the end
WHOLE = 3.5  # seconds for all of the end, but for Redis


class CannotStart(Exception):
    """Something but a setting is in the way; the message says what."""


def main() -> int:
    """Run everything until told to stop; give back the exit code."""
    logs.configure()
    try:
        settings = load()
        supervisor = Supervisor(follow=os.getppid() if os.environ.pop(FOLLOW, "") else None)
        _Machine(settings, supervisor).run()
    except (WrongSetting, CannotStart) as error:
        print(f"Synqro cannot start. {error}.", file=sys.stderr)
        return 2
    return 0


class _Machine:
    def __init__(self, settings: Settings, supervisor: Supervisor) -> None:
        self.settings = settings
        self.supervisor = supervisor
        self.sockets: list[socket.socket] = []

    def run(self) -> None:
        try:
            with _only_one(self.settings, self.supervisor):
                self._listen()
                app = create_app(self.settings)
                gc.freeze()  # what is loaded by now stays, and stays shared by all parts
                gc.enable()
                self._start(app)
        except Stopped:
            print("Stopped.", flush=True)

    def _listen(self) -> None:
        self.sockets = server.listen(self.settings)
        for listener in self.sockets:
            self.supervisor.keep_from_children(listener.fileno())

    def _start(self, app: Flask) -> None:
        try:
            self._start_redis()
            if self._once("migrations", app, schema.upgrade):
                raise CannotStart("The migrations failed, as the log says above")
            self._start_sandbox()
            if self.settings.demo:
                self._once("demo store", app, demo.create)
            self._start_rest(app)
            self._wait_for_web()
            self._once("greeting", app, greeting.say)
            self.supervisor.watch()
        finally:
            self._stop()

    def _start_redis(self) -> None:
        if not self.settings.redis_url:
            redis.prepare(self.settings)
            # Elsewhere than on Linux a process of ours stands between us and the server.
            by = signal.SIGKILL if sys.platform == "linux" else signal.SIGTERM
            part = Part("redis", lambda: redis.run(self.settings), patience=1, follow_by=by)
            self.supervisor.start(part)
        redis.wait(self.settings, self.supervisor)

    def _start_sandbox(self) -> None:
        if not self.settings.sandbox:
            return
        (self.settings.data_dir / "sandbox" / "address").unlink(missing_ok=True)
        self.supervisor.start(Part("sandbox", self._serve_sandbox))
        deadline = monotonic() + ANSWER
        while not sandbox_address(self.settings.data_dir) and monotonic() < deadline:
            self.supervisor.look()
            self.supervisor.pause(0.01)

    def _serve_sandbox(self) -> None:
        sandbox.serve(
            data_dir=self.settings.data_dir,
            webhook_url=f"{self.settings.local_url}/hooks/stripe",
            pages_url=self.settings.public_url,
        )

    def _start_rest(self, app: Flask) -> None:
        for number in range(1, self.settings.workers + 1):
            # One process is enough for webhooks, and the others stay free of its threads.
            queues = (DEFAULT, WEBHOOKS) if number == self.settings.workers else (DEFAULT,)
            run = partial(jobs.work, app, queues)
            self.supervisor.start(Part(f"worker {number}", run, patience=WORK))
        self.supervisor.start(Part("scheduler", lambda: jobs.schedule(app)))
        load = (lambda: app) if sys.platform == "linux" else create_app
        needs = tuple(listener.fileno() for listener in self.sockets)
        web = Part(
            "web",
            lambda: server.serve(load, self.settings, self.sockets, patience=WEB),
            patience=WEB + 0.5,
            follow_by=signal.SIGTERM,
            needs=needs,
        )
        self.supervisor.start(web)

    def _once(self, name: str, app: Flask, function: Callable[[], object]) -> int:
        def run() -> None:
            try:
                with app.app_context():
                    function()
            except WrongSetting as error:
                print(f"Synqro cannot start. {error}.", file=sys.stderr)
                raise SystemExit(2) from error

        code = self.supervisor.run_to_end(Part(name, run))
        if code == 2:
            raise SystemExit(2)
        if code:
            log.error("a step of the start failed", step=name, code=code)
        return code

    def _wait_for_web(self) -> None:
        deadline = monotonic() + ANSWER
        while not self._answers():
            if monotonic() > deadline:
                log.error("web does not answer yet")
                return
            self.supervisor.look()
            self.supervisor.pause(0.02)

    def _answers(self) -> bool:
        address = urlsplit(self.settings.local_url)
        with closing(HTTPConnection(address.hostname or "", address.port, timeout=1)) as connection:
            try:
                connection.request("GET", "/healthz")
                return connection.getresponse().status < 500
            except (OSError, HTTPException):
                return False

    def _stop(self) -> None:
        began = monotonic()
        for listener in self.sockets:
            listener.close()
        self.supervisor.stop("web")
        workers = [part.name for part in self.supervisor.parts if part.name.startswith("worker")]
        left = max(0.5, WHOLE - (monotonic() - began))
        self.supervisor.stop(*workers, "scheduler", within=left)
        self.supervisor.stop("sandbox", "redis")
        self.supervisor.stop_all()


@contextmanager
def _only_one(settings: Settings, supervisor: Supervisor) -> Iterator[None]:
    """Hold the data dir, and hand every child a second lock that lasts until the last one ends."""
    own = locks.open_lock(settings.data_dir / "supervisor.lock")
    shared = locks.open_lock(settings.data_dir / "parts.lock")
    try:
        if not locks.try_lock(own):
            where = _read(settings.data_dir / "supervisor.lock") or "another address"
            raise CannotStart(f"It already runs in {settings.data_dir}, at {where}")
        os.ftruncate(own, 0)
        os.pwrite(own, settings.public_url.encode(), 0)
        supervisor.keep_from_children(own)
        os.set_inheritable(shared, True)
        _wait_for_leftovers(shared, settings, supervisor)
        yield
    finally:
        os.close(own)
        os.close(shared)


def _wait_for_leftovers(shared: int, settings: Settings, supervisor: Supervisor) -> None:
    deadline = monotonic() + LEFTOVERS
    while not locks.try_lock(shared):
        if monotonic() > deadline:
            raise CannotStart(f"Parts of an earlier start still use {settings.data_dir}; end them")
        supervisor.pause(0.02)


def _read(path: Path) -> str:
    try:
        return path.read_text().strip()
    except OSError:
        return ""
