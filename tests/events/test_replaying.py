"""Once more: one delivery, a range, what failed, and what was missed; in order, same ids."""

import sys
import time
from contextvars import Context
from datetime import timedelta
from threading import Event as Flag
from threading import Thread

import pytest
from sqlalchemy import event as hooks

from synqro import events
from synqro.core.clock import now
from synqro.core.db import db, transaction
from tests.events.conftest import one
from tests.events.receiver import status
from tests.makers import wait_for

HOUR, DAY = 3600, 86_400
replaying = sys.modules["synqro.events.replaying"]


@pytest.fixture
def ago(app):
    """Long before anything happened here."""
    return now() - timedelta(days=1)


def log(store, **which) -> list[events.Delivery]:
    db.session.rollback()
    return list(events.deliveries(store.id, limit=100, **which).data)


def at(new) -> events.Endpoint:
    db.session.rollback()
    return db.session.get_one(events.Endpoint, new.endpoint.id, populate_existing=True)


def fail_for(seconds, pump, clock, step=4 * HOUR) -> None:
    for _ in range(int(seconds / step) + 1):
        pump()
        clock.forward(step)
    pump()


@pytest.mark.parametrize("code", [200, 500])
def test_one_is_sent_again_however_it_ended(receiver, new, store, emit, pump, clock, code):
    receiver.answer = status(code)
    [event] = emit()
    pump()
    [first] = log(store)
    receiver.answer = status(200)
    again = events.replay(store.id, first.id)
    assert (again.replay_of, again.event_id, again.status) == (first.id, event.id, "pending")
    if code == 500:  # the first one is tried before, and waits a moment
        clock.forward(6)
    pump()
    assert len(receiver.came) == (3 if code == 500 else 2)
    assert {came.id for came in receiver.came} == {event.id}
    assert {came.body for came in receiver.came} == {event.body}
    assert log(store)[0].status == "succeeded"


def test_one_that_is_sent_again_to_who_was_down_is_tried_at_once(
    receiver, new, store, emit, pump, clock
):
    receiver.answer = status(500)
    emit(3)
    fail_for(DAY, pump, clock)
    assert at(new).down
    receiver.answer = status(200)
    before = len(receiver.came)
    events.replay(store.id, log(store)[0].id)
    pump()
    assert len(receiver.came) > before
    assert not at(new).down


def test_what_is_not_theirs_or_is_gone_is_not_sent_again(receiver, new, store, twin, emit, pump):
    emit()
    pump()
    [first] = log(store)
    for shop, id in ((twin, first.id), (store, "dlv_\0"), (store, "dlv_x")):
        with pytest.raises(events.DeliveryNotFound):
            events.replay(shop.id, id)
    events.pause(store.id, new.endpoint.id)
    with pytest.raises(events.EndpointDisabled):
        events.replay(store.id, first.id)
    events.delete_endpoint(store.id, new.endpoint.id)
    with pytest.raises(events.DeliveryNotFound):
        events.replay(store.id, first.id)


def test_an_event_older_than_is_kept_is_not_sent_again(
    receiver, new, store, emit, pump, clock, ago
):
    receiver.answer = status(410)
    emit()
    pump()
    clock.forward(60 * DAY)
    events.resume(store.id, new.endpoint.id)
    clock.forward(31 * DAY)
    with pytest.raises(events.EventGone):
        events.replay(store.id, log(store)[0].id)
    assert events.replay_range(store.id, new.endpoint.id, since=ago) == 0


def test_a_range_comes_in_order_after_what_waits(receiver, new, store, emit, pump, clock):
    emit(3)
    clock.forward(1)  # a range is cut by milliseconds, and an event may take less
    begin = now()
    made = emit(5, start=3)
    pump()
    emit(2, start=8)
    clock.forward(1)
    end = now()
    one(store, 10)
    count = events.replay_range(store.id, new.endpoint.id, since=begin, until=end)
    emit(1, start=11)
    before = len(receiver.came)
    pump()
    assert count == 7
    came = receiver.came[before:]
    assert [one.number for one in came] == [8, 9, 10, 3, 4, 5, 6, 7, 8, 9, 11]
    assert [one.id for one in came[3:8]] == [event.id for event in made]
    first, *again = [found for found in log(store) if found.event_id == made[0].id][::-1]
    assert [found.replay_of for found in again] == [first.id]


