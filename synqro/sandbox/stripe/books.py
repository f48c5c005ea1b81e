"""The sandbox's memory: objects as JSON, and the events that tell of their changes."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, RLock
from typing import Any

from synqro.core.clock import now

Json = dict[str, Any]

PLATFORM = ""  # the account of whoever calls without `Stripe-Account`
SCHEMA = """
CREATE TABLE IF NOT EXISTS objects (
    seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, account TEXT NOT NULL, kind TEXT NOT NULL,
    body TEXT NOT NULL, inside TEXT NOT NULL, due REAL);
CREATE INDEX IF NOT EXISTS ix_objects_listed ON objects (account, kind, seq);
CREATE INDEX IF NOT EXISTS ix_objects_due ON objects (due) WHERE due IS NOT NULL;
CREATE TABLE IF NOT EXISTS outgoing (
    event_id TEXT PRIMARY KEY, thin INTEGER NOT NULL, position INTEGER NOT NULL,
    attempts INTEGER NOT NULL, created REAL NOT NULL, due REAL);
CREATE INDEX IF NOT EXISTS ix_outgoing_due ON outgoing (due, position) WHERE due IS NOT NULL;
CREATE TABLE IF NOT EXISTS answers (
    account TEXT NOT NULL, key TEXT NOT NULL, asked TEXT NOT NULL, body TEXT NOT NULL,
    request_id TEXT NOT NULL, created REAL NOT NULL, PRIMARY KEY (account, key));
CREATE INDEX IF NOT EXISTS ix_answers_created ON answers (created);
CREATE TABLE IF NOT EXISTS switches (id INTEGER PRIMARY KEY CHECK (id = 1), body TEXT NOT NULL);
"""
KEEP = """
INSERT INTO objects (id, account, kind, body, inside, due) VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT (id) DO UPDATE SET body = excluded.body, inside = excluded.inside, due = excluded.due
"""
FIND = "SELECT id, account, kind, body, inside, due FROM objects WHERE "


@dataclass
class Kept:
    """One object: `body` is what Stripe shows, `inside` what only the sandbox knows.

    `due` is the moment (epoch seconds) at which it changes by itself, if it does.
    """

    id: str
    account: str
    kind: str
    body: Json
    inside: Json = field(default_factory=dict)
    due: float | None = None


@dataclass(frozen=True)
class Cause:
    """The request behind a change, as its events name it."""

    request_id: str | None = None
    idempotency_key: str | None = None


class Books:
    """Everything that may be read and written within one open transaction."""

    def __init__(self, connection: sqlite3.Connection, cause: Cause) -> None:
        self.connection = connection
        self.cause = cause
        self.moment = now().timestamp()
        self.has_news = False  # an event waits to be sent

    @property
    def second(self) -> int:
        return int(self.moment)

    def keep(self, kept: Kept) -> Kept:
        """Write an object, new or changed."""
        body, inside = json.dumps(kept.body), json.dumps(kept.inside)
        values = (kept.id, kept.account, kept.kind, body, inside, kept.due)
        self.connection.execute(KEEP, values)
        return kept

    def find(self, kind: str, wanted: str, account: str | None = None) -> Kept | None:
        """Give back one object; with an account given, only if it belongs to it."""
        found = self._objects("id = ? AND kind = ?", wanted, kind)
        return found[0] if found and account in (None, found[0].account) else None

    def newest(self, kind: str, account: str, **wanted: Any) -> list[Kept]:
        """Give back the objects of a kind in one account, the newest first.

        `wanted` names fields, and what they have to say.
        """
        where = "".join(" AND json_extract(body, ?) = ?" for _ in wanted)
        values = [part for name, value in wanted.items() for part in (f"$.{name}", value)]
        return self._objects(
            f"account = ? AND kind = ?{where} ORDER BY seq DESC", account, kind, *values
        )

    def due(self) -> list[tuple[str, str]]:
        """Give back kind and id of what has to change by now, in the order of its time."""
        rows = self.connection.execute(
            "SELECT kind, id FROM objects WHERE due <= ? ORDER BY due, seq", (self.moment,)
        )
        return rows.fetchall()

    def _objects(self, where: str, *values: Any) -> list[Kept]:
        rows = self.connection.execute(FIND + where, values)
        return [
            Kept(id, account, kind, json.loads(body), json.loads(inside), due)
            for id, account, kind, body, inside, due in rows
        ]


class Store:
    """The file behind the books. One connection and one lock: a sandbox has few guests."""

    def __init__(self, path: Path) -> None:
        self._lock = RLock()
        self._connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "busy_timeout=5000"):
            self._connection.execute(f"PRAGMA {pragma}")
        self._connection.executescript(SCHEMA)
        self.news = Event()

    @contextmanager
    def transaction(self, cause: Cause | None = None) -> Iterator[Books]:
        """Commit when the block ends well, leave everything as it was on any error."""
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            books = Books(self._connection, cause or Cause())
            try:
                yield books
                self._connection.execute("COMMIT")
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
        if books.has_news:
            self.news.set()

    def close(self) -> None:
        with self._lock:
            self._connection.close()
