"""Deliveries as a receiver sees them: all of them, in order, signed, whatever it answers."""

import itertools
import random
import threading
import time
from collections import defaultdict
from datetime import timedelta
from threading import Event as Flag

import pytest
import standardwebhooks
import svix.webhooks
from sqlalchemy import event as hooks
from sqlalchemy.exc import OperationalError

from synqro import events
from synqro.core import addresses
from synqro.core.db import db
from synqro.events import claims, results, sending
from tests.events.conftest import one
from tests.events.receiver import drip, hang, status
from tests.makers import wait_for

# Seconds, a third of what a drip goes on for: a machine may have other things to do.
SOON = 10.0


def only() -> events.Delivery:
    db.session.rollback()
    return db.session.scalars(db.select(events.Delivery)).one()


def attempts() -> list[events.Attempt]:
    db.session.rollback()
    return list(db.session.scalars(db.select(events.Attempt).order_by(events.Attempt.id)))


def statuses() -> dict[str, int]:
    db.session.rollback()
    count: dict[str, int] = defaultdict(int)
    for found in db.session.scalars(db.select(events.Delivery.status)):
        count[found] += 1
    return dict(count)


def at(new: events.NewEndpoint) -> events.Endpoint:
    db.session.rollback()
    return db.session.get_one(events.Endpoint, new.endpoint.id, populate_existing=True)


def verified(secret: str, came) -> None:
    """Both libraries take the request for genuine and fresh."""
    standardwebhooks.Webhook(secret).verify(came.body, came.headers)
    svix.webhooks.Webhook(secret).verify(came.body, came.headers)


def failing(*codes: int, **headers: str):
    """Answer with `codes` one after the other, then with 200."""
    left = list(codes)
    return lambda came, handler: status(left.pop(0) if left else 200, **headers)(came, handler)


def test_what_happens_is_told_in_order_over_one_connection(receiver, new, emit, pump):
    emit(250)
    pump()
    assert [came.number for came in receiver.came] == list(range(250))
    assert receiver.connections == 1
    assert statuses() == {"succeeded": 250}


def test_every_byte_is_signed_and_is_what_was_stored(receiver, new, emit, pump):
    [event] = emit()
    pump()
    [came] = receiver.came
    verified(new.secret, came)
    assert (came.id, came.body) == (event.id, event.body)
    assert came.headers["content-type"] == "application/json"
    assert came.event["event"] == "order.created"
    with pytest.raises(standardwebhooks.WebhookVerificationError):
        standardwebhooks.Webhook(new.secret).verify(came.body + b" ", came.headers)


def test_an_endpoint_gets_what_it_asked_for(receive, store, emit, pump):
    orders, quotes = receive(), receive()
    events.add_endpoint(store.id, url=orders.url, types=["order.created", "order.shipped"])
    events.add_endpoint(store.id, url=quotes.url, types=["order.shipped"])
    emit()
    pump()
    assert (len(orders.came), len(quotes.came)) == (1, 0)


def test_another_shop_hears_nothing(receiver, store, twin, pump):
    events.add_endpoint(twin.id, url=receiver.url, types=["*"])
    one(store, 1)
    pump()
    assert receiver.came == []


def test_a_test_goes_to_its_endpoint_whatever_that_asked_for(receive, store, pump):
    here, there = receive(), receive()
    new = events.add_endpoint(store.id, url=here.url, types=["order.shipped"])
    events.add_endpoint(store.id, url=there.url, types=["*"])
    sent = events.send_test(store.id, new.endpoint.id, mode=store.mode)
    pump()
    assert [came.event["event"] for came in here.came] == ["webhook.test"]
    assert there.came == []
    assert events.delivery(store.id, sent.id).status == "succeeded"


def test_no_test_for_an_endpoint_that_is_paused(new, store):
    events.pause(store.id, new.endpoint.id)
    with pytest.raises(events.EndpointDisabled):
        events.send_test(store.id, new.endpoint.id, mode=store.mode)


