"""Secrets changed, deliveries sent again, missed ones recovered, in the console."""

import re
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from synqro import events, stores
from synqro.core.clock import now
from synqro.core.db import db
from tests import makers
from tests.conftest import Clock
from tests.console.sent import changed, delivery, endpoint
from tests.console.test_any_input import NASTY

ENDPOINTS, DELIVERIES = "/console/developers/endpoints", "/console/developers/deliveries"
REPLAYS = "/console/developers/replays"
SECRET = re.compile(r'value="(whsec_[\w+/=]+)"')


@pytest.fixture
def shop(store: stores.Store) -> events.Endpoint:
    """The store's only endpoint."""
    return endpoint(store)


@pytest.fixture
def foreign(store: stores.Store) -> events.Endpoint:
    """An endpoint of somebody else."""
    place = stores.Place("GBP", "GB", "Europe/London", "en_GB")
    other = stores.open_store(makers.person("other@example.com"), name="Theirs", place=place)
    return endpoint(stores.by_id(other.store.id))


def fresh(found: events.Endpoint) -> events.Endpoint:
    db.session.rollback()
    db.session.expire_all()
    return events.endpoint(found.store_id, found.id)


def owed(to: events.Endpoint) -> list[events.Delivery]:
    """Its deliveries, the newest first."""
    db.session.rollback()
    db.session.expire_all()
    return list(events.deliveries(to.store_id, to.id, limit=100).data)


def rotate(
    console: FlaskClient, hook: events.Endpoint, keep: str = "86400", key: str = "one press"
) -> TestResponse:
    return console.post(f"{ENDPOINTS}/{hook.id}/secret", data={"keep": keep, "key": key})


def secret(answer: TestResponse) -> str:
    found = SECRET.search(answer.text)
    assert found, answer.text
    return found[1]


def local(hours: float) -> str:
    """A time so many hours from now, as the browser's field in the shop's zone writes it."""
    there = (now() + timedelta(hours=hours)).astimezone(ZoneInfo("Europe/Berlin"))
    return f"{there:%Y-%m-%dT%H:%M}"


def then(console: FlaskClient, path: str, **typed: Any) -> str:
    """Send a plain form, and give back the page that follows."""
    answer = console.post(path, data=typed)
    assert answer.status_code == 303, answer.text
    return console.get(answer.location).text


# the secret ------------------------------------------------------------------


def test_a_new_secret_is_seen_once_and_the_old_one_signs_for_a_day(
    console: FlaskClient, shop: events.Endpoint, clock: Clock
) -> None:
    where = f"{ENDPOINTS}/{shop.id}"
    assert "Two secrets sign" not in console.get(where).text
    answer = rotate(console, shop)
    assert answer.status_code == 201 and answer.headers["HX-Replace-Url"] == where
    shown = secret(answer)
    assert "The old one signs beside it until" in answer.text
    page = console.get(where).text
    assert shown not in page
    assert "Two secrets sign until" in page and "End the old one now" in page
    clock.forward(86_401)
    assert "Two secrets sign" not in console.get(where).text


def test_a_second_press_rotates_nothing(
    console: FlaskClient, shop: events.Endpoint, clock: Clock
) -> None:
    first = secret(rotate(console, shop))
    assert secret(rotate(console, shop)) == first
    clock.forward(61)
    late = rotate(console, shop)
    assert late.status_code == 303 and late.location == f"{ENDPOINTS}/{shop.id}"
    assert secret(rotate(console, shop, key="another press")) != first


@pytest.mark.parametrize(
    ("keep", "hours"), [("0", 0), ("3600", 1), ("259200", 72), ("604800", 168)]
)
def test_the_old_secret_lasts_as_chosen(
    console: FlaskClient, shop: events.Endpoint, keep: str, hours: int
) -> None:
    answer = rotate(console, shop, keep)
    until = fresh(shop).old_secret_until
    if not hours:
        assert until is None and "The old one has ended." in answer.text
    else:
        assert until and abs(until - now() - timedelta(hours=hours)) < timedelta(minutes=1)


def test_a_choice_that_there_is_not_rotates_nothing(
    console: FlaskClient, shop: events.Endpoint
) -> None:
    before = fresh(shop).secrets
    assert rotate(console, shop, keep="5").status_code == 422
    assert fresh(shop).secrets == before


