"""Deliveries as a receiver sees them: all of them, in order, signed."""


def test_what_happens_is_told_in_order(receiver, new, emit, pump):
    emit(200)
    pump()
    assert [came.number for came in receiver.came] == list(range(200))
    assert receiver.connections == 1