def test_three_failures_then_a_success(receiver, new, emit, pump, clock):
    receiver.answer = failing(500, 503, 500)
    emit()
    for wait in (0, 6, 34, 133):
        clock.forward(wait)
        pump()
    assert len(receiver.came) == 4
    assert len({came.id for came in receiver.came}) == 1
    stamps = [int(came.headers["webhook-timestamp"]) for came in receiver.came]
    assert [b - a >= 5 for a, b in itertools.pairwise(stamps)] == [True] * 3
    assert (only().status, only().attempts) == ("succeeded", 4)
    assert [found.response_status for found in attempts()] == [500, 503, 500, 200]


def test_each_try_verifies(receiver, new, emit, pump, app):
    app.extensions["settings"].webhook_retries = "0.1"
    receiver.answer = failing(500, 500, 500)
    emit()
    wait_for(lambda: pump() or len(receiver.came) == 4)
    for came in receiver.came:
        verified(new.secret, came)


def test_nothing_is_tried_before_its_time(receiver, new, emit, pump, clock):
    receiver.answer = status(500)
    emit()
    for wait in (0, 4.5, 1.1, 29, 4.1, 119, 14):
        clock.forward(wait)
        pump()
    assert len(receiver.came) == 4


def test_410_disables_at_once(receiver, new, store, emit, pump, run_jobs, clock):
    receiver.answer = status(410)
    emit(3)
    pump()
    assert len(receiver.came) == 1
    assert (at(new).status, at(new).disabled_reason) == ("disabled", "gone")
    clock.forward(86_400)
    emit()
    pump()
    assert len(receiver.came) == 1
    assert statuses() == {"pending": 3}  # nothing is lost, nor owed while it is disabled


def test_after_a_410_it_goes_on_where_it_was(receiver, new, store, emit, pump):
    receiver.answer = failing(410)
    emit(3)
    pump()
    events.resume(store.id, new.endpoint.id)
    pump()
    assert receiver.first_sightings == [0, 1, 2]
    assert statuses() == {"succeeded": 3}


@pytest.mark.parametrize("code", [429, 503])
def test_who_asks_for_time_is_left_alone(receiver, new, emit, pump, clock, code):
    receiver.answer = failing(code, Retry_After="1200")
    emit(2)
    pump()
    clock.forward(1170)  # and the rest may pass by itself
    pump()
    assert len(receiver.came) == 1
    clock.forward(31)
    pump()
    assert receiver.first_sightings == [0, 1]


def test_a_redirect_is_a_failure_and_is_not_followed(receive, receiver, new, emit, pump):
    canary = receive()
    receiver.answer = status(302, Location=canary.url)
    emit()
    pump()
    assert canary.came == []
    assert (only().status, only().response_status) == ("pending", 302)
    assert "redirects are not followed" in only().error


def test_what_came_back_is_kept_for_the_log(receiver, new, store, emit, pump):
    def say(came, handler):
        handler.send_response(500)
        handler.send_header("X-Why", "tea is out")
        handler.send_header("Content-Length", "40000")
        handler.end_headers()
        handler.wfile.write(b"t" * 40000)

    receiver.answer = say
    emit()
    pump()
    [tried] = events.delivery(store.id, only().id).tries
    assert tried.response_body == b"t" * 16 * 1024
    assert tried.response_headers["X-Why"] == "tea is out"
    assert (tried.error, tried.response_status) == ("It answered 500.", 500)


def test_of_enormous_headers_the_first_16_kib_are_kept(receiver, new, emit, pump):
    def say(came, handler):
        many = b"".join(b"X-%d: %s\r\n" % (number, b"h" * 4000) for number in range(15))
        end = b"Retry-After: 500\r\nContent-Length: 0\r\n\r\n"
        handler.wfile.write(b"HTTP/1.1 503 Busy\r\n" + many + end)

    receiver.answer = say
    emit()
    pump()
    [tried] = attempts()
    assert sum(map(len, [*tried.response_headers, *tried.response_headers.values()])) == 16 * 1024
    assert only().next_at - tried.at > timedelta(seconds=490)  # what is not kept was still heard


