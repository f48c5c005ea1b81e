"""A shop on a real `python app.py`: its goods, its clock, its parts, and what can be read of it."""

import json
import sqlite3
import subprocess
import sys
from contextlib import closing, suppress
from http.client import HTTPException
from pathlib import Path
from typing import Any

import psutil
from flask import Flask
from redis import Redis, from_url
from sqlalchemy import Engine, create_engine, text

from synqro import create_app, events, payments, stores
from synqro.config import load
from synqro.core import clock
from synqro.core.sandbox import sandbox_address, sandbox_secrets
from synqro.sandbox.loopback import call
from tests import makers
from tests.boot.conftest import LATE, ROOT, Machine
from tests.chaos.receiver import Receiver
from tests.databases import forget

STOCK = 5_000
SETTINGS = {
    "SYNQRO_RATE_LIMITS": "off",
    "SYNQRO_WEBHOOK_ALLOW_PRIVATE": "1",
    "SYNQRO_WEBHOOK_RETRIES": "1,1,1,2,2,2,5,5,5,5,5,5,5,5,5,5",
}
FORM = {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}
Row = dict[str, Any]


class Shop:
    """One data dir and one port; `receiver` takes what the shop's webhooks bring."""

    def __init__(self, folder: Path, receiver: Receiver, **settings: str) -> None:
        self.clock = receiver.folder / "clock"
        given = {**SETTINGS, "SYNQRO_CLOCK_FILE": str(self.clock), **settings}
        self.machine = Machine(folder, **given)
        self.receiver = receiver
        self.shift = 0.0
        self.endpoints: dict[str, str] = {}
        """The path at the receiver of each endpoint, by its id."""
        self._engine: Engine | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.machine.port}"

    def open(self) -> None:
        """Start everything, and make the store and the goods."""
        self.machine.start()
        with self.app() as app, app.app_context():
            owner = makers.person()
            place = stores.Place("EUR", "DE", "Europe/Berlin", "en_IE")
            made = stores.open_store(owner, name="Northlight", place=place, demo=True)
            store, self.secret_key = made.store, made.secret_key
            self.store_id, self.key = store.id, store.publishable_key
            self.products = [
                makers.product(store, title=f"Vase {n}", price=2800 + n, stock=STOCK).id
                for n in range(3)
            ]
            here = f"{self.address}/back"
            page = payments.connect(store, return_url=here, refresh_url=here)
            self.post_form(page, action="complete")
            payments.refresh_account(store)
            assert payments.ready(store)

    def app(self) -> "_Open":
        """Give back the product in this process, on the same data, for a `with` block."""
        return _Open(create_app(load(_env_file=None, **self.machine.settings)))

    def add_endpoint(self, path: str, *types: str) -> str:
        """Have the webhooks of `types` (all, if none are named) sent to `path` at the receiver."""
        with self.app() as app, app.app_context():
            url = f"{self.receiver.address}{path}"
            made = events.add_endpoint(self.store_id, url=url, types=list(types or ["*"]))
            self.receiver.trust(path, made.secret)
            self.endpoints[made.endpoint.id] = path
            return made.endpoint.id

    def api(self, method: str, path: str, **body: Any) -> tuple[int, Any]:
        """Call /v1 as the shop's own program does; give back the status and what was answered."""
        headers = {"Authorization": f"Bearer {self.secret_key}", "Content-Type": "application/json"}
        sent = json.dumps(body).encode() if method != "GET" else None
        status, answer = call(method, f"{self.address}/v1{path}", sent, headers, timeout=LATE)
        return status, json.loads(answer)

    def post_form(self, url: str, **fields: str) -> tuple[int, bytes]:
        body = "&".join(f"{name}={value}" for name, value in fields.items()).encode()
        return call("POST", url, body, FORM, timeout=LATE)

    def at_stripe(self, path: str, **body: Any) -> None:
        """Set a switch of the sandbox, from its own door."""
        secret = sandbox_secrets(self.machine.data).secret_key
        headers = {"Authorization": f"Bearer {secret}", "Content-Type": "application/json"}
        url = f"{sandbox_address(self.machine.data)}/_sandbox/{path}"
        status, answer = call("POST", url, json.dumps(body).encode(), headers, timeout=LATE)
        assert status == 200, answer

    def redis(self) -> Redis:
        """Give back a connection to the shop's Valkey."""
        return from_url(load(_env_file=None, **self.machine.settings).redis)

    def move_clock(self, seconds: float) -> None:
        """Shift the clock of the product and of its sandbox."""
        self.shift += seconds
        makers.move_clock(self.clock, self.shift)

    def rows(self, query: str, **given: Any) -> list[Row]:
        """Read from the database, whatever its kind."""
        if self._engine is None:
            uri = self.machine.settings.get("DATABASE_URL", f"sqlite:///{self.database}")
            uri = uri.replace("postgresql://", "postgresql+psycopg://")
            self._engine = create_engine(uri, pool_pre_ping=True)
        with self._engine.connect() as connection:
            return [dict(row) for row in connection.execute(text(query), given).mappings()]

    def count(self, query: str, **given: Any) -> int:
        return int(next(iter(self.rows(query, **given)[0].values())))

    @property
    def database(self) -> Path:
        return self.machine.data / "synqro.db"

    def captured(self) -> dict[str, str]:
        """The payments that the sandbox's books hold as captured: id, and the order they name."""
        wanted = "SELECT body FROM objects WHERE kind = 'payment_intent'"
        intents = [json.loads(body) for (body,) in self._books(wanted)]
        return {
            intent["id"]: intent["metadata"]["order_id"]
            for intent in intents
            if intent["status"] == "succeeded" and intent["amount_received"]
        }

    def unsent(self) -> int:
        """How many events the sandbox still has to send to the product."""
        return int(self._books("SELECT count(*) FROM outgoing WHERE due IS NOT NULL")[0][0])

    def _books(self, query: str) -> list[tuple[Any, ...]]:
        path = self.machine.data / "sandbox" / "sandbox.db"
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as books:
            return books.execute(query).fetchall()

    def parts(self, name: str) -> list[psutil.Process]:
        """Give back the processes of a part, by the name that `ps` shows."""
        found = []
        for process in self.machine.parts():
            with suppress(psutil.NoSuchProcess):
                if process.name() == name and process.status() != psutil.STATUS_ZOMBIE:
                    found.append(process)
        return found

    def crashes(self) -> list[str]:
        """What no answer was foreseen for, as the log tells it."""
        return [line for line in self.machine.said().splitlines() if '"event": "crash"' in line]

    def ready(self) -> bool:
        with suppress(OSError, HTTPException):
            return self.machine.get("/readyz")[0] == 200
        return False

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run a `synqro` command beside the running product."""
        code = "import sys; from synqro.cli import main; sys.exit(main())"
        return subprocess.run(
            [sys.executable, "-c", code, *words],
            cwd=ROOT,
            env=self.machine.settings,
            capture_output=True,
            text=True,
            timeout=LATE,
        )

    def close(self) -> None:
        self.machine.end()
        if self._engine is not None:
            self._engine.dispose()


class _Open:
    def __init__(self, app: Flask) -> None:
        self.app = app

    def __enter__(self) -> Flask:
        return self.app

    def __exit__(self, *_: object) -> None:
        forget(self.app)
        self.app.extensions["redis"].close()
        clock.use_file(None)
