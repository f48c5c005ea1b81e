"""A pause of webhook delivery: nothing is sent, nothing is lost, and no clock runs."""

import threading
import time
from datetime import timedelta

import pytest

from synqro import agents, events, mail
from synqro.core.clock import now
from synqro.core.db import db, transaction
from synqro.core.queue import BELL
from synqro.events import claims
from synqro.jobs import webhooks
from tests.events.receiver import status
from tests.events.test_pump import at, attempts, statuses
from tests.makers import wait_for

DAY = 86_400


@pytest.fixture
def delivery(store) -> agents.Agent:
    """The store's webhook delivery, as its owner finds it among the agents."""
    mine = db.select(agents.Agent).filter_by(store_id=store.id, kind="webhook_delivery")
    return db.session.scalars(mine).one()


@pytest.fixture
def paused(store, delivery, new):
    agents.pause(store.id, delivery.id)
    return delivery


def test_while_it_is_paused_deliveries_wait_and_then_go_in_order(
    receiver, new, emit, pump, store, delivery, app
):
    emit(2)
    agents.pause(store.id, delivery.id)
    emit(3, start=2)
    pump()
    assert receiver.came == [] and statuses() == {"pending": 5}
    app.extensions["redis"].flushall()
    agents.resume(store.id, delivery.id)
    assert app.extensions["redis"].exists(BELL)
    pump()
    assert [came.number for came in receiver.came] == [0, 1, 2, 3, 4]


def test_an_endpoint_that_is_added_meanwhile_waits_too(receiver, store, delivery, emit, pump):
    agents.pause(store.id, delivery.id)  # though there is no endpoint yet
    events.add_endpoint(store.id, url=receiver.url, types=["*"])
    emit(2)
    pump()
    assert receiver.came == []
    agents.resume(store.id, delivery.id)
    pump()
    assert len(receiver.came) == 2


def test_a_pause_in_the_moment_in_which_an_endpoint_is_added_holds_it(
    app, receiver, store, delivery, emit, pump
):
    def pause() -> None:
        with app.app_context():
            agents.pause(store.id, delivery.id)

    thread = threading.Thread(target=pause)
    with transaction():
        events.add_endpoint(store.id, url=receiver.url, types=["*"])
        thread.start()
        thread.join(0.2)
    thread.join()
    emit(1)
    pump()
    assert receiver.came == []


def test_it_is_heeded_while_a_lane_is_sending(app, receiver, new, emit, store, delivery):
    slow = lambda came, handler: (time.sleep(0.03), status(200)(came, handler))  # noqa: E731
    receiver.answer = slow
    emit(100)
    with events.Pump(app.app_context) as pump:
        pump.wake()
        wait_for(lambda: len(receiver.came) > 5)
        agents.pause(store.id, delivery.id)
        heard = len(receiver.came)
        wait_for(lambda: at(new).lease_by is None)
        stopped = len(receiver.came)
        time.sleep(2 * claims.HEED)
        assert len(receiver.came) == stopped < heard + 20
        agents.resume(store.id, delivery.id)
        pump.wake()
        wait_for(lambda: len(receiver.came) >= 100)
    assert [came.number for came in receiver.came] == list(range(100))


def test_the_time_that_it_is_held_disables_nothing_and_warns_of_nothing(
    receiver, new, owner, emit, pump, clock, store, delivery
):
    receiver.answer = status(500)
    emit(2)
    pump()
    agents.pause(store.id, delivery.id)
    clock.forward(8 * DAY)
    webhooks.watch()
    pump()
    webhooks.watch()
    assert at(new).enabled and len(receiver.came) == 1
    agents.resume(store.id, delivery.id)
    webhooks.watch()
    pump()
    found = at(new)
    assert found.enabled and now() - found.failing_since < timedelta(minutes=1)
    assert statuses() == {"pending": 2}  # nor is anything given up
    assert db.session.query(mail.Message).filter_by(template="webhooks/failing").count() == 0
    receiver.answer = status(200)
    clock.forward(60)
    pump()
    assert statuses() == {"succeeded": 2}
    clock.forward(8 * DAY)
    webhooks.watch()
    assert at(new).enabled


def test_another_store_and_another_agent_hold_nothing(receiver, new, emit, pump, store, delivery):
    for kind in set(agents.KINDS) - {agents.Kind.WEBHOOK_DELIVERY}:
        events.follow_pause(store.id, kind, True)
    events.follow_pause("str_other", delivery.kind, True)
    emit(2)
    pump()
    assert len(receiver.came) == 2


def test_a_paused_endpoint_stays_paused_when_delivery_is_resumed(
    receiver, new, emit, pump, store, paused
):
    emit(1)
    events.pause(store.id, new.endpoint.id)
    agents.resume(store.id, paused.id)
    pump()
    assert receiver.came == []
    events.resume(store.id, new.endpoint.id)
    pump()
    assert len(receiver.came) == 1


def test_an_endpoint_that_is_turned_on_while_deliveries_wait_waits(
    receiver, new, emit, pump, store, delivery
):
    events.pause(store.id, new.endpoint.id)
    agents.pause(store.id, delivery.id)
    events.turn_on_and_recover(store.id, new.endpoint.id)
    emit(1)
    pump()
    assert receiver.came == []
    agents.resume(store.id, delivery.id)
    pump()
    assert len(receiver.came) == 1


def test_what_waits_for_its_next_try_is_brought_forward(receiver, new, emit, pump, store):
    receiver.answer = status(500)
    emit(2)
    pump()
    assert len(receiver.came) == 1
    assert events.bring_forward(store.id) == 2
    pump()
    assert len(receiver.came) == 2
    receiver.answer = status(200)
    events.bring_forward(store.id)
    pump()
    assert statuses() == {"succeeded": 2}
    assert [attempt.response_status for attempt in attempts()] == [500, 500, 200, 200]
    assert events.bring_forward(store.id) == 0


def test_one_that_is_down_is_brought_forward_with_one_delivery(receiver, new, emit, pump, store):
    receiver.answer = status(500)
    emit(6)
    for _ in range(9):
        pump()
        events.bring_forward(store.id)
    assert at(new).down
    pump()
    before = len(receiver.came)
    events.bring_forward(store.id)
    pump()
    assert len(receiver.came) <= before + 2
    receiver.answer = status(200)
    events.bring_forward(store.id)
    pump()
    assert statuses() == {"succeeded": 6}


def test_nothing_held_is_brought_forward(receiver, new, emit, pump, store, paused):
    emit(1)
    assert events.bring_forward(store.id) == 0
    pump()
    assert receiver.came == []


def test_pausing_while_results_are_written_deadlocks_nobody(app, receive, emit, store, delivery):
    places = [receive() for _ in range(6)]
    for place in places:
        events.add_endpoint(store.id, url=place.url, types=["*"])
    emit(40)
    stop = threading.Event()
    wrong: list[Exception] = []

    def toggle() -> None:
        with app.app_context():
            while not stop.is_set():
                try:
                    agents.pause(store.id, delivery.id)
                    agents.resume(store.id, delivery.id)
                except Exception as error:
                    wrong.append(error)
                    return
                time.sleep(0.05)

    thread = threading.Thread(target=toggle)
    thread.start()
    try:
        with events.Pump(app.app_context) as pump:
            pump.wake()
            wait_for(lambda: pump.wake() or all(len(place.came) >= 40 for place in places))
    finally:
        stop.set()
        thread.join()
    assert wrong == []
    for place in places:
        assert [came.number for came in place.came] == sorted(came.number for came in place.came)