def test_a_lease_that_runs_out_under_a_try_costs_no_lane(receiver, receive, new, store, emit, app):
    slow, died, other = Flag(), [], receive()

    def say(came, handler):
        slow.wait(10)
        status(200)(came, handler)

    receiver.answer = say
    emit(3)
    with pytest.MonkeyPatch.context() as patch, events.Pump(app.app_context) as pump:
        patch.setattr(threading, "excepthook", died.append)
        pump.wake()
        wait_for(lambda: receiver.came)
        db.session.execute(db.update(events.Endpoint).values(lease_until=None))
        db.session.commit()
        events.add_endpoint(store.id, url=other.url, types=["*"])
        emit(1, start=3)
        pump.wake()
        wait_for(lambda: other.came)  # it has looked
        slow.set()
        wait_for(lambda: statuses() == {"succeeded": 5})
    assert ([came.number for came in receiver.came], receiver.most) == ([0, 1, 2, 3], 1)
    assert died == []


def test_an_endless_answer_is_a_success_of_16_kib(receiver, new, emit, pump):
    def say(came, handler):
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 200000000\r\n\r\n")
        for _ in range(3000):
            handler.wfile.write(b"a" * 65536)

    receiver.answer = say
    emit()
    pump()
    [tried] = attempts()
    assert (only().status, len(tried.response_body)) == ("succeeded", 16 * 1024)


@pytest.fixture
def short(monkeypatch):
    """A second for each try, so that no test has to wait ten."""
    monkeypatch.setattr(sending, "DEADLINE", 1.0)


@pytest.mark.parametrize("answer", [drip(), drip(body=True), hang], ids=["head", "body", "none"])
def test_who_drips_or_hangs_costs_one_try(receiver, new, emit, pump, short, answer):
    receiver.answer = answer
    emit(2)
    began = time.monotonic()
    pump()
    assert time.monotonic() - began < SOON
    assert len(receiver.came) == 1
    [tried] = attempts()
    assert (tried.response_status, tried.error) == (
        None,
        "No whole answer came within 1 seconds.",
    )
    assert 950 <= tried.duration_ms <= 1000 * SOON


@pytest.fixture
def long(monkeypatch):
    """A minute for each try: what does not wait for one that hangs is done long before."""
    monkeypatch.setattr(sending, "DEADLINE", 60.0)


def test_one_that_hangs_holds_up_nobody_else(receive, store, app, long):
    hanging, others = receive(hang), [receive() for _ in range(19)]
    for receiver in (hanging, *others):
        events.add_endpoint(store.id, url=receiver.url, types=["*"])
    committed = {}
    with events.Pump(app.app_context) as pump:
        for number in range(10):
            one(store, number)
            committed[number] = time.monotonic()
            pump.wake()
            time.sleep(0.05)
        wait_for(lambda: all(len(receiver.came) == 10 for receiver in others))
        waits = sorted(
            came.at - committed[came.number] for receiver in others for came in receiver.came
        )
        # The budget of a second is the benchmark's; here a machine may have other things to do.
        assert waits[int(0.95 * len(waits))] < sending.DEADLINE / 2
        assert (hanging.most, len(hanging.came)) == (1, 1)
        hanging.closing = True


def test_nobody_has_two_requests_at_once_though_there_are_two_pumps(receive, store, app):
    def slow(came, handler):
        time.sleep(0.01)
        status(200)(came, handler)

    receivers = [receive(slow) for _ in range(5)]
    for receiver in receivers:
        events.add_endpoint(store.id, url=receiver.url, types=["*"])
    with events.Pump(app.app_context) as first, events.Pump(app.app_context) as second:
        for number in range(40):
            one(store, number)
            first.wake()
            second.wake()
        wait_for(lambda: all(len(receiver.came) >= 40 for receiver in receivers))
    assert [receiver.most for receiver in receivers] == [1] * 5
    assert [receiver.first_sightings for receiver in receivers] == [list(range(40))] * 5
    assert sum(len(receiver.came) for receiver in receivers) == 200


