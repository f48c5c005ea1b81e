"""The real sandbox within the test: no network, no threads, and a clock that only moves by hand.

Calls go through Stripe's own library and through the sandbox's own API; what the sandbox has
to tell waits until a test hands it over, late, twice, in any order, or never.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import Context
from datetime import UTC, datetime, timedelta, tzinfo
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from pytest import MonkeyPatch
from stripe import APIConnectionError

from synqro import payments
from synqro.core import clock
from synqro.core import db as database
from synqro.core.db import Model, db
from synqro.core.sandbox import sandbox_secrets, write_sandbox_address
from synqro.jobs import automations
from synqro.jobs import orders as order_jobs
from synqro.jobs import settlements as settlement_jobs
from synqro.payments import StripeEvent
from synqro.payments.patience import PatientClient
from synqro.sandbox.stripe.account_objects import bare_account
from synqro.sandbox.stripe.api import Api, build_app
from synqro.sandbox.stripe.books import Books, Json, Kept, Store
from synqro.sandbox.stripe.clockwork import catch_up
from synqro.sandbox.stripe.deliveries import signature
from synqro.sandbox.stripe.events import delivered
from synqro.sandbox.stripe.refusals import Refused
from synqro.sandbox.stripe.switches import read_switches, write_switches

ACCOUNT = "acct_1"
NOWHERE = "http://127.0.0.1:9"
MORNING = datetime(2026, 11, 23, 8, tzinfo=UTC)
READY = {"requested": True, "status": "active", "submitted": True}
HEARD = ("checkout.session.", "charge.", "refund.", "payout.")
DEAF_TO = ("charge.succeeded", "charge.failed", "payout.created")  # others say the same
WORKED = ("stripe_events", "orders", "settlements")  # rooms whose jobs are run
OUTGOING = """
SELECT body FROM outgoing JOIN objects ON id = event_id
WHERE outgoing.due IS NOT NULL AND NOT thin ORDER BY position
"""


class Hands(datetime):
    """The hands of the clock: a millisecond passes whenever somebody looks."""

    at = MORNING

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> datetime:
        Hands.at += timedelta(milliseconds=1)
        return Hands.at


class Inside:
    """A sandbox with one account, and the product's own jobs.

    `away` swallows calls, `deaf` does what was asked and loses the answer; `stumbles` counts
    down the calls until one is swallowed.
    """

    def __init__(self, app: Flask) -> None:
        self.product = app
        folder = app.extensions["settings"].data_dir
        self.secrets = sandbox_secrets(folder)
        write_sandbox_address(folder, NOWHERE)
        self.rung: list[tuple[str, ...]] = []

    def begin(self) -> None:
        """Forget all that was, here and there."""
        Hands.at, self.away, self.deaf, self.stumbles = MORNING, False, False, 0
        self.rung.clear()
        db.session.rollback()
        for table in reversed(Model.metadata.sorted_tables):
            db.session.execute(table.delete())
        db.session.commit()
        db.session.expire_all()
        self.store = Store(Path(":memory:"))
        with self.store.transaction() as books:
            books.keep(Kept(ACCOUNT, "", "account", bare_account(ACCOUNT, 0) | READY))
        self.client = build_app(Api(self.store, self.secrets, NOWHERE)).test_client()

    def end(self) -> None:
        self.store.close()

    def forward(self, seconds: float) -> None:
        Hands.at += timedelta(seconds=seconds)

    def request(
        self, method: str, url: str, headers: Any, post_data: Any = None
    ) -> tuple[bytes, int, Any]:
        """Answer a call of Stripe's library."""
        self.stumbles -= 1
        if self.away or self.stumbles == 0:
            raise APIConnectionError("Nobody is there.", should_retry=False)
        at = urlsplit(url)
        answer = self.client.open(
            at.path, method=method, query_string=at.query, headers=dict(headers), data=post_data
        )
        if self.deaf:
            raise APIConnectionError("The answer was lost.", should_retry=False)
        return answer.data, answer.status_code, answer.headers

    def act(self, do: Callable[[Books], Any]) -> Any:
        """Do something at the sandbox; a refusal undoes its own transaction only."""
        with self.store.transaction() as books:
            catch_up(books)
        with suppress(Refused), self.store.transaction() as books:
            return do(books)

    def on(self, kind: str, which: int, do: Callable[[Books, Kept], object], **wanted: str) -> None:
        """Do something to one of the newest objects of a kind, if there is any."""

        def try_to(books: Books) -> None:
            if found := books.newest(kind, ACCOUNT, **wanted):
                do(books, found[min(which, len(found) - 1)])

        self.act(try_to)

    def switch(self, **switches: Json) -> None:
        """Set these switches, and leave the others."""
        self.act(lambda books: write_switches(books, read_switches(books) | switches))

    def balance(self) -> int:
        return sum(self.act(lambda books: books.balances(ACCOUNT)).values())

    def news(self) -> list[Json]:
        """What the product was not told of yet, the oldest first."""

        def read(books: Books) -> list[Json]:
            rows = books.connection.execute(OUTGOING).fetchall()
            found = [json.loads(body) for (body,) in rows]
            for event in found:
                if not _matters(event["type"]):
                    delivered(books, event["id"])
            return [event for event in found if _matters(event["type"])]

        news: list[Json] = self.act(read)
        return news

    def hand_over(self, event: Json, *, times: int = 1) -> None:
        """Let the product hear of an event, and work on it."""
        self.act(lambda books: delivered(books, event["id"]))
        raw = json.dumps(event).encode()
        for _ in range(times):
            header = signature(raw, self.secrets.webhook_secret, int(clock.now().timestamp()))
            payments.receive(raw, header)
        self.work()

    def lose(self, event: Json) -> None:
        """Let nobody ever hear of an event."""
        self.act(lambda books: delivered(books, event["id"]))

    def given_up(self) -> list[Json]:
        """What came in while nobody could be asked, for so long that nobody tries again."""
        mine = db.select(StripeEvent.payload).where(
            StripeEvent.done_at.is_not(None), StripeEvent.error.is_not(None)
        )
        return [json.loads(payload) for payload in db.session.scalars(mine)]

    def ring(self, job: str, *args: str) -> None:
        if job.partition(".")[0] in WORKED and (job, *args) not in self.rung:
            self.rung.append((job, *args))

    def work(self) -> None:
        """Work through all that somebody has rung for."""
        while self.rung:
            name, *args = self.rung.pop(0)
            self.run(name, *args)

    def run(self, name: str, *args: str) -> None:
        """Run a job as a worker does."""
        module, _, function = name.partition(".")
        job = getattr(import_module(f"synqro.jobs.{module}"), function)
        db.session.rollback()
        Context().run(self._in_context, job, args)
        db.session.rollback()
        db.session.expire_all()

    def _in_context(self, job: Callable[..., object], args: tuple[str, ...]) -> None:
        with self.product.app_context():
            job(*args)


def payment_of(event: Json) -> str:
    """The payment that an event is about, "" for none."""
    return event["data"]["object"].get("payment_intent") or ""


def about(event: Json) -> tuple[bool, str]:
    """What is read back when this event comes in: a session, a payment or a payout."""
    thing = event["data"]["object"]
    return thing["object"] == "checkout.session", payment_of(event) or thing["id"]


def _matters(kind: str) -> bool:
    return kind.startswith(HEARD) and kind not in DEAF_TO


@contextmanager
def inside(app: Flask, monkeypatch: MonkeyPatch) -> Iterator[Inside]:
    """Put the sandbox within reach of the product, without a network."""
    found = Inside(app)
    monkeypatch.setattr(clock, "datetime", Hands)
    monkeypatch.setattr(PatientClient, "request", lambda _, *args, **more: found.request(*args))
    for module in (database, automations, order_jobs, settlement_jobs):
        monkeypatch.setattr(module, "push", found.ring)
    yield found
