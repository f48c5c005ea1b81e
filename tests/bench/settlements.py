"""A payout of ten thousand lines, from the sandbox's books to a settlement that adds up."""

import gc
import multiprocessing
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, NamedTuple

import psutil
from flask import Flask
from sqlalchemy import insert, select

from synqro import catalogue, orders, payments, sandbox, settlements, stores
from synqro.core.clock import now
from synqro.core.db import db, transaction
from synqro.core.ids import new_id
from synqro.orders.ledger_models import Entry
from synqro.payments import Account, PayoutRow
from synqro.settlements import Reconciliation, Settlement
from synqro.settlements.matching import moved, movements
from tests import makers
from tests.api import many
from tests.bench.report import line, note
from tests.bench.serving import shop
from tests.payments.till import Till, account, secret_of

TURNS = 10
TURN = {"charges": 968, "refunds": 30, "disputes": 2}  # a thousand lines
MIB = 1024 * 1024
AT_ONCE = {"leaves_after": 0, "arrives_after": 0, "reconciles_after": 0}


class Taken(NamedTuple):
    """What it took: seconds, those of its own CPU, and how many MiB more there were at most."""

    seconds: float
    busy: float
    more: float


def run() -> None:
    """Seconds and peak memory of a process that settles it; and that it is done once."""
    with shop(products=1) as (app, store), _sandbox(app, store) as till:
        mine = account(store)
        begun = time.monotonic()
        for _ in range(TURNS):
            till.ask(f"accounts/{mine.account_id}/fill", currency="eur", **TURN)
        till.ask("switches", payouts=AT_ONCE)
        paid = till.ask(f"accounts/{mine.account_id}/payout", available="now")
        payout_id = paid["payouts"][0]["id"]
        makers.wait_for(lambda: _payout(mine, payout_id).reconciled)
        rows = payments.read_payout_rows(mine.provider, mine.account_id, payout_id)
        _sold(store, mine, rows)
        note(f"a payout of {len(rows):,} lines is there", time.monotonic() - begun, "s")

        first = _aside(app, mine, payout_id)
        detail = f"{first.busy:.2f} s of its CPU; the rest is the sandbox's"
        line("a payout of 10,000 lines settled", first.seconds, 30, "s", detail)
        line("more memory for it", first.more, 100, "MiB")
        row = _settled(store, payout_id, len(rows))
        again = _aside(app, mine, payout_id)
        line("and once more, with nothing to do", again.seconds, 1, "s")
        note("more memory for that", again.more, "MiB")
        assert _settled(store, payout_id, len(rows)).version == row.version
        late = _look_through(store, row)
        note(f"all {len(rows):,} lines read again, by /v1", late, "s")


def _settled(store: stores.Store, payout_id: str, lines: int) -> Settlement:
    """The settlement, which is balanced, with an order for each of its lines."""
    db.session.rollback()
    [row] = settlements.listed(store.id).data
    db.session.refresh(row)
    assert row.external_payout_id == payout_id
    assert row.reconciliation is Reconciliation.BALANCED, row.reconciliation
    assert (row.line_count, row.unmatched_lines, row.difference) == (lines, 0, 0)
    waiting = select(Entry.id).where(Entry.store_id == store.id, Entry.settlement_id.is_(None))
    assert db.session.scalars(waiting).all() == []
    return row


def _look_through(store: stores.Store, row: Settlement) -> float:
    begun, cursor, seen = time.monotonic(), None, 0
    while True:
        page = settlements.lines(store.id, row.id, cursor=cursor, limit=100)
        seen += len([settlements.line_as_wire(line, row.currency) for line in page.data])
        cursor = page.next_cursor
        if cursor is None:
            assert seen == row.line_count
            return time.monotonic() - begun


@contextmanager
def _sandbox(app: Flask, store: stores.Store) -> Iterator[Till]:
    """A sandbox whose events nobody hears, with the shop connected."""
    given = app.extensions["settings"]
    where = {"webhook_url": "http://127.0.0.1:9/hooks", "pages_url": given.public_url}
    with sandbox.running(data_dir=given.data_dir, **where) as address:
        makers.connect(app.test_client(), store)
        yield Till(address, secret_of(given), lambda: 0)


def _payout(mine: Account, payout_id: str) -> payments.Payout:
    return payments.read_payout(mine.provider, mine.account_id, payout_id)


@transaction()
def _sold(store: stores.Store, mine: Account, rows: list[PayoutRow]) -> None:
    """Let there be an order for each payment, its money in the ledger."""
    product = catalogue.shelf(store.id, limit=1).data[0]
    item = orders.Item(product.id, 1, product.variants[0].id)
    placed = orders.place(store, items=[item], customer=orders.Customer("Sam", "sam@example.com"))
    paid = sorted({row.payment for row in rows if row.payment})
    many.written(placed.order, len(paid), now())
    found = db.session.scalars(select(orders.Order.id).where(orders.Order.number < 0))
    order_of = dict(zip(paid, found, strict=True))
    entries = [
        {
            "id": new_id("led"),
            "store_id": store.id,
            "order_id": order_of[move.payment],
            "kind": move.kind,
            "amount": 1,
            "currency": "EUR",
            "reference": move.reference,
            "payment": move.payment,
            "account_id": mine.account_id,
            "surplus": False,
            "settlement_id": None,
            "at": now(),
        }
        for move in movements(map(moved, rows))
    ]
    db.session.execute(insert(Entry), entries)


def _aside(app: Flask, mine: Account, payout_id: str) -> Taken:
    """Settle it in a process of its own, as a worker does."""
    db.session.remove()
    ours, theirs = multiprocessing.get_context("fork").Pipe()
    given = (app, mine.provider, mine.account_id, payout_id, theirs)
    process = multiprocessing.get_context("fork").Process(target=_settle, args=given)
    process.start()
    found = Taken(*ours.recv())
    process.join()
    return found


def _settle(app: Flask, provider: Any, account_id: str, payout_id: str, says: Connection) -> None:
    with app.app_context():
        db.engine.dispose(close=False)
        payments.read_payout(provider, account_id, payout_id)  # as any worker has before
        gc.collect()
        Path("/proc/self/clear_refs").write_text("5")  # the peak counts from now on
        before, begun = psutil.Process().memory_info().rss, (time.monotonic(), time.process_time())
        settlements.follow_payout(provider, account_id, payout_id)
        took = (time.monotonic() - begun[0], time.process_time() - begun[1])
        says.send((*took, (_peak() - before) / MIB))


def _peak() -> int:
    status = Path("/proc/self/status").read_text()
    return 1024 * int(status.partition("VmHWM:")[2].split()[0])