def test_the_old_secret_can_end_at_once(console: FlaskClient, shop: events.Endpoint) -> None:
    rotate(console, shop)
    where = f"{ENDPOINTS}/{shop.id}"
    page = then(console, f"{where}/secret/end")
    assert "Old secret ended" in page and "Two secrets sign" not in page
    assert fresh(shop).old_secret_until is None
    assert "Old secret ended" in then(console, f"{where}/secret/end")


def test_the_page_shows_how_to_check_a_signature(
    console: FlaskClient, shop: events.Endpoint
) -> None:
    page = console.get(f"{ENDPOINTS}/{shop.id}").text
    for words in ("Python", "Node", "Shell", "compare_digest", "timingSafeEqual", "/docs/webhooks"):
        assert words in page, words


# an endpoint that fails ------------------------------------------------------------


def test_one_that_fails_says_what_it_answered_and_what_waits(
    console: FlaskClient, shop: events.Endpoint
) -> None:
    for _ in range(2):
        delivery(shop, 500)
    changed(shop, failing_since=now() - timedelta(hours=3))
    page = console.get(f"{ENDPOINTS}/{shop.id}").text
    for words in ("Failing since", "It answered 500.", "2 events wait."):
        assert words in page, words
    part = console.get(f"{ENDPOINTS}/{shop.id}?live=standing")
    assert "Failing since" in part.text and "<html" not in part.text
    tag = {"If-None-Match": part.headers["ETag"]}
    again = console.get(f"{ENDPOINTS}/{shop.id}?live=standing", headers=tag)
    assert again.status_code == 304


def test_one_press_turns_it_on_and_sends_what_was_missed(
    console: FlaskClient, shop: events.Endpoint
) -> None:
    delivery(shop, 410)
    changed(shop, status="disabled", disabled_reason="gone", disabled_at=now())
    events.emit(shop.store_id, "order.created", {"id": "ord_2"}, mode="live")
    db.session.commit()
    where = f"{ENDPOINTS}/{shop.id}"
    page = console.get(where).text
    assert "It answered 410 Gone" in page and "1 event waits." in page
    assert "Turn on and send what was missed" in page and "Turn on again" in page
    press = {"key": "one press"}
    page = then(console, f"{where}/recover/missed", **press)
    assert "Endpoint turned on, 2 events queued" in page
    assert fresh(shop).enabled and len(owed(shop)) == 2
    assert "Endpoint turned on, 2 events queued" in then(
        console, f"{where}/recover/missed", **press
    )
    assert len(owed(shop)) == 2


def test_what_failed_since_a_time_is_tried_again(
    console: FlaskClient, shop: events.Endpoint
) -> None:
    sent = delivery(shop, 500)
    given_up(sent)
    ask = console.get(f"{ENDPOINTS}/{shop.id}/recover").text
    assert "Try the failed ones again?" in ask and f'value="{local(-24)[:13]}' in ask
    page = then(console, f"{ENDPOINTS}/{shop.id}/recover", since=local(-1))
    assert "1 event queued" in page
    [again] = owed(shop)
    assert (again.id, again.status) == (sent.id, events.DeliveryStatus.PENDING)


@pytest.mark.parametrize(
    ("since", "said"),
    [
        ("", "Enter a date and a time."),
        ("soon", "Enter a date and a time like 2026-11-26 10:42."),
        ("0001-01-01T00:00", "Enter a date and a time like"),
        ("9999-12-31T23:59", "Enter a date and a time like"),
        ("2199-01-01T00:00", "Enter a time that has passed."),
    ],
)
def test_a_time_that_cannot_be_is_said_at_its_field(
    console: FlaskClient, shop: events.Endpoint, since: str, said: str
) -> None:
    for path, typed in (
        (f"{ENDPOINTS}/{shop.id}/recover", {}),
        (REPLAYS, {"to": shop.id}),
    ):
        answer = console.post(path, data={"since": since, **typed})
        assert answer.status_code == 422 and said in answer.text, path
        part = console.post(path, data={"since": since, **typed}, headers=makers.HTMX)
        assert part.status_code == 422 and "<html" not in part.text


# sent again --------------------------------------------------------------------


