"""The log of deliveries narrowed down, and the list of what happened."""

import re
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from flask.testing import FlaskClient

from synqro import events, stores
from synqro.core.clock import now
from synqro.core.db import db
from tests import makers
from tests.conftest import Clock
from tests.console.sent import ORDER, changed, delivery, endpoint
from tests.console.test_any_input import NASTY

DELIVERIES, CATALOGUE = "/console/developers/deliveries", "/console/developers/events"
HAPPENED = f"{CATALOGUE}/happened"
ROWS = re.compile(r'id="(?:dlv|evt)_\w+"[^>]*>([\w.]+)</a>')


@pytest.fixture
def shop(store: stores.Store) -> events.Endpoint:
    """The store's only endpoint."""
    return endpoint(store)


def rows(console: FlaskClient, path: str = DELIVERIES, **asked: str) -> list[str]:
    """The events in the list, the newest first."""
    answer = console.get(path, query_string=asked)
    assert answer.status_code == 200, answer.text
    return ROWS.findall(answer.text)


def berlin(hours: float) -> str:
    there = (now() + timedelta(hours=hours)).astimezone(ZoneInfo("Europe/Berlin"))
    return f"{there:%Y-%m-%dT%H:%M}"


def test_the_log_is_narrowed_by_state_and_event(
    console: FlaskClient, shop: events.Endpoint
) -> None:
    delivery(shop, 200, type="order.created")
    delivery(shop, 500, type="order.updated")
    delivery(shop, type="order.shipped")
    given_up = delivery(shop, 500, type="quote.sent")
    db.session.get_one(events.Delivery, given_up.id).status = events.DeliveryStatus.FAILED
    db.session.commit()
    assert rows(console, state="delivered") == ["order.created"]
    assert rows(console, state="waiting") == ["order.shipped", "order.updated"]
    assert rows(console, state="failed") == ["quote.sent"]
    assert rows(console, failed="1") == ["quote.sent", "order.updated"]
    assert rows(console, type="order.shipped") == ["order.shipped"]
    assert rows(console, failed="1", type="order.updated", to=shop.id) == ["order.updated"]
    assert rows(console, state="delivered", type="quote.sent") == []
    page = console.get(f"{DELIVERIES}?state=delivered&type=quote.sent").text
    assert "Nothing fits" in page and "Show all" in page


def test_times_are_those_of_the_shops_clock(
    console: FlaskClient, shop: events.Endpoint, clock: Clock
) -> None:
    delivery(shop, 200, type="order.created")
    clock.forward(7_200)
    delivery(shop, 200, type="order.updated")
    assert rows(console, since=berlin(-1)) == ["order.updated"]
    assert rows(console, until=berlin(-1)) == ["order.created"]
    assert rows(console, until=berlin(0)) == ["order.updated", "order.created"]
    assert rows(console, since=berlin(-3), until=berlin(-1)) == ["order.created"]
    page = console.get(DELIVERIES, query_string={"since": berlin(-1)}).text
    assert f'value="{berlin(-1)}"' in page and "Europe/Berlin" in page


def test_filters_stay_on_further_pages_and_in_what_is_opened(
    console: FlaskClient, shop: events.Endpoint
) -> None:
    for _ in range(26):
        delivery(shop, 200)
    page = console.get(f"{DELIVERIES}?state=delivered&type=order.created").text
    older = re.search(r'href="([^"]+)">Older deliveries', page)
    assert older
    for part in ("state=delivered", "type=order.created", "cursor="):
        assert part in older[1]
    assert len(ROWS.findall(console.get(older[1].replace("&amp;", "&")).text)) == 1
    opened = re.search(r'id="dlv_\w+" href="([^"]+)"', page)
    assert opened and "state=delivered" in opened[1]
    live = re.search(r'hx-get="([^"]+live=1[^"]+)"', page)
    assert live and "type=order.created" in live[1]


def test_a_form_sent_by_script_leaves_a_clean_address(
    console: FlaskClient, shop: events.Endpoint
) -> None:
    asked = {"to": "", "state": "delivered", "type": "", "since": "", "until": ""}
    answer = console.get(DELIVERIES, query_string=asked, headers=makers.HTMX)
    assert answer.headers["HX-Push-Url"] == f"{DELIVERIES}?state=delivered"


@pytest.mark.parametrize("name", ["since", "until"])
def test_what_is_no_time_is_said_and_filters_nothing(
    console: FlaskClient, shop: events.Endpoint, name: str
) -> None:
    delivery(shop, 200)
    for text in (
        "soon",
        "2026-13-01T00:00",
        "0001-01-01T00:00",
        "9999-12-31T23:59",
        "\0",
        "x" * 9_999,
    ):
        answer = console.get(DELIVERIES, query_string={name: text})
        assert answer.status_code == 200, text
        assert "Enter a date and a time like 2026-11-26 10:42." in answer.text
        assert ROWS.findall(answer.text) == ["order.created"]
    turned = console.get(f"{DELIVERIES}?since=2026-11-26T10:42&until=2026-11-25T10:42").text
    assert "The first time is after the last one." in turned


def test_whatever_is_asked_for_is_answered(console: FlaskClient, shop: events.Endpoint) -> None:
    sent = delivery(shop, 200)
    names = ("state", "type", "since", "until", "failed", "open")
    for at, text in enumerate(NASTY):
        for path in (f"{DELIVERIES}/{sent.id}", HAPPENED):
            asked = dict.fromkeys(names, text) | ({"live": text} if at % 2 else {})
            assert console.get(path, query_string=asked).status_code == 200, (path, text)


