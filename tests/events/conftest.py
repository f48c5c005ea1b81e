"""Receivers on loopback, endpoints that point at them, and a pump that runs when told."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from flask import Flask

from synqro import events, stores
from synqro.config import Settings
from synqro.core.db import db, transaction
from tests.events.receiver import Receiver, Say

Emit = Callable[..., list[events.Event]]


@pytest.fixture
def settings(settings: Settings) -> Settings:
    settings.webhook_allow_private = True
    return settings


@pytest.fixture
def receive() -> Iterator[Callable[..., Receiver]]:
    """Open a receiver; all are closed at the end."""
    with ExitStack() as stack:

        def open_one(answer: Say | None = None) -> Receiver:
            return stack.enter_context(Receiver(answer))

        yield open_one


@pytest.fixture
def receiver(receive: Callable[..., Receiver]) -> Receiver:
    return receive()


@pytest.fixture
def new(store: stores.Store, receiver: Receiver) -> events.NewEndpoint:
    """An endpoint of `store` that wants everything, at `receiver`."""
    return events.add_endpoint(store.id, url=receiver.url, types=["*"])


@pytest.fixture
def emit(store: stores.Store) -> Emit:
    """Let so many numbered events happen, each in a transaction of its own."""

    def happen(count: int = 1, start: int = 0) -> list[events.Event]:
        return [one(store, number) for number in range(start, start + count)]

    return happen


def one(store: stores.Store, number: int) -> events.Event:
    with transaction():
        return events.emit(store.id, "order.created", {"number": number}, mode=store.mode)


@pytest.fixture
def pump(app: Flask) -> Callable[[], None]:
    """Send what is due, until nothing is."""

    def run() -> None:
        with events.Pump(app.app_context) as pump:
            pump.drain()
        db.session.rollback()

    return run