def test_random_failures_and_killed_pumps_leave_the_order(receiver, new, emit, app, monkeypatch):
    monkeypatch.setattr(claims, "LEASE", 0.8)
    monkeypatch.setattr(claims, "DEADLINE", 0.5)
    monkeypatch.setattr(claims, "MARGIN", 0.1)
    app.extensions["settings"].webhook_retries = "0.1"
    bad = set(random.Random(7).sample(range(200), 3))  # noqa: S311

    def say(came, handler):
        time.sleep(0.005)
        code = 500 if came.number in bad else 200
        bad.discard(came.number)
        status(code)(came, handler)

    receiver.answer = say
    emit(200)
    for _ in range(5):
        with Dying(app, monkeypatch) as pump:
            pump.wake()
            time.sleep(0.3)
    with events.Pump(app.app_context) as pump:
        pump.wake()
        wait_for(lambda: statuses() == {"succeeded": 200})
    assert receiver.first_sightings == list(range(200))


class Dying:
    """A pump whose results are lost from some moment on, as if it had been killed."""

    def __init__(self, app, monkeypatch):
        self.pump, self.monkeypatch = events.Pump(app.app_context), monkeypatch

    def __enter__(self):
        return self.pump

    def __exit__(self, *_):
        self.pump._results._write = lambda group: [
            setattr(item.claim, "lost", True) for item in group
        ]
        self.pump.close()


def test_a_bad_delivery_steps_aside_and_the_rest_goes_on(receiver, new, emit, pump, clock):
    def say(came, handler):
        status(400 if came.number == 0 else 200)(came, handler)

    receiver.answer = say
    emit(5)
    for wait in (0, 6, 34):
        clock.forward(wait)
        pump()
    assert [came.number for came in receiver.came] == [0, 0, 0, 1, 2, 3, 4]
    emit(1, start=5)
    pump()
    assert receiver.came[-1].number == 5
    clock.forward(133)
    pump()
    assert receiver.came[-1].number == 0
    assert not at(new).down


def test_where_two_fail_the_rest_waits_for_the_first_success(receiver, new, emit, pump, clock):
    receiver.answer = status(500)
    emit(20)
    for wait in (0, 6, 34):
        clock.forward(wait)
        pump()
    assert [came.number for came in receiver.came] == [0, 0, 0, 1]
    assert at(new).down
    for _ in range(40):  # three days in pieces of two hours
        clock.forward(7200)
        pump()
    assert {came.number for came in receiver.came} <= set(range(20))
    assert len(receiver.came) < 90
    assert receiver.first_sightings == sorted(receiver.first_sightings)
    receiver.answer = status(200)
    before = len(receiver.came)
    clock.forward(13 * 3600)
    pump()
    assert sorted(came.number for came in receiver.came[before:]) == list(range(20))
    later = [came.number for came in receiver.came[before + 1 :]]
    assert later == sorted(later)
    assert (at(new).down, at(new).failing_since) == (False, None)


def test_two_bad_deliveries_do_not_hold_up_a_good_endpoint_for_ever(
    receiver, new, emit, pump, clock
):
    def say(came, handler):
        status(400 if came.number < 2 else 200)(came, handler)

    receiver.answer = say
    emit(6)
    for wait in (0, 6, 34, 133, 6, 34):
        clock.forward(wait)
        pump()
    assert receiver.first_sightings == [0, 1, 2, 3, 4, 5]


def test_a_week_without_a_success_disables(receiver, new, emit, pump, clock):
    receiver.answer = status(500)
    emit(2)
    for _ in range(8 * 6):
        pump()
        clock.forward(4 * 3600)
    assert (at(new).status, at(new).disabled_reason) == ("disabled", "failing")
    assert len(receiver.came) < 60
    assert "pending" in statuses()


def test_a_delivery_is_given_up_after_a_week(receiver, new, store, emit, pump, clock):
    def say(came, handler):
        status(400 if came.number == 0 else 200)(came, handler)

    receiver.answer = say
    emit()
    for day in range(1, 9):
        pump()
        emit(1, start=day)
        clock.forward(86_400)
    pump()
    assert at(new).enabled
    assert statuses() == {"failed": 1, "succeeded": 8}
    [given_up] = events.deliveries(store.id, failed=True).data
    assert given_up.next_attempt_at is None


