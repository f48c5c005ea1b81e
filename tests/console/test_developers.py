"""Endpoints, deliveries and events in the console, as a merchant's developer meets them."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy.event import listen, remove
from werkzeug.test import TestResponse

from synqro import events, stores
from synqro.agents import Kind
from synqro.core.clock import now
from synqro.core.db import db
from tests import makers
from tests.conftest import Clock
from tests.console.sent import BROKEN, URL, changed, delivery, endpoint
from tests.pausing import pause, resume

ENDPOINTS = "/console/developers/endpoints"
NEW = f"{ENDPOINTS}/new"
DELIVERIES = "/console/developers/deliveries"
SECRET = re.compile(r"whsec_[\w+/=]+")


def add(console: FlaskClient, key: str = "one click", **typed: object) -> TestResponse:
    return console.post(NEW, data={"url": URL, "which": "all", "key": key, **typed})


def then(console: FlaskClient, path: str, **typed: object) -> str:
    """Send a plain form, and give back the page that follows."""
    answer = console.post(path, data=typed)
    assert answer.status_code == 303, answer.text
    return console.get(answer.location).text


def secret(answer: TestResponse) -> str:
    found = SECRET.search(answer.text)
    assert found, answer.text
    return found[0]


def fresh(found: events.Endpoint) -> events.Endpoint:
    db.session.rollback()
    db.session.expire_all()
    return events.endpoint(found.store_id, found.id)


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


@contextmanager
def queries() -> Iterator[list[str]]:
    asked: list[str] = []

    def note(*args: object) -> None:
        asked.append(str(args[2]))

    listen(db.engine, "before_cursor_execute", note)
    yield asked
    remove(db.engine, "before_cursor_execute", note)


def test_the_section_opens_with_the_keys(console: FlaskClient) -> None:
    keys = "/console/developers/secret_keys"
    assert console.get("/console/developers").location == keys
    page = console.get(ENDPOINTS).text
    assert "No endpoints yet" in page and f'href="{keys}"' in page
    assert '<a href="/console/developers" aria-current="page" data-go="d">' in page
    assert 'href="/console/developers"' in console.get("/console/settings").text


def test_the_secret_is_seen_once(
    console: FlaskClient, store: stores.Store, caplog: pytest.LogCaptureFixture
) -> None:
    answer = add(console)
    assert answer.status_code == 201
    shown = secret(answer)
    for header in ("webhook-id", "webhook-timestamp", "webhook-signature"):
        assert header in answer.text
    [made] = events.endpoints(store.id)
    assert answer.headers["HX-Replace-Url"] == f"{ENDPOINTS}/{made.id}"
    assert shown not in str(answer.headers) and shown not in caplog.text
    for path in (ENDPOINTS, f"{ENDPOINTS}/{made.id}", f"{ENDPOINTS}/{made.id}?live=1", DELIVERIES):
        assert shown not in console.get(path).text, path


def test_a_second_press_adds_nothing_and_shows_the_same_secret(
    console: FlaskClient, store: stores.Store, clock: Clock
) -> None:
    first = add(console)
    assert secret(add(console)) == secret(first)
    [made] = events.endpoints(store.id)
    clock.forward(61)
    late = add(console)
    assert late.status_code == 303 and late.location == f"{ENDPOINTS}/{made.id}"
    assert secret(add(console, key="another click")) != secret(first)
    assert len(events.endpoints(store.id)) == 2


def test_a_form_mended_after_a_refusal_is_taken(console: FlaskClient, store: stores.Store) -> None:
    assert add(console, url="http://localhost/").status_code == 422
    assert add(console).status_code == 201
    assert len(events.endpoints(store.id)) == 1


def test_only_the_ticked_events_are_asked_for(console: FlaskClient, store: stores.Store) -> None:
    wanted = ["order.shipped", "order.created"]
    add(console, which="some", events=wanted, description="Label printer")
    [made] = events.endpoints(store.id)
    assert (sorted(made.events), made.description) == (sorted(wanted), "Label printer")
    page = console.get(f"{ENDPOINTS}/{made.id}").text
    ticked = re.findall(r'name="events" value="([\w.]+)" checked', page)
    assert sorted(ticked) == sorted(wanted)
    assert "2 kinds" in console.get(ENDPOINTS).text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"which": "some"}, "Choose at least one event."),
        ({"which": "some", "events": ["order.eaten"]}, "There is no event order.eaten."),
        ({"which": "none"}, "Choose one of"),
        ({"description": "x" * 201}, "Use at most 200 characters."),
        ({"description": "a\0b"}, "characters that cannot be used"),
    ],
)
def test_a_wrong_form_comes_back_as_it_was_typed(
    console: FlaskClient, store: stores.Store, typed: dict[str, object], said: str
) -> None:
    answer = add(console, **typed)
    assert answer.status_code == 422 and said in answer.text
    assert f'value="{URL}"' in answer.text
    assert events.endpoints(store.id) == []


def test_all_that_is_wrong_is_said_at_once(console: FlaskClient) -> None:
    answer = add(console, url="ftp://x", which="some")
    assert answer.status_code == 422 and "Two fields need a look." in answer.text


def test_a_shop_full_of_endpoints_says_so(console: FlaskClient, store: stores.Store) -> None:
    for _ in range(50):
        endpoint(store)
    answer = add(console)
    assert answer.status_code == 409 and "at most 50 endpoints" in answer.text
    assert f'value="{URL}"' in answer.text


def test_the_list_says_how_each_stands(console: FlaskClient, store: stores.Store) -> None:
    endpoint(store, "https://quiet.example/")
    good = endpoint(store, "https://93.184.215.14/good", types=["order.created"])
    bad = endpoint(store, "https://93.184.215.15/bad")
    delivery(good, 200)
    delivery(bad, "No whole answer came within 10 seconds.")
    changed(bad, failing_since=now() - timedelta(hours=3))
    gone = endpoint(store, "https://93.184.215.16/gone")
    changed(gone, status="disabled", disabled_reason="gone")
    page = console.get(ENDPOINTS).text
    rows = [row for row in page.split("<tr")[2:]]
    for row, words in zip(
        rows,
        (
            ("quiet.example", "Nothing sent yet", "On"),
            ("good", "order.created", "200", "On"),
            ("bad", "No answer", "Failing", "since"),
            ("gone", "Turned off"),
        ),
        strict=True,
    ):
        for word in words:
            assert word in row, (word, row)


def test_an_endpoint_is_changed(console: FlaskClient, shop: events.Endpoint) -> None:
    where = f"{ENDPOINTS}/{shop.id}"
    moved = {"url": "https://93.184.215.15/new", "which": "all", "description": ""}
    assert "Endpoint saved" in then(console, where, **moved)
    assert fresh(shop).url == moved["url"]
    answer = console.post(where, data={**moved, "url": "https://10.0.0.1/"})
    assert answer.status_code == 422 and 'value="https://10.0.0.1/"' in answer.text
    assert fresh(shop).url == moved["url"]


def test_an_endpoint_pauses_and_goes_on(console: FlaskClient, shop: events.Endpoint) -> None:
    where = f"{ENDPOINTS}/{shop.id}"
    for _ in range(2):
        page = then(console, f"{where}/pause")
        assert "Endpoint paused" in page and "Resume" in page
        assert "Send test event" not in page
    assert not fresh(shop).enabled
    refused = console.post(f"{where}/test")
    assert refused.status_code == 409 and "Turn it on again first." in refused.text
    for _ in range(2):
        assert "Endpoint turned on" in then(console, f"{where}/resume")
    assert fresh(shop).enabled


def test_while_webhook_delivery_is_paused_each_page_says_that_it_waits(
    console: FlaskClient, shop: events.Endpoint
) -> None:
    said = "Deliveries wait: webhook delivery is paused."
    waiting = delivery(shop)
    pages = f"{ENDPOINTS}/{shop.id}", f"{DELIVERIES}/{waiting.id}"
    assert not any(said in console.get(page).text for page in pages)
    pause(stores.by_id(shop.store_id), Kind.WEBHOOK_DELIVERY)
    assert all(said in console.get(page).text for page in pages)
    assert "deliveries wait" in console.get(ENDPOINTS).text
    resume(stores.by_id(shop.store_id), Kind.WEBHOOK_DELIVERY)
    assert not any(said in console.get(page).text for page in pages)


@pytest.mark.parametrize(
    ("reason", "said"),
    [("gone", "It answered 410 Gone"), ("failing", "no success for 7 days.")],
)
def test_one_that_was_turned_off_says_why(
    console: FlaskClient, shop: events.Endpoint, reason: str, said: str
) -> None:
    changed(shop, status="disabled", disabled_reason=reason)
    where = f"{ENDPOINTS}/{shop.id}"
    page = console.get(where).text
    assert said in page and "Turn on again" in page
    console.post(f"{where}/resume")
    assert fresh(shop).enabled
    assert said not in console.get(where).text


def test_one_that_fails_says_since_when(console: FlaskClient, shop: events.Endpoint) -> None:
    changed(shop, failing_since=now() - timedelta(hours=3))
    assert "Failing since" in console.get(f"{ENDPOINTS}/{shop.id}").text


def test_a_deleted_endpoint_is_gone_with_its_log(
    console: FlaskClient, shop: events.Endpoint
) -> None:
    sent = delivery(shop, 200)
    page = then(console, f"{ENDPOINTS}/{shop.id}/delete")
    assert "Endpoint deleted" in page and "No endpoints yet" in page
    for path in (f"{ENDPOINTS}/{shop.id}", f"{DELIVERIES}/{sent.id}", f"{DELIVERIES}?to={shop.id}"):
        assert console.get(path).status_code == 404, path
    assert console.post(f"{ENDPOINTS}/{shop.id}/delete").status_code == 404


def test_a_test_is_listed_at_once(console: FlaskClient, shop: events.Endpoint) -> None:
    where = f"{ENDPOINTS}/{shop.id}"
    part = console.post(f"{where}/test", headers=makers.HTMX).text
    assert "Test event sent" in part and "webhook.test" in part and "<html" not in part
    page = then(console, f"{where}/test")
    assert "Test event sent" in page and page.count(">webhook.test</a>") == 2


def test_the_list_shows_every_kind_of_answer(console: FlaskClient, shop: events.Endpoint) -> None:
    delivery(shop, type="order.created")
    delivery(shop, 500, 502, type="order.updated")
    delivery(shop, "Nothing listens at the address.", type="order.shipped")
    delivery(shop, 204, type="order.cancelled")
    page = console.get(DELIVERIES).text
    rows = page.split("<tr")[2:]
    for row, words in zip(
        rows,
        (
            ("order.cancelled", "204", "84 ms"),
            ("order.shipped", "No answer", "10 s"),
            ("order.updated", "502", "84 ms", ">2<"),
            ("order.created", "Waiting"),
        ),
        strict=True,
    ):
        for word in words:
            assert word in row, (word, row)
    failed = console.get(f"{DELIVERIES}?failed=1").text
    assert re.findall(r">(\w+\.\w+)</a>", failed) == ["order.shipped", "order.updated"]


def test_the_list_is_kept_to_one_endpoint(console: FlaskClient, store: stores.Store) -> None:
    one, two = endpoint(store, types=["order.created"]), endpoint(store, types=["order.cancelled"])
    delivery(one, 200)
    delivery(two, 200, type="order.cancelled")
    page = console.get(f"{DELIVERIES}?to={one.id}").text
    assert re.findall(r">(\w+\.\w+)</a>", page) == ["order.created"]


def test_older_ones_stand_on_further_pages(console: FlaskClient, shop: events.Endpoint) -> None:
    for number in range(60):
        delivery(shop, 200, data={"number": number})
    seen: list[str] = []
    path = DELIVERIES
    while path:
        page = console.get(path).text
        seen += re.findall(r'id="(dlv_\w+)"', page)
        delivery(shop, 200)  # what arrives meanwhile neither repeats nor hides anything
        more = re.search(r'href="([^"]+)">Older deliveries', page)
        path = more[1].replace("&amp;", "&") if more else ""
    assert len(seen) == len(set(seen)) == 60


@pytest.mark.parametrize("many", [1, 25])
def test_a_list_of_any_length_asks_as_often(
    console: FlaskClient, shop: events.Endpoint, many: int
) -> None:
    for _ in range(many):
        delivery(shop, 500, 500, 200)
    with queries() as asked:
        console.get(f"{DELIVERIES}?live=1")
    assert len([query for query in asked if query.startswith("SELECT")]) == 4, asked


def test_a_poll_is_answered_once(console: FlaskClient, shop: events.Endpoint) -> None:
    sent = delivery(shop, 500)
    for path in (DELIVERIES, f"{ENDPOINTS}/{shop.id}", f"{DELIVERIES}/{sent.id}"):
        first = console.get(f"{path}?live=1")
        tag = {"If-None-Match": first.headers["ETag"]}
        assert console.get(f"{path}?live=1", headers=tag).status_code == 304, path
        delivery(shop, 200)
        again = console.get(f"{path}?live=1", headers=tag).status_code
        assert again == (304 if path.endswith(sent.id) else 200), path


def test_a_delivery_shows_both_sides(console: FlaskClient, shop: events.Endpoint) -> None:
    sent = delivery(shop, "Its name cannot be resolved.", 500, body=BROKEN)
    page = console.get(f"{DELIVERIES}/{sent.id}").text
    for words in (
        "Try 1", "Try 2", "Its name cannot be resolved.", "Server", "gunicorn",
        "KeyError: &#39;deposit&#39;", "Next try at", "Waiting", "webhook-signature",
        sent.event_id, "Exact bytes", "84 ms",
    ):  # fmt: skip
        assert words in page, words
    assert f'id="{sent.id}"' in page and 'aria-selected="true"' in page


def test_the_exact_bytes_can_be_had(console: FlaskClient, shop: events.Endpoint) -> None:
    sent = delivery(shop, 200, data={"name": "Łódź <b>", "total": 28.50})
    answer = console.get(f"{DELIVERIES}/{sent.id}/body")
    assert answer.data == events.delivery(shop.store_id, sent.id).event.body
    assert answer.content_type == "application/json"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        (b"caf\xc3", "caf"),
        (b"\x89PNG\r\n\x00\x01", "89 50 4e 47"),
        (b"\xff\xfe<b>", "Not text"),
        (b"", "had no body"),
        (b"[" * 16_384, "[[["),
        (b'{"a":1.50,"b":[],"c":{}}', "1.50"),
        (b'{"a": "</pre><img src=x>"}', "&lt;/pre&gt;&lt;img src=x&gt;"),
    ],
)
def test_whatever_was_answered_is_only_text(
    console: FlaskClient, shop: events.Endpoint, body: bytes, said: str
) -> None:
    sent = delivery(shop, 500, body=body, headers={"X-Odd": '<i>"</i>'})
    page = console.get(f"{DELIVERIES}/{sent.id}").text
    assert said in page
    assert "<script>alert" not in page and "<img src=x" not in page and "<i>" not in page


def test_a_delivery_to_a_paused_endpoint_waits(console: FlaskClient, shop: events.Endpoint) -> None:
    sent = delivery(shop)
    assert "It is on its way." in console.get(f"{DELIVERIES}/{sent.id}").text
    changed(shop, failing_since=now())
    assert "waits for its next try" in console.get(f"{DELIVERIES}/{sent.id}").text
    events.pause(shop.store_id, shop.id)
    assert "until the endpoint is turned on" in console.get(f"{DELIVERIES}/{sent.id}").text


def test_a_delivery_that_is_not_there_leads_back_to_the_console(console: FlaskClient) -> None:
    page = console.get(f"{DELIVERIES}/dlv_none", headers={"Accept": "text/html"})
    assert page.status_code == 404 and 'href="/console/"' in page.text


def test_every_event_is_explained(console: FlaskClient) -> None:
    page = console.get("/console/developers/events").text
    for type in events.TYPES:
        assert f">{type}</span>" in page and f"&#34;{type}&#34;" in page


def test_what_is_somebody_elses_is_not_there(
    console: FlaskClient, foreign: events.Endpoint
) -> None:
    sent = delivery(foreign, 200)
    where = f"{ENDPOINTS}/{foreign.id}"
    for path in (
        where, f"{where}?live=1", f"{DELIVERIES}/{sent.id}", f"{DELIVERIES}/{sent.id}?live=1",
        f"{DELIVERIES}/{sent.id}/body", f"{DELIVERIES}?to={foreign.id}", f"{DELIVERIES}?to=%00",
    ):  # fmt: skip
        assert console.get(path).status_code == 404, path
    for verb in ("", "/pause", "/resume", "/test", "/delete"):
        data = {"url": URL, "which": "all"}
        assert console.post(where + verb, data=data).status_code == 404, verb
    assert fresh(foreign).enabled
    assert "order.created" not in console.get(DELIVERIES).text


def test_the_twin_has_its_own(console: FlaskClient, shop: events.Endpoint) -> None:
    console.post("/console/mode", data={"mode": "test"})
    assert "No endpoints yet" in console.get(ENDPOINTS).text
    assert console.get(f"{ENDPOINTS}/{shop.id}").status_code == 404
    add(console, url="https://93.184.215.15/test")
    assert "93.184.215.15" in console.get(ENDPOINTS).text
    console.post("/console/mode", data={"mode": "live"})
    assert "93.184.215.15" not in console.get(ENDPOINTS).text


def test_writes_from_other_pages_are_refused(console: FlaskClient, shop: events.Endpoint) -> None:
    for path in (NEW, *(f"{ENDPOINTS}/{shop.id}{verb}" for verb in ("", "/pause", "/delete"))):
        answer = console.post(
            path, data={"url": URL, "which": "all"}, headers={"Sec-Fetch-Site": "cross-site"}
        )
        assert answer.status_code == 403, path
    assert fresh(shop).enabled and len(events.endpoints(shop.store_id)) == 1


@pytest.mark.parametrize("path", [ENDPOINTS, NEW, DELIVERIES, "/console/developers/events"])
def test_nobody_else_gets_in(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 302


@pytest.mark.parametrize("cursor", ["x", "W10", "\0", "é", "a" * 5_000])
def test_a_cursor_of_nobodys_is_refused(
    console: FlaskClient, shop: events.Endpoint, cursor: str
) -> None:
    answer = console.get(DELIVERIES, query_string={"cursor": cursor})
    assert answer.status_code in (400, 422)
