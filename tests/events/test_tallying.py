"""What was tried, added up for each store."""

from datetime import timedelta

from synqro import events
from synqro.core.clock import now
from tests.events.receiver import status


def test_each_try_is_counted_once_for_its_store(receiver, new, emit, pump, store, clock):
    soon = timedelta(seconds=5)
    assert events.tally(None, now())[0] == []
    _, cursor = events.tally(None, now())
    emit(3)
    pump()
    receiver.answer = status(503)
    emit(1)
    pump()
    clock.forward(10)
    [found], after = events.tally(cursor, now())
    assert (found.store_id, found.arrived, found.failed) == (store.id, 3, 1)
    assert found.last_error == "It answered 503."
    assert now() - timedelta(minutes=1) < found.began <= found.ended < now() - soon
    assert events.tally(after, now())[0] == []
    assert events.tally(after, now() - timedelta(hours=1)) == ([], after)
    receiver.answer = status(200)
    events.bring_forward(store.id)
    pump()
    clock.forward(10)
    [found], _ = events.tally(after, now())
    assert (found.arrived, found.failed, found.last_error) == (1, 0, None)