def test_a_range_holds_what_the_endpoint_asks_for_whether_it_was_owed_or_not(
    receive, store, pump, ago
):
    old, here = receive(), receive()
    before = events.add_endpoint(store.id, url=old.url, types=["*"]).endpoint
    with transaction():
        for type in ("order.created", "order.shipped", "quote.sent"):
            events.emit(store.id, type, {"number": 1}, mode=store.mode)
    events.send_test(store.id, before.id, mode=store.mode)
    late = events.add_endpoint(store.id, url=here.url, types=["order.shipped", "quote.sent"])
    every = events.add_endpoint(store.id, url=here.url, types=["*"]).endpoint
    assert events.replay_range(store.id, late.endpoint.id, since=ago) == 2
    assert events.replay_range(store.id, every.id, since=ago) == 3
    assert events.replay_range(store.id, before.id, since=ago) == 4
    pump()
    found = [came.event["event"] for came in here.came]
    assert sorted(found) == sorted(["order.shipped", "quote.sent"] * 2 + ["order.created"])
    assert {delivery.replay_of for delivery in log(store, endpoint_id=late.endpoint.id)} == {None}


def test_a_range_costs_the_same_however_long_it_is(receiver, new, store, emit, ago):
    def asked(count) -> int:
        emit(count)
        seen = []
        listen = lambda *args: seen.append(args[2])  # noqa: E731
        hooks.listen(db.engine, "before_cursor_execute", listen)
        events.replay_range(store.id, new.endpoint.id, since=ago)
        hooks.remove(db.engine, "before_cursor_execute", listen)
        return len(seen)

    assert asked(1) == asked(40) < 10
    ids = [delivery.id for delivery in log(store)]
    assert len({*ids}) == 41 + 1 + 41 and {len(id) for id in ids} == {30}


def test_a_range_comes_after_what_waits_though_the_clock_was_put_back(
    receiver, new, store, emit, pump, clock, ago
):
    emit(2)
    pump()
    clock.forward(HOUR)
    emit(1, start=2)
    clock.forward(-HOUR)
    events.replay_range(store.id, new.endpoint.id, since=ago, until=now())
    before = len(receiver.came)
    pump()
    assert [came.number for came in receiver.came[before:]] == [2, 0, 1]


def test_too_much_at_once_is_refused_and_changes_nothing(
    receiver, new, store, emit, monkeypatch, ago
):
    monkeypatch.setattr(replaying, "MOST", 2)
    emit(3)
    events.pause(store.id, new.endpoint.id)
    with pytest.raises(events.TooManyEvents):
        events.turn_on_and_recover(store.id, new.endpoint.id)
    assert not at(new).enabled
    events.resume(store.id, new.endpoint.id)
    for act in (events.replay_range, events.recover):
        with pytest.raises(events.TooManyEvents):
            act(store.id, new.endpoint.id, since=ago)
    assert len(log(store)) == 3


def test_after_three_days_all_is_recovered_in_order(receiver, new, store, emit, pump, clock, ago):
    receiver.answer = status(500)
    emit(100)
    fail_for(3 * DAY, pump, clock)
    tried = db.session.scalar(db.select(db.func.count()).select_from(events.Attempt))
    receiver.answer = status(200)
    before = len(receiver.came)
    assert events.recover(store.id, new.endpoint.id, since=ago) == 100
    pump()
    assert [came.number for came in receiver.came[before:]] == list(range(100))
    assert at(new).failing_since is None
    assert len({found.status for found in log(store)}) == 1
    db.session.rollback()
    kept = db.session.scalar(db.select(db.func.count()).select_from(events.Attempt))
    assert kept == tried + 100


def test_what_was_given_up_is_tried_anew_unless_it_arrived_since(
    receiver, new, store, emit, pump, clock, ago
):
    def say(came, handler):
        status(400 if came.number < 2 else 200)(came, handler)

    receiver.answer = say
    emit(2)
    for day in range(2, 14):
        pump()
        emit(1, start=day)
        clock.forward(DAY)
    pump()
    failed = log(store, status=events.DeliveryStatus.FAILED)
    assert [found.response_status for found in failed] == [400, 400]
    receiver.answer = status(200)
    events.replay(store.id, failed[0].id)
    pump()
    soon = now() + timedelta(hours=1)
    assert events.recover(store.id, new.endpoint.id, since=soon) == 0
    assert events.recover(store.id, new.endpoint.id, since=ago) == 1
    before = len(receiver.came)
    pump()
    assert [came.id for came in receiver.came[before:]] == [failed[1].event_id]