def test_a_name_that_turns_private_is_not_called(
    receiver, store, emit, pump, monkeypatch, settings
):
    monkeypatch.setattr(addresses, "PORTS", (receiver.port,))
    monkeypatch.setattr(addresses, "_resolved", lambda target: ["8.8.8.8"])
    settings.webhook_allow_private = False
    url = f"https://turns.example.com:{receiver.port}/"
    events.add_endpoint(store.id, url=url, types=["*"])
    monkeypatch.setattr(
        addresses, "lookup", lambda target: [(2, 1, 6, "", ("127.0.0.1", receiver.port))]
    )
    emit()
    pump()
    assert receiver.connections == 0
    assert only().error.startswith("The address may not be called")


def test_a_clock_put_back_or_forward_loses_nothing(receiver, new, emit, pump, clock):
    clock.forward(10 * 86_400)
    receiver.answer = failing(500)
    emit(3)
    pump()
    clock.forward(-10 * 86_400)  # what is planned lies in a week that is not yet
    emit(2, start=3)
    pump()
    assert sorted({came.number for came in receiver.came}) == [0, 1, 2, 3, 4]
    clock.forward(30 * 86_400)
    emit(1, start=5)
    pump()
    assert statuses() == {"succeeded": 6}


def test_a_lease_from_a_clock_that_was_put_back_does_not_last(new, emit, pump, clock, receiver):
    clock.forward(86_400)
    emit()
    assert claims.claim("someone", 1)  # and here it dies
    clock.forward(-86_400)
    pump()
    assert len(receiver.came) == 1


def test_what_a_killed_pump_had_claimed_is_sent_once_its_lease_is_over(
    new, emit, pump, clock, receiver
):
    emit()
    assert claims.claim("someone", 1)
    pump()
    assert receiver.came == []
    clock.forward(claims.LEASE + 1)
    pump()
    assert len(receiver.came) == 1


def test_a_paused_endpoint_gets_nothing_and_loses_nothing_it_was_owed(
    receiver, new, store, emit, pump
):
    emit(2)
    events.pause(store.id, new.endpoint.id)
    pump()
    emit(1, start=2)
    assert receiver.came == []
    events.resume(store.id, new.endpoint.id)
    emit(1, start=3)
    pump()
    assert receiver.first_sightings == [0, 1, 3]


def test_a_pause_stops_a_running_stream(receiver, new, store, emit, app, monkeypatch):
    monkeypatch.setattr(claims, "HEED", 0.0)  # it looks before each try
    begun = Flag()

    def say(came, handler):
        begun.set()
        time.sleep(0.02)
        status(200)(came, handler)

    receiver.answer = say
    emit(100)
    with events.Pump(app.app_context) as pump:
        pump.wake()
        wait_for(begun.is_set)
        events.pause(store.id, new.endpoint.id)
        seen = len(receiver.came)
        time.sleep(0.3)
        assert len(receiver.came) <= seen + 3


def test_a_pause_is_heeded_though_the_database_is_slow(
    receiver, new, store, emit, app, monkeypatch
):
    write, begun, enough = results.Results._write, Flag(), Flag()

    def say(came, handler):
        begun.set()
        time.sleep(0.02)
        status(200)(came, handler)

    def slowly(self, group):
        enough.wait(1)
        write(self, group)

    receiver.answer = say
    emit(100)
    monkeypatch.setattr(results.Results, "_write", slowly)
    with events.Pump(app.app_context) as pump:
        pump.wake()
        wait_for(begun.is_set)
        events.pause(store.id, new.endpoint.id)
        seen = len(receiver.came)
        time.sleep(0.5)
        enough.set()
        assert len(receiver.came) <= seen + 20


