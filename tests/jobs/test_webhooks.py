"""The bell and the pump of a worker: nothing else waits for webhooks, nor they for Redis."""

import pytest
import redis.exceptions
from rq import Queue, SimpleWorker

from synqro import events
from synqro.core.db import transaction
from synqro.events import pump, sending
from synqro.jobs import webhooks
from tests.events.receiver import Receiver, hang
from tests.makers import wait_for


@pytest.fixture
def settings(settings):
    settings.webhook_allow_private = True
    return settings


@pytest.fixture
def receiver():
    with Receiver() as receiver:
        yield receiver


@pytest.fixture
def endpoint(store, receiver):
    return events.add_endpoint(store.id, url=receiver.url, types=["*"]).endpoint


def happen(store, number=0) -> None:
    with transaction():
        events.emit(store.id, "order.created", {"number": number}, mode=store.mode)


def asked(app) -> list[str]:
    return [j.func_name for j in Queue("webhooks", connection=app.extensions["redis"]).jobs]


def test_a_bell_rings_once_until_somebody_looks(app, store, endpoint):
    for number in range(5):
        happen(store, number)
    assert asked(app) == ["synqro.jobs.webhooks.pump"]
    assert app.extensions["queue"].jobs == []
    webhooks.pump()
    happen(store, 5)
    assert len(asked(app)) == 2


def test_a_change_that_is_rolled_back_rings_no_bell(app, store, endpoint):
    with pytest.raises(ZeroDivisionError), transaction():
        events.emit(store.id, "order.created", {}, mode=store.mode)
        1 / 0  # noqa: B018
    assert asked(app) == []


def test_selling_goes_on_while_redis_is_away(app, store, endpoint, receiver, monkeypatch):
    def away(*_, **__):
        raise redis.exceptions.ConnectionError

    monkeypatch.setattr(app.extensions["redis"], "set", away)
    monkeypatch.setattr(app.extensions["redis"], "delete", away)
    happen(store)
    with webhooks.pumping(app):
        wait_for(lambda: receiver.came)


def test_a_lost_bell_costs_no_more_than_a_sweep(app, store, endpoint, receiver, monkeypatch):
    monkeypatch.setattr(pump, "SWEEP", 0.5)
    with webhooks.pumping(app):
        happen(store, 0)
        wait_for(lambda: receiver.came)
        happen(store, 1)
        app.extensions["redis"].flushall()
        wait_for(lambda: len(receiver.came) == 2)


def test_the_bell_wakes_the_pump_of_a_worker(app, store, endpoint, receiver, monkeypatch):
    monkeypatch.setattr(pump, "SWEEP", 3600)
    connection = app.extensions["redis"]
    queues = [Queue(name, connection=connection) for name in ("default", "webhooks")]
    happen(store, 0)
    with webhooks.pumping(app):
        wait_for(lambda: receiver.came)
        happen(store, 1)
        SimpleWorker(queues, connection=connection).work(burst=True, logging_level="WARNING")
        wait_for(lambda: len(receiver.came) == 2)


def test_a_job_that_wakes_the_pump_does_not_wait_for_it(
    app, store, endpoint, receiver, monkeypatch
):
    monkeypatch.setattr(sending, "DEADLINE", 60.0)
    receiver.answer = hang
    happen(store)
    with webhooks.pumping(app):
        wait_for(lambda: receiver.came)
        webhooks.pump()
        assert receiver.open == 1  # it hangs on
        receiver.closing = True