def test_a_delivery_is_sent_again_and_both_are_linked(
    console: FlaskClient, shop: events.Endpoint
) -> None:
    sent = delivery(shop, 200)
    press = {"key": "one press"}
    page = then(console, f"{DELIVERIES}/{sent.id}/replays", **press)
    new = owed(shop)[0]
    assert (new.replay_of, new.event_id) == (sent.id, sent.event_id)
    assert "Event sent again" in page and f'href="{DELIVERIES}/{sent.id}"' in page
    assert "It is on its way." in page
    assert f'href="{DELIVERIES}/{new.id}"' in console.get(f"{DELIVERIES}/{sent.id}").text
    then(console, f"{DELIVERIES}/{sent.id}/replays", **press)
    assert len(owed(shop)) == 2
    then(console, f"{DELIVERIES}/{sent.id}/replays", key="another press")
    assert len(owed(shop)) == 3


def test_nothing_is_sent_again_to_one_that_is_off(
    console: FlaskClient, shop: events.Endpoint
) -> None:
    sent = delivery(shop, 200)
    events.pause(shop.store_id, shop.id)
    answer = console.post(f"{DELIVERIES}/{sent.id}/replays")
    assert answer.status_code == 409 and "Turn it on again first." in answer.text
    assert 'role="alert"' in answer.text and len(owed(shop)) == 1
    answer = console.post(REPLAYS, data={"to": shop.id, "since": local(-1)})
    assert answer.status_code == 409 and "Turn it on again first." in answer.text


def test_all_of_a_time_is_sent_again_in_order(
    console: FlaskClient, shop: events.Endpoint, clock: Clock
) -> None:
    early = delivery(shop, 200)
    clock.forward(7_200)
    mine = [delivery(shop, 200), delivery(shop, 500)]
    page = then(console, REPLAYS, to=shop.id, since=local(-1))
    assert "2 events queued" in page
    again = [one for one in owed(shop) if one.replay_of]
    assert [one.replay_of for one in again] == [mine[1].id, mine[0].id]
    page = then(console, REPLAYS, to=shop.id, since=local(-3), until=local(-1))
    assert "1 event queued" in page and owed(shop)[0].replay_of == early.id
    page = then(console, REPLAYS, to=shop.id, since=local(-5), until=local(-4))
    assert "Nothing to send again" in page


def test_the_end_of_the_time_comes_after_its_begin(
    console: FlaskClient, shop: events.Endpoint
) -> None:
    answer = console.post(REPLAYS, data={"to": shop.id, "since": local(-1), "until": local(-2)})
    assert answer.status_code == 422 and "Enter a time after the first." in answer.text


def test_the_question_is_a_dialog_or_a_page(
    console: FlaskClient, shop: events.Endpoint, store: stores.Store
) -> None:
    part = console.get(f"{REPLAYS}?to={shop.id}", headers=makers.HTMX).text
    assert "<html" not in part and "data-closes" in part and 'type="hidden" name="to"' in part
    other = endpoint(store, "https://93.184.215.15/other")
    page = console.get(f"{REPLAYS}?since=2026-11-26T10:42").text
    assert "<html" in page and f'<option value="{other.id}">' in page
    assert 'value="2026-11-26T10:42"' in page


def test_without_an_endpoint_there_is_nowhere_to_send(console: FlaskClient) -> None:
    assert "No endpoints yet" in console.get(REPLAYS).text


def test_whatever_is_typed_is_answered(console: FlaskClient, shop: events.Endpoint) -> None:
    for text in NASTY:
        for typed in (
            {"to": shop.id, "since": text},
            {"to": shop.id, "since": local(-1), "until": text},
            {"to": text, "since": local(-1)},
        ):
            assert console.post(REPLAYS, data=typed).status_code in (303, 404, 422), typed
        assert console.get(REPLAYS, query_string={"since": text, "until": text}).status_code == 200
        sent = console.post("/console/developers/events/test", data={"to": text})
        assert sent.status_code == 404


def test_what_is_somebody_elses_is_neither_shown_nor_sent(
    console: FlaskClient, foreign: events.Endpoint
) -> None:
    sent = delivery(foreign, 500)
    assert console.get(f"{REPLAYS}?to={foreign.id}").status_code == 404
    assert console.get(f"{ENDPOINTS}/{foreign.id}/recover").status_code == 404
    for path, typed in (
        (REPLAYS, {"to": foreign.id, "since": local(-1)}),
        ("/console/developers/events/test", {"to": foreign.id}),
        (f"{DELIVERIES}/{sent.id}/replays", {}),
    ):
        assert console.post(path, data=typed).status_code == 404, path
    assert len(owed(foreign)) == 1
    assert fresh(foreign).old_secret_until is None


def given_up(sent: events.Delivery) -> None:
    db.session.get_one(events.Delivery, sent.id).status = events.DeliveryStatus.FAILED
    db.session.commit()
