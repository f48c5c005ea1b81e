"""Owners are told once that an endpoint fails, or was disabled, whatever is killed."""

import pytest

from synqro import events, mail
from synqro.core.db import db
from synqro.jobs import webhooks
from tests.events.receiver import status

HOUR = 3600


def mails() -> list[tuple[str, str]]:
    db.session.rollback()
    found = db.session.scalars(db.select(mail.Message).order_by(mail.Message.id))
    return [(m.to, m.template) for m in found if m.template.startswith("webhooks/")]


def test_a_410_is_told_once(receiver, new, owner, emit, pump, app):
    receiver.answer = status(410)
    emit(2)
    pump()
    [job] = [j for j in app.extensions["queue"].jobs if j.func_name.endswith("tell_owners")]
    for _ in range(2):
        webhooks.tell_owners(*job.args)
        webhooks.watch()
    assert mails() == [(owner.email, "webhooks/disabled")]


def test_it_is_told_though_the_process_died_after_the_commit(receiver, new, owner, emit, pump, app):
    receiver.answer = status(410)
    emit()
    pump()
    app.extensions["redis"].flushall()
    webhooks.watch()
    assert mails() == [(owner.email, "webhooks/disabled")]


def test_owners_are_warned_after_an_hour_and_after_a_day(receiver, new, owner, emit, pump, clock):
    receiver.answer = status(500)
    emit()
    pump()
    seen = []
    for wait in (0.9 * HOUR, 0.2 * HOUR, 10 * HOUR, 13 * HOUR, 30 * HOUR):
        clock.forward(wait)
        pump()
        webhooks.watch()
        webhooks.watch()
        seen.append(len(mails()))
    assert seen == [0, 1, 1, 2, 2]
    assert set(mails()) == {(owner.email, "webhooks/failing")}


def test_a_success_begins_anew(receiver, new, emit, pump, clock):
    receiver.answer = status(500)
    emit()
    pump()
    clock.forward(2 * HOUR)
    webhooks.watch()
    receiver.answer = status(200)
    pump()
    clock.forward(30 * HOUR)
    webhooks.watch()
    assert len(mails()) == 1
    receiver.answer = status(500)
    emit()
    pump()
    clock.forward(2 * HOUR)
    webhooks.watch()
    assert len(mails()) == 2


def test_who_resumes_it_first_needs_no_mail(receiver, new, store, emit, pump):
    receiver.answer = status(410)
    emit()
    pump()
    events.resume(store.id, new.endpoint.id)
    webhooks.watch()
    assert mails() == []


@pytest.mark.parametrize("act", [events.pause, events.delete_endpoint])
def test_who_pauses_or_deletes_is_not_told_of_it(new, store, act):
    act(store.id, new.endpoint.id)
    webhooks.watch()
    assert mails() == []
