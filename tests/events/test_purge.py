"""The log reaches back ninety days, the list of events thirty."""

from synqro import events
from synqro.core.db import db
from synqro.events import retention
from tests.events.receiver import status

DAY = 86_400


def count(model) -> int:
    db.session.rollback()
    return db.session.scalar(db.select(db.func.count()).select_from(model)) or 0


def rows() -> tuple[int, int, int]:
    return count(events.Event), count(events.Delivery), count(events.Attempt)


def test_an_event_nobody_was_owed_goes_after_a_month(emit, clock):
    emit()
    clock.forward(29 * DAY)
    events.purge()
    assert rows() == (1, 0, 0)
    clock.forward(2 * DAY)
    events.purge()
    assert rows() == (0, 0, 0)


def test_deliveries_and_their_events_stay_for_ninety_days(new, emit, pump, clock, monkeypatch):
    monkeypatch.setattr(retention, "BATCH", 3)
    emit(10)
    pump()
    clock.forward(89 * DAY)
    emit(1, start=10)
    pump()
    events.purge()
    assert rows() == (11, 11, 11)
    clock.forward(2 * DAY)
    events.purge()
    assert rows() == (1, 1, 1)


def test_a_late_try_keeps_its_delivery(receiver, new, store, emit, pump, clock):
    receiver.answer = status(410)
    emit()
    pump()
    clock.forward(60 * DAY)
    events.resume(store.id, new.endpoint.id)
    pump()
    clock.forward(31 * DAY)
    events.purge()
    assert rows() == (1, 1, 1)


def test_a_deleted_endpoint_goes_with_its_last_delivery(new, store, emit, pump, clock):
    emit()
    pump()
    events.delete_endpoint(store.id, new.endpoint.id)
    events.purge()
    assert count(events.Endpoint) == 1
    clock.forward(91 * DAY)
    events.purge()
    assert (count(events.Endpoint), rows()) == (0, (0, 0, 0))


def test_a_replay_goes_with_its_event(new, store, emit, pump, clock):
    emit()
    pump()
    clock.forward(80 * DAY)
    [first] = events.deliveries(store.id).data
    events.replay(store.id, first.id)
    pump()
    events.replay(store.id, first.id)  # and this one waits
    clock.forward(9 * DAY)
    events.purge()
    assert rows() == (1, 3, 2)
    clock.forward(2 * DAY)
    events.purge()
    assert rows() == (0, 0, 0)