def test_a_delivery_shows_the_headers_of_every_try(
    console: FlaskClient, shop: events.Endpoint
) -> None:
    sent = delivery(shop, 500, 502)
    for number, tried in enumerate(events.delivery(shop.store_id, sent.id).tries):
        found = db.session.get_one(events.Attempt, tried.id)
        found.request_headers = {"webhook-signature": f"v1,{number}<i>", "webhook-id": "evt_0"}
    db.session.commit()
    page = console.get(f"{DELIVERIES}/{sent.id}").text
    assert "v1,0&lt;i&gt;" in page and "v1,1&lt;i&gt;" in page and "<i>" not in page
    assert page.index("What we sent") < page.index("v1,1&lt;") < page.index("Headers of try 1")


def test_the_catalogue_says_who_listens_and_what_came_last(
    console: FlaskClient, store: stores.Store
) -> None:
    assert "Nobody" in console.get(CATALOGUE).text
    one = endpoint(store, types=["order.created"])
    endpoint(store, "https://93.184.215.15/all")
    off = endpoint(store, "https://93.184.215.16/off")
    changed(off, status="disabled", disabled_reason="paused")
    sent = delivery(one, 200)
    page = console.get(CATALOGUE).text
    kinds = dict(re.findall(r'<details id="([\w.]+)">(.*?)</details>', page, flags=re.S))
    assert kinds.keys() == events.TYPES.keys()
    assert "2 endpoints" in kinds["order.created"] and "1 endpoint" in kinds["quote.sent"]
    assert "93.184.215.16" not in kinds["order.created"]
    assert f"{HAPPENED}/{sent.event_id}" in kinds["order.created"]
    assert "None in the last 30 days" in kinds["quote.sent"]
    part = console.get(f"{CATALOGUE}?live=1").text
    assert "<html" not in part and "Event catalogue" in part


def test_a_test_is_sent_from_the_catalogue(console: FlaskClient, shop: events.Endpoint) -> None:
    page = console.get(CATALOGUE).text
    assert f'name="to" value="{shop.id}"' in page
    answer = console.post(f"{CATALOGUE}/test", data={"to": shop.id})
    assert answer.status_code == 303
    page = console.get(answer.location).text
    assert "Test event sent" in page and "webhook.test" in page
    events.pause(shop.store_id, shop.id)
    assert "Send a test" not in console.get(CATALOGUE).text
    refused = console.post(f"{CATALOGUE}/test", data={"to": shop.id})
    assert refused.status_code == 409 and "Turn it on again first." in refused.text


def test_what_happened_is_listed_whether_or_not_somebody_was_told(
    console: FlaskClient, store: stores.Store
) -> None:
    assert "Nothing happened yet" in console.get(HAPPENED).text
    quiet = events.emit(store.id, "quote.sent", {"id": "qt_1", "number": "Q-7"}, mode="live")
    db.session.commit()
    sent = delivery(endpoint(store), 500)
    assert rows(console, HAPPENED) == ["order.created", "quote.sent"]
    assert rows(console, HAPPENED, type="quote.sent") == ["quote.sent"]
    assert rows(console, HAPPENED, type="order.shipped") == []
    page = console.get(HAPPENED).text
    assert "Q-7" in page and str(ORDER["number"]) in page
    page = console.get(f"{HAPPENED}/{quiet.id}").text
    assert "Nobody was told" in page and "&#34;qt_1&#34;" in page
    page = console.get(f"{HAPPENED}/{sent.event_id}").text
    assert f'href="{DELIVERIES}/{sent.id}"' in page and "Waiting" in page
    part = console.get(f"{HAPPENED}/{sent.event_id}?live=1")
    assert "<html" not in part.text
    tag = {"If-None-Match": part.headers["ETag"]}
    assert console.get(f"{HAPPENED}/{sent.event_id}?live=1", headers=tag).status_code == 304


def test_older_events_stand_on_further_pages(console: FlaskClient, store: stores.Store) -> None:
    for number in range(30):
        events.emit(store.id, "order.created", {"id": f"ord_{number}"}, mode="live")
    db.session.commit()
    page = console.get(f"{HAPPENED}?type=order.created").text
    older = re.search(r'href="([^"]+)">Older events', page)
    assert older and "type=order.created" in older[1]
    assert len(ROWS.findall(page)) == 25
    assert len(ROWS.findall(console.get(older[1].replace("&amp;", "&")).text)) == 5


def test_events_of_others_and_of_long_ago_are_not_there(
    console: FlaskClient, store: stores.Store, clock: Clock
) -> None:
    place = stores.Place("GBP", "GB", "Europe/London", "en_GB")
    other = stores.open_store(makers.person("other@example.com"), name="Theirs", place=place)
    theirs = events.emit(other.store.id, "order.created", {"id": "ord_9"}, mode="live")
    db.session.commit()
    sent = delivery(endpoint(store), 200)
    for id in (theirs.id, "evt_0", "\0", "x" * 300):
        assert console.get(f"{HAPPENED}/{id}").status_code == 404
    assert rows(console, HAPPENED) == ["order.created"]
    clock.forward(31 * 86_400)
    assert rows(console, HAPPENED) == []
    assert console.get(f"{HAPPENED}/{sent.event_id}").status_code == 404
    page = console.get(f"{DELIVERIES}/{sent.id}").text
    assert sent.event_id in page and f"{HAPPENED}/{sent.event_id}" not in page


@pytest.mark.parametrize("path", [CATALOGUE, HAPPENED, "/console/developers/replays"])
def test_nobody_else_gets_in(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 302
