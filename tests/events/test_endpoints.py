"""Endpoints: what is refused, what is kept, what is never shown again."""

import sys

import pytest
from sqlalchemy import text

from synqro import events
from synqro.core.db import db
from synqro.core.errors import Invalid

URL = "https://hooks.example.com/synqro"


@pytest.fixture
def settings(settings):
    settings.webhook_allow_private = False
    return settings


def refused(**given) -> dict[str, str]:
    with pytest.raises(Invalid) as error:
        events.add_endpoint(**given)
    return {field["field"]: field["code"] for field in error.value.facts["fields"]}


def test_an_endpoint_is_kept_as_it_was_given(store):
    new = events.add_endpoint(store.id, url=f" {URL} ", types=["order.shipped", "order.created"])
    found = events.endpoint(store.id, new.endpoint.id)
    assert (found.url, found.events, found.status) == (
        URL,
        ["order.created", "order.shipped"],
        "enabled",
    )
    assert new.endpoint.id.startswith("whk_")
    assert [found.id for found in events.endpoints(store.id)] == [new.endpoint.id]


def test_the_secret_is_sealed(store):
    new = events.add_endpoint(store.id, url=URL, types=["*"])
    assert new.secret.startswith("whsec_")
    stored = str(db.session.execute(text("SELECT * FROM webhook_endpoints")).all())
    assert new.secret.removeprefix("whsec_") not in stored
    assert new.secret != events.add_endpoint(store.id, url=URL, types=["*"]).secret


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://hooks.example.com/", "url_not_https"),
        ("https://10.0.0.1/", "url_not_public"),
        ("https://localhost/", "url_not_public"),
        ("https://hooks.example.com:444/", "url_not_public"),
        ("hooks", "invalid_url"),
        ("", "invalid_url"),
        ("https://\0/", "invalid_url"),
        ("https://a.example/\ud800", "invalid_url"),
        ("https://" + "a" * 3000, "invalid_url"),
    ],
)
def test_a_wrong_address_is_named(store, url, code):
    assert refused(store_id=store.id, url=url, types=["*"]) == {"url": code}


@pytest.mark.parametrize(
    ("types", "code"),
    [
        ([], "required"),
        (["order.lost"], "unknown_event"),
        (["*", "order.created"], "unknown_event"),
        ([""], "unknown_event"),
    ],
)
def test_a_wrong_event_is_named(store, types, code):
    assert refused(store_id=store.id, url=URL, types=types) == {"events": code}


def test_a_shop_has_fifty_at_most(store, monkeypatch):
    monkeypatch.setattr(sys.modules["synqro.events.endpoints"], "MOST", 2)
    for _ in range(2):
        last = events.add_endpoint(store.id, url=URL, types=["*"]).endpoint
    with pytest.raises(events.TooManyEndpoints):
        events.add_endpoint(store.id, url=URL, types=["*"])
    events.delete_endpoint(store.id, last.id)
    assert events.add_endpoint(store.id, url=URL, types=["*"])


def test_what_is_not_given_stays(store):
    made = events.add_endpoint(store.id, url=URL, types=["*"], description="Till").endpoint
    events.edit_endpoint(store.id, made.id, types=["order.cancelled"])
    found = events.endpoint(store.id, made.id)
    assert (found.url, found.events, found.description) == (URL, ["order.cancelled"], "Till")
    events.edit_endpoint(store.id, made.id, description=None)
    assert events.endpoint(store.id, made.id).description is None
    with pytest.raises(Invalid):
        events.edit_endpoint(store.id, made.id, url="http://x.example/")


def test_another_shops_endpoint_is_not_there(store, twin):
    made = events.add_endpoint(twin.id, url=URL, types=["*"]).endpoint
    sent = events.send_test(twin.id, made.id, mode=twin.mode)
    for act in (events.endpoint, events.pause, events.resume, events.delete_endpoint):
        with pytest.raises(events.EndpointNotFound):
            act(store.id, made.id)
        with pytest.raises(events.EndpointNotFound):
            act(store.id, "whk_\0")
    with pytest.raises(events.EndpointNotFound):
        events.edit_endpoint(store.id, made.id, types=["*"])
    with pytest.raises(events.EndpointNotFound):
        events.deliveries(store.id, made.id)
    for id in (sent.id, "dlv_\0"):
        with pytest.raises(events.DeliveryNotFound):
            events.delivery(store.id, id)
    assert events.delivery(twin.id, sent.id).event.type == "webhook.test"


def test_deliveries_come_newest_first_page_by_page(store):
    one = events.add_endpoint(store.id, url=URL, types=["*"]).endpoint
    two = events.add_endpoint(store.id, url=URL, types=["*"]).endpoint
    for _ in range(3):
        events.send_test(store.id, one.id, mode=store.mode)
        events.send_test(store.id, two.id, mode=store.mode)
    first = events.deliveries(store.id, limit=4)
    rest = events.deliveries(store.id, cursor=first.next_cursor, limit=4)
    ids = [found.id for found in [*first.data, *rest.data]]
    assert ids == sorted(ids, reverse=True) and len(ids) == 6
    assert (first.has_more, rest.has_more) == (True, False)
    mine = events.deliveries(store.id, one.id).data
    assert {found.endpoint.id for found in mine} == {one.id} and len(mine) == 3


def test_pausing_and_resuming_twice_is_once(store):
    made = events.add_endpoint(store.id, url=URL, types=["*"]).endpoint
    for _ in range(2):
        found = events.pause(store.id, made.id)
        assert (found.status, found.disabled_reason) == ("disabled", "paused")
    for _ in range(2):
        found = events.resume(store.id, made.id)
        assert (found.status, found.disabled_reason) == ("enabled", None)


def test_every_type_has_its_sentence():
    assert all(name == "*" or sentence.endswith(".") for name, sentence in events.TYPES.items())
    assert "webhook.test" in events.TYPES