def test_a_deleted_endpoint_is_forgotten_in_the_middle_of_a_stream(
    receiver, new, store, emit, app, pump
):
    emit(3)
    events.delete_endpoint(store.id, new.endpoint.id)
    pump()
    assert receiver.came == []
    assert (events.endpoints(store.id), events.deliveries(store.id).data) == ([], [])
    with pytest.raises(events.EndpointNotFound):
        events.endpoint(store.id, new.endpoint.id)


def test_nothing_is_marked_as_delivered_while_the_database_does_not_take_it(
    receiver, new, emit, app, monkeypatch
):
    monkeypatch.setattr(results, "PAUSE", 0.05)
    left = [4]

    def refuse(connection, cursor, statement, *_):
        if statement.startswith("INSERT INTO webhook_attempts") and left[0]:
            left[0] -= 1
            raise OperationalError(statement, None, Exception("database is locked"))

    emit(3)
    hooks.listen(db.engine, "before_cursor_execute", refuse)
    try:
        with events.Pump(app.app_context) as pump:
            pump.wake()
            wait_for(lambda: statuses() == {"succeeded": 3})
    finally:
        hooks.remove(db.engine, "before_cursor_execute", refuse)
    assert left == [0]
    assert receiver.first_sightings == [0, 1, 2]
    assert len(attempts()) == len(receiver.came) == 3


def test_the_end_waits_for_the_answer_that_is_on_its_way(receiver, new, emit, app):
    begun, ending = Flag(), events.Pump(app.app_context)

    def say(came, handler):
        begun.set()
        ending._lanes._stop.wait(10)
        status(200)(came, handler)

    receiver.answer = say
    emit(2)
    ending.wake()
    wait_for(begun.is_set)
    ending.close(10)
    assert statuses() == {"pending": 1, "succeeded": 1}
    assert at(new).lease_by is None


def test_the_end_does_not_wait_for_one_that_hangs(receiver, new, emit, app, pump, clock, long):
    receiver.answer = hang
    emit()
    dying = events.Pump(app.app_context)
    dying.wake()
    wait_for(lambda: receiver.came)
    began = time.monotonic()
    dying.close(0.5)
    assert time.monotonic() - began < sending.DEADLINE / 2
    assert statuses() == {"pending": 1}
    receiver.answer = status(200)
    receiver.closing = True  # the old connection goes, as it does when a process ends
    wait_for(lambda: not receiver.open)
    receiver.closing = False
    clock.forward(claims.LEASE + 1)
    wait_for(lambda: pump() or len(receiver.came) == 2)


def test_a_retry_comes_on_time_without_a_bell(receiver, new, emit, app, monkeypatch):
    monkeypatch.setattr("synqro.events.pump.SWEEP", 3600)  # nor does it come by chance
    app.extensions["settings"].webhook_retries = "0.3"
    receiver.answer = failing(500)
    emit()
    with events.Pump(app.app_context) as pump:
        pump.wake()
        wait_for(lambda: len(receiver.came) == 2)
    assert receiver.came[1].at - receiver.came[0].at >= 0.3


def test_a_bell_that_rings_before_a_retry_is_due_does_not_put_it_off(
    receiver, new, emit, app, monkeypatch
):
    monkeypatch.setattr("synqro.events.pump.SWEEP", 3600)
    app.extensions["settings"].webhook_retries = "1"
    receiver.answer = failing(500)
    emit()
    with events.Pump(app.app_context) as pump:
        pump.wake()
        wait_for(lambda: pump._next < time.monotonic() + 3000)  # by now it is planned
        pump.wake()
        wait_for(lambda: len(receiver.came) == 2)


def test_many_shops_are_served_side_by_side(receive, store, twin, app):
    receivers = [receive() for _ in range(24)]
    for number, receiver in enumerate(receivers):
        owner = (store, twin)[number % 2]
        events.add_endpoint(owner.id, url=receiver.url, types=["*"])
    for number in range(10):
        one(store, number)
        one(twin, number)
    with events.Pump(app.app_context) as pump:
        pump.drain()
    assert [receiver.first_sightings for receiver in receivers] == [list(range(10))] * 24


def test_emit_asks_for_nothing_where_nobody_listens(store, emit, app):
    emit()
    assert app.extensions["redis"].keys("*") == []
