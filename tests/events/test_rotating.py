"""Secrets change while events flow: every receiver can check every request, old and new."""

from datetime import timedelta
from threading import Event as Flag

import pytest
import standardwebhooks
import svix.webhooks
from sqlalchemy import text

from synqro import events
from synqro.core.clock import now
from synqro.core.db import db
from synqro.core.errors import Invalid
from tests.events.receiver import Came, status
from tests.makers import wait_for

LIBRARIES = (
    (standardwebhooks.Webhook, standardwebhooks.WebhookVerificationError),
    (svix.webhooks.Webhook, svix.webhooks.WebhookVerificationError),
)


def accepted(secret: str, came: Came) -> bool:
    """What both libraries say of a request; they never differ."""
    found = set()
    for library, refusal in LIBRARIES:
        try:
            library(secret).verify(came.body, came.headers)
            found.add(True)
        except refusal:
            found.add(False)
    assert len(found) == 1
    return found.pop()


def accepting(secret: str):
    """A receiver as a developer writes it: refuses what its secret does not fit."""

    def say(came, handler):
        status(200 if accepted(secret, came) else 401)(came, handler)

    return say


def signatures(came: Came) -> int:
    return len(came.headers["webhook-signature"].split())


@pytest.mark.parametrize("at", [0, 1])
def test_old_and_new_receivers_take_all_during_the_overlap(receiver, new, store, emit, pump, at):
    secrets = [new.secret, events.rotate_secret(store.id, new.endpoint.id).secret]
    receiver.answer = accepting(secrets[at])
    emit(5)
    pump()
    assert [came.number for came in receiver.came] == [0, 1, 2, 3, 4]
    found = events.deliveries(store.id, new.endpoint.id).data
    assert {delivery.status for delivery in found} == {"succeeded"}


def test_a_rotation_in_a_stream_breaks_nothing(receiver, new, store, emit, app):
    half = Flag()

    def say(came, handler):
        if came.number == 100:
            half.set()
        status(200)(came, handler)

    receiver.answer = say
    emit(200)
    with events.Pump(app.app_context) as pump:
        pump.wake()
        assert half.wait(10)
        secret = events.rotate_secret(store.id, new.endpoint.id).secret
        emit(20, start=200)
        pump.wake()
        wait_for(lambda: len(receiver.first_sightings) == 220)
    assert receiver.first_sightings == list(range(220))
    assert all(accepted(new.secret, came) for came in receiver.came)
    both = [came for came in receiver.came if signatures(came) == 2]
    assert {*range(200, 220)} <= {came.number for came in both}
    assert all(accepted(secret, came) for came in both)


def test_the_old_secret_ends_by_itself(receiver, new, store, emit, pump, clock):
    made = events.rotate_secret(store.id, new.endpoint.id, overlap=timedelta(hours=2))
    assert made.endpoint.old_secret_until - now() > timedelta(hours=1.9)
    clock.forward(2 * 3600)
    emit()
    pump()
    assert signatures(receiver.came[0]) == 1
    assert events.endpoint(store.id, new.endpoint.id).old_secret_until is None


def test_nothing_is_signed_with_a_secret_that_was_ended(receiver, new, store, emit, app):
    some, ended = Flag(), Flag()

    def say(came, handler):
        if came.number == 50:
            some.set()
        if came.number == 300:
            ended.wait(10)
        status(200)(came, handler)

    receiver.answer = say
    secret = events.rotate_secret(store.id, new.endpoint.id).secret
    emit(400)
    with events.Pump(app.app_context) as pump:
        pump.wake()
        assert some.wait(10)
        events.end_old_secrets(store.id, new.endpoint.id)
        seen = len(receiver.came)
        ended.set()
        pump.wake()
        wait_for(lambda: len(receiver.first_sightings) == 400)
    assert seen < 400
    later = receiver.came[seen + 1 :]  # one may have been on its way
    assert {signatures(came) for came in later} == {1}
    assert accepted(secret, receiver.came[-1]) and not accepted(new.secret, receiver.came[-1])
    assert events.endpoint(store.id, new.endpoint.id).old_secret_until is None


def test_whoever_rotates_often_ends_with_few_secrets(receiver, new, store, emit, pump):
    made = [new, *(events.rotate_secret(store.id, new.endpoint.id) for _ in range(7))]
    emit()
    pump()
    [came] = receiver.came
    fit = [accepted(one.secret, came) for one in made]
    assert fit == [False] * 3 + [True] * 5
    last = events.rotate_secret(store.id, new.endpoint.id, overlap=timedelta())
    assert last.endpoint.old_secret_until is None
    assert len(events.endpoint(store.id, new.endpoint.id).secrets) == 1


def test_no_old_secret_signs_longer_than_was_said_last(new, store):
    events.rotate_secret(store.id, new.endpoint.id, overlap=timedelta(days=7))
    made = events.rotate_secret(store.id, new.endpoint.id, overlap=timedelta(hours=1))
    assert made.endpoint.old_secret_until - now() <= timedelta(hours=1)
    assert len(made.endpoint.secrets) == 3


@pytest.mark.parametrize("hours", [-1, 24 * 7 + 1])
def test_an_overlap_is_seven_days_at_most(new, store, hours):
    with pytest.raises(Invalid):
        events.rotate_secret(store.id, new.endpoint.id, overlap=timedelta(hours=hours))
    assert len(events.endpoint(store.id, new.endpoint.id).secrets) == 1


def test_a_new_secret_is_sealed_too(new, store):
    secret = events.rotate_secret(store.id, new.endpoint.id).secret
    stored = str(db.session.execute(text("SELECT * FROM webhook_endpoints")).all())
    assert secret.removeprefix("whsec_") not in stored
    assert events.with_secret(store.id, new.endpoint.id).secret == secret


def test_another_shops_secret_is_not_rotated(new, twin):
    for act in (events.rotate_secret, events.end_old_secrets, events.with_secret):
        for id in (new.endpoint.id, "whk_\0"):
            with pytest.raises(events.EndpointNotFound):
                act(twin.id, id)