def test_a_try_on_its_way_does_not_put_off_what_is_recovered(
    receiver, new, store, emit, app, pump, clock, ago
):
    receiver.answer = status(500)
    emit()
    fail_for(2 * DAY, pump, clock)
    clock.forward(DAY)
    before, go = len(receiver.came), Flag()

    def say(came, handler):
        go.wait(10)
        status(500)(came, handler)

    receiver.answer = say
    with events.Pump(app.app_context) as sending:
        sending.wake()
        wait_for(lambda: len(receiver.came) > before)
        events.recover(store.id, new.endpoint.id, since=ago)
        receiver.answer = status(200)
        go.set()
        wait_for(lambda: log(store)[0].status == "succeeded")


def test_one_click_turns_it_on_and_sends_all_it_missed(receiver, new, store, emit, pump, clock):
    receiver.answer = status(410)
    emit(2)
    pump()
    receiver.answer = status(200)
    clock.forward(DAY)
    emit(3, start=2)
    events.send_test(store.id, events.add_endpoint(store.id, url=receiver.url, types=[
        "order.shipped"]).endpoint.id, mode=store.mode)  # fmt: skip
    assert (at(new).disabled_reason, at(new).disabled_at is None) == ("gone", False)
    assert events.turn_on_and_recover(store.id, new.endpoint.id) == 5
    assert (at(new).enabled, at(new).disabled_at) == (True, None)
    emit(1, start=5)
    before = len(receiver.came)
    pump()
    came = [c.number for c in receiver.came[before:] if c.event["event"] != "webhook.test"]
    assert came == [0, 1, 2, 3, 4, 5]
    assert events.turn_on_and_recover(store.id, new.endpoint.id) == 0


def test_after_a_week_of_failures_one_click_recovers_it(receiver, new, store, emit, pump, clock):
    receiver.answer = status(500)
    emit(3)
    fail_for(8 * DAY, pump, clock)
    assert at(new).disabled_reason == "failing"
    assert "failed" in {found.status for found in log(store)}
    emit(2, start=3)
    receiver.answer = status(200)
    events.edit_endpoint(store.id, new.endpoint.id, url=receiver.url + "/moved")
    assert events.turn_on_and_recover(store.id, new.endpoint.id) == 5
    before = len(receiver.came)
    pump()
    assert [came.number for came in receiver.came[before:]] == [0, 1, 2, 3, 4]


def test_what_is_happening_while_it_is_turned_on_is_not_missed(
    app, receiver, new, store, emit, pump
):
    events.pause(store.id, new.endpoint.id)
    emit(2)
    begun = Flag()

    def slowly() -> None:
        with app.app_context(), transaction():
            events.emit(store.id, "order.created", {"number": 2}, mode=store.mode)
            begun.set()
            time.sleep(0.3)

    thread = Thread(target=Context().run, args=(slowly,))
    thread.start()
    wait_for(begun.is_set)
    assert events.turn_on_and_recover(store.id, new.endpoint.id) == 3
    thread.join()
    pump()
    assert receiver.first_sightings == [0, 1, 2]
    assert len(receiver.came) == 3


def test_who_is_turned_on_plainly_gets_what_waited_alone(receiver, new, store, emit, pump):
    emit(1)
    events.pause(store.id, new.endpoint.id)
    assert at(new).disabled_at is not None
    emit(1, start=1)
    events.edit_endpoint(store.id, new.endpoint.id, enabled=True)
    assert at(new).disabled_at is None
    pump()
    assert receiver.first_sightings == [0]


def test_the_log_is_cut_by_time(new, store, emit, clock):
    emit(2)
    clock.forward(HOUR)
    noon = now()
    emit(3)
    assert len(log(store, since=noon)) == 3
    assert len(log(store, until=noon)) == 2
    assert log(store, since=noon, until=noon) == []
