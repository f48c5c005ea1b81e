"""Worker processes beside the web: they book payments, send mails and deliver webhooks."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

from flask import Flask

from synqro import events, mail, orders
from synqro.core.db import db
from synqro.jobs.mail import write

WORKERS, BATCH = 2, 20


class Workers:
    """What they have done, and every line of theirs that speaks of a locked database."""

    def __init__(self, folder: Path) -> None:
        self.paid = 0
        self.log = folder / "workers.log"

    @property
    def locked(self) -> int:
        return self.log.read_text().count("is locked")


@contextmanager
def working(app: Flask, store_id: str) -> Iterator[Workers]:
    """Let WORKERS processes work on the app's database until the end of the block."""
    context, found = get_context("fork"), Workers(app.extensions["settings"].data_dir)
    pipes = []
    for _ in range(WORKERS):
        mine, theirs = context.Pipe()
        process = context.Process(target=work, args=(app, store_id, found.log, theirs))
        process.start()
        pipes.append((mine, process))
    try:
        yield found
    finally:
        for mine, process in pipes:
            mine.send("enough")
            found.paid += mine.recv()
            process.join()


def work(app: Flask, store_id: str, log: Path, pipe: Connection) -> None:
    """Work as the jobs do, without a queue between, until told; then say how much was paid."""
    said = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for stream in (1, 2):
        os.dup2(said, stream)
    paid = 0
    with app.app_context(), events.Pump(app.app_context) as pump:
        db.engine.dispose(close=False)
        while not pipe.poll(0.02):
            paid += book(store_id)
            for message_id in mail.due(BATCH):
                mail.deliver(message_id, write)
            pump.wake()
    pipe.send(paid)


def book(store_id: str) -> int:
    """Mark the newest unpaid orders paid, whoever else may be doing so."""
    waiting = orders.newest_first(
        store_id, orders.Sought(orders.Status.AWAITING_PAYMENT), limit=BATCH
    ).data
    found = [(order.id, order.total, order.currency) for order in waiting]
    db.session.rollback()
    for order_id, amount, currency in found:
        orders.mark_paid(order_id, reference=f"pi_{order_id}", amount=amount, currency=currency)
    return len(found)
