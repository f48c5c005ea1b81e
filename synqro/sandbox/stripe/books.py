"""The sandbox's memory: objects as JSON, and the events that tell of their changes."""

import json
import sqlite3
from collections.abc import Iterator, Mapping
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
# `payout` of a balance row: the automatic payout that it is part of, None while it waits.
LATER_INDEXES = """
CREATE INDEX IF NOT EXISTS ix_objects_payout ON objects (payout, seq) WHERE payout IS NOT NULL;
CREATE INDEX IF NOT EXISTS ix_objects_unpaid ON objects (account, seq)
    WHERE kind = 'balance_transaction' AND payout IS NULL;
CREATE INDEX IF NOT EXISTS ix_objects_of_charge ON objects
    (json_extract(body, '$.charge'), seq) WHERE json_extract(body, '$.charge') IS NOT NULL;
"""
BY_UNPAID = "objects INDEXED BY ix_objects_unpaid"
UNPAID = "kind = 'balance_transaction' AND payout IS NULL AND account = ?"
SCHEDULE_OLD = """
INSERT OR IGNORE INTO objects (id, account, kind, body, inside, due)
SELECT DISTINCT 'payday_' || account || '_' || json_extract(body, '$.currency'), account, 'payday',
    json_object('currency', json_extract(body, '$.currency')), '{}', ?
FROM objects WHERE kind = 'balance_transaction'
"""
SEQ_OF = "SELECT seq FROM objects WHERE id = ? AND account = ?"
DAY = 24 * 3600
SIGNS = {"gt": ">", "gte": ">=", "lt": "<", "lte": "<="}
KEEP = """
INSERT INTO objects (id, account, kind, body, inside, due) VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT (id) DO UPDATE SET body = excluded.body, inside = excluded.inside, due = excluded.due
"""
FIND = "SELECT id, account, kind, body, inside, due"


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
        self.real = now().timestamp()
        self.moment = self.real  # of what is happening, which catching up does afterwards
        self.has_news = False  # an event waits to be sent
        self.quiet = False  # nothing is told while this is set
        self.fault: str | None = None  # what a test wants to go wrong with the answer

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
        where, values = _conditions(wanted)
        of = "+account" if "charge" in wanted else "account"  # the plus leaves it to the charge
        return self._objects(
            f"kind = '{kind}'{where} AND {of} = ? ORDER BY seq DESC", *values, account
        )

    def page(
        self,
        kind: str,
        account: str,
        wanted: Mapping[str, Any],
        limit: int,
        *,
        payout: str | None = None,
        after: str | None = None,
        before: str | None = None,
    ) -> tuple[list[Kept], bool]:
        """Give back up to `limit` objects, the newest first, and whether there are more.

        `wanted` names fields, and what they have to say: a value, or bounds such as
        {"gte": 5}; `payout` takes the rows of one automatic payout. `after` and `before` are
        ids to begin behind or end before; there are none where such an id is unknown.
        """
        where, values = _conditions(wanted)
        narrow = payout is not None or "charge" in wanted
        of = "+account = ?" if narrow else "account = ?"
        if payout is not None:
            where, values = f" AND payout = ?{where}", [payout, *values]
        values = [account, *values]
        cursor, order = after or before, "ASC" if before else "DESC"
        if cursor:
            sign = ">" if before else "<"
            where += f" AND seq {sign} ({SEQ_OF})"
            values += [cursor, account]
        found = self._objects(
            f"kind = '{kind}' AND {of}{where} ORDER BY seq {order} LIMIT ?", *values, limit + 1
        )
        shown = found[:limit]
        return (shown[::-1] if before else shown), len(found) > limit

    def next_due(self) -> Kept | None:
        """Give back what has to change first of all that has to by now."""
        found = self._objects("due <= ? ORDER BY due, seq LIMIT 1", self.real)
        return found[0] if found else None

    def waiting(self, kind: str, account: str) -> list[Kept]:
        """Give back the objects of a kind that will change by themselves, the oldest first."""
        return self._objects(
            "due IS NOT NULL AND kind = ? AND +account = ? ORDER BY due, seq", kind, account
        )

    def unpaid(self, account: str, *, only: str) -> list[Kept]:
        """Give back the balance rows of this status that no automatic payout holds."""
        return self._objects(
            f"{UNPAID} AND json_extract(body, '$.status') = ?", account, only, source=BY_UNPAID
        )

    def balances(self, account: str) -> dict[tuple[str, str], int]:
        """Give back what is in the balance by status (available, pending) and currency."""
        rows = self.connection.execute(
            "SELECT json_extract(body, '$.status'), json_extract(body, '$.currency'),"  # noqa: S608 - a constant
            f" sum(json_extract(body, '$.net')) FROM {BY_UNPAID} WHERE {UNPAID} GROUP BY 1, 2",
            (account,),
        )
        return {(status, currency): net for status, currency, net in rows}

    def gather(self, account: str, currency: str, payout: str) -> None:
        """Put everything available into an automatic payout."""
        self.connection.execute(
            f"UPDATE {BY_UNPAID} SET payout = ? WHERE {UNPAID}"  # noqa: S608 - a constant
            " AND json_extract(body, '$.status') = 'available'"
            " AND json_extract(body, '$.currency') = ?",
            (payout, account, currency),
        )

    def _objects(self, where: str, *values: Any, source: str = "objects") -> list[Kept]:
        rows = self.connection.execute(f"{FIND} FROM {source} WHERE {where}", values)
        return [
            Kept(id, account, kind, json.loads(body), json.loads(inside), due)
            for id, account, kind, body, inside, due in rows
        ]


def _conditions(wanted: Mapping[str, Any]) -> tuple[str, list[Any]]:
    """Fields come from the code, never from a request: an index wants them in the text."""
    bounds = [
        (f"json_extract(body, '$.{name}') {SIGNS.get(how, '=')} ?", value)
        for name, given in wanted.items()
        for how, value in (given if isinstance(given, dict) else {"": given}).items()
    ]
    return "".join(f" AND {field}" for field, _ in bounds), [value for _, value in bounds]


class Store:
    """The file behind the books. One connection and one lock: a sandbox has few guests."""

    def __init__(self, path: Path) -> None:
        self._lock = RLock()
        self.news = Event()
        self._connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "busy_timeout=5000"):
            self._connection.execute(f"PRAGMA {pragma}")
        self._connection.executescript(SCHEMA)
        with self.transaction() as books:
            _add_payouts(books)
        self._connection.executescript(LATER_INDEXES)

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


def _add_payouts(books: Books) -> None:
    """Bring a file from before there were payouts up to date; what it holds is paid out next."""
    columns = books.connection.execute("SELECT name FROM pragma_table_info('objects')")
    if ("payout",) not in columns.fetchall():
        books.connection.execute("ALTER TABLE objects ADD COLUMN payout TEXT")
        midnight = (books.second // DAY + 1) * DAY
        books.connection.execute(SCHEDULE_OLD, (midnight,))
