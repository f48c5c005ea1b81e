"""The mails about an endpoint that fails, and one that was turned off."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from synqro import events, mail, stores
from synqro.core.clock import now
from synqro.core.db import db
from synqro.jobs import webhooks
from tests import makers
from tests.console.sent import URL, changed, delivery, endpoint


@pytest.fixture
def hook(store: stores.Store) -> events.Endpoint:
    """An endpoint that has not answered for two hours."""
    made = endpoint(store, description="Label <printer>")
    delivery(made, "Nothing listens at the address.")
    return changed(made, failing_since=now() - timedelta(hours=2))


def sent(run_jobs: Callable[[], int]) -> list[mail.Message]:
    """Everything told about endpoints so far, as it went out."""
    webhooks.watch()
    run_jobs()
    db.session.rollback()
    found = db.session.query(mail.Message).filter(mail.Message.template.like("webhooks/%"))
    return list(found.order_by(mail.Message.id))


def off(found: events.Endpoint, **facts: Any) -> None:
    changed(found, status="disabled", untold="disabled", **facts)


def both(message: mail.Message, *words: str) -> None:
    """Text and HTML say these words."""
    plain, rich = message.text or "", message.html or ""
    for word in words:
        assert word in plain, plain
        assert word.replace("<", "&lt;").replace(">", "&gt;") in rich, rich
    assert "\n\n\n" not in plain and "&lt;" not in plain


def test_an_hour_without_a_success_is_told(
    hook: events.Endpoint, run_jobs: Callable[[], int], console: FlaskClient
) -> None:
    [message] = sent(run_jobs)
    assert (message.to, message.status) == (makers.EMAIL, "sent")
    assert (message.subject or "").startswith(f"Webhooks to {URL} have failed since ")
    both(
        message,
        URL,
        "Label <printer>",
        "The last try: Nothing listens at the address.",
        "Nothing is lost.",
        "After 7 days without one success",
        f"/console/developers/endpoints/{hook.id}",
    )
    assert len(sent(run_jobs)) == 1
    link = next(word for word in (message.text or "").split() if "/console/" in word)
    assert console.get("/" + link.split("/", 3)[3]).status_code == 200


def test_a_day_without_one_is_told_again(
    hook: events.Endpoint, run_jobs: Callable[[], int]
) -> None:
    assert len(sent(run_jobs)) == 1
    changed(hook, failing_since=now() - timedelta(hours=25))
    assert len(sent(run_jobs)) == 2


def test_one_that_answers_again_is_not_told(
    hook: events.Endpoint, run_jobs: Callable[[], int]
) -> None:
    events.warn()
    for found in events.untold():
        events.tell(found.id, [makers.EMAIL])
    changed(hook, failing_since=None)
    [message] = sent(run_jobs)
    assert message.status != "sent"


def test_a_410_is_told(hook: events.Endpoint, run_jobs: Callable[[], int]) -> None:
    off(hook, disabled_reason="gone", failing_since=None)
    [message] = sent(run_jobs)
    assert message.subject == f"Webhooks to {URL} are turned off"
    both(message, "answered 410 Gone", "one click turns it on again", hook.id)


def test_seven_days_of_failures_are_told(
    hook: events.Endpoint, run_jobs: Callable[[], int]
) -> None:
    off(hook, disabled_reason="failing", failing_since=now() - timedelta(days=7, hours=1))
    [message] = sent(run_jobs)
    both(message, "no event for 7 days", "It has failed since", "Nothing listens at the address.")


def test_a_twins_endpoint_is_called_a_test(twin: stores.Store, run_jobs: Callable[[], int]) -> None:
    off(endpoint(twin), disabled_reason="gone")
    [message] = sent(run_jobs)
    both(message, "test mode of Northlight Prints")


def test_every_owner_reads_it(
    hook: events.Endpoint, store: stores.Store, run_jobs: Callable[[], int]
) -> None:
    assert {message.to for message in sent(run_jobs)} == {o.email for o in stores.owners(store.id)}


def test_a_deleted_endpoint_is_not_written_about(
    hook: events.Endpoint, run_jobs: Callable[[], int]
) -> None:
    events.warn()
    events.delete_endpoint(hook.store_id, hook.id)
    assert sent(run_jobs) == []
