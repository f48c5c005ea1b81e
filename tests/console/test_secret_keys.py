"""API keys in the console: made, shown once, revoked, and what is said of exposed ones."""

import re
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from synqro import stores
from synqro.core.clock import now
from synqro.core.db import db
from tests import makers
from tests.conftest import Clock

KEYS = "/console/developers/secret_keys"
NEW = f"{KEYS}/new"
SECRET = re.compile(r"sk_(?:live|test)_\w{20,}")


def add(console: FlaskClient, key: str = "one click", **typed: object) -> TestResponse:
    return console.post(NEW, data={"name": "Label printer", "which": "all", "key": key, **typed})


def secret(answer: TestResponse) -> str:
    found = SECRET.search(answer.text)
    assert found, answer.text
    return found[0]


def works(client: FlaskClient, secret: str) -> bool:
    answer = client.get("/v1/events", headers={"Authorization": f"Bearer {secret}"})
    return answer.status_code == 200


def fresh(store: stores.Store) -> list[stores.SecretKey]:
    db.session.rollback()
    db.session.expire_all()
    return list(stores.keys(store.id))


def test_a_key_is_made_and_seen_once(
    console: FlaskClient,
    client: FlaskClient,
    store: stores.Store,
    caplog: pytest.LogCaptureFixture,
) -> None:
    answer = add(console)
    assert answer.status_code == 201 and "Copy it now. You won’t see it again." in answer.text
    shown = secret(answer)
    assert shown.startswith("sk_live_") and works(client, shown)
    assert answer.headers["HX-Replace-Url"] == KEYS
    assert shown not in str(answer.headers) and shown not in caplog.text
    page = console.get(KEYS).text
    assert not SECRET.search(page)
    assert "Label printer" in page and f"sk_live_…{shown[-4:]}" in page


@pytest.mark.parametrize(
    ("scopes", "path"),
    [(["orders:read", "orders:write"], "/orders"), (["store:read", "orders:read"], "/store")],
)
def test_a_new_key_comes_with_a_call_that_it_may_make(
    console: FlaskClient, client: FlaskClient, scopes: list[str], path: str
) -> None:
    answer = add(console, which="some", scopes=scopes)
    shown = secret(answer)
    assert f"/v1{path} " in answer.text and f"Authorization: Bearer {shown}" in answer.text
    tried = client.get(f"/v1{path}", headers={"Authorization": f"Bearer {shown}"})
    assert tried.status_code == 200


def test_a_key_that_reads_nothing_comes_without_a_call(console: FlaskClient) -> None:
    answer = add(console, which="some", scopes=["orders:write"])
    assert answer.status_code == 201 and "curl" not in answer.text


def test_a_second_press_makes_nothing_and_shows_the_same_key(
    console: FlaskClient, store: stores.Store, clock: Clock
) -> None:
    first = secret(add(console))
    assert secret(add(console)) == first
    clock.forward(61)
    late = add(console)
    assert late.status_code == 303 and late.location == KEYS
    assert len(fresh(store)) == 2
    assert secret(add(console, key="another click")) != first


def test_the_table_says_what_each_key_may_and_whether_it_is_used(
    console: FlaskClient, client: FlaskClient, store: stores.Store, clock: Clock
) -> None:
    scopes = ["orders:read", "products:write", "products:read", "events:read", "store:write"]
    answer = add(console, which="some", scopes=scopes)
    page = console.get(KEYS).text
    said = "Read and write products, read orders and events, write settings"
    assert said in page and "Everything" in page
    assert "Never" in page and "ago" not in page
    works(client, secret(answer))
    assert "Just now" in console.get(KEYS).text
    clock.forward(240)
    assert "4 min ago" in console.get(KEYS).text


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"name": ""}, "name", "Give it a name"),
        ({"name": "x" * 81}, "name", "at most 80 characters"),
        ({"which": "some"}, "scopes", "Allow at least one thing"),
        ({"which": "some", "scopes": ["tea:drink"]}, "scopes", "No such scope: tea:drink"),
        ({"expires": "on"}, "expires_on", "Choose a day from today on."),
        ({"expires": "on", "expires_on": "2020-01-01"}, "expires_on", "Choose a day from today on"),
        ({"expires": "on", "expires_on": "never"}, "expires_on", "date"),
        ({"expires": "on", "expires_on": "9999-12-31"}, "expires_on", "2099"),
        ({"expires": "60"}, "expires", "Choose one of"),
    ],
)
def test_a_wrong_form_comes_back_as_it_was_typed(
    console: FlaskClient, store: stores.Store, typed: dict[str, object], field: str, said: str
) -> None:
    answer = add(console, **typed)
    assert answer.status_code == 422 and said in answer.text, answer.text
    assert f'href="#{field}"' in answer.text and f'id="{field}"' in answer.text
    assert not SECRET.search(answer.text)
    assert len(fresh(store)) == 1
    assert add(console).status_code == 201


def test_all_that_is_wrong_is_said_at_once(console: FlaskClient) -> None:
    page = add(console, name=" ", which="some", expires="on", expires_on="").text
    for said in ("Three fields need a look", "Give it a name", "Allow at least", "Choose a day"):
        assert said in page


def test_a_key_works_to_the_end_of_its_last_day(
    console: FlaskClient, client: FlaskClient, store: stores.Store, clock: Clock
) -> None:
    made = secret(add(console, expires="30"))
    [key, _first] = fresh(store)
    assert key.expires_at and timedelta(30) < key.expires_at - now() <= timedelta(31)
    assert "Never</td>" in console.get(KEYS).text
    clock.forward((key.expires_at - now()).total_seconds() - 60)
    assert works(client, made)
    clock.forward(60)
    assert not works(client, made)
    assert "Expired" in console.get(KEYS).text
    on = (now() + timedelta(days=3)).date()
    add(console, key="b", name="Fair", expires="on", expires_on=on.isoformat())
    assert fresh(store)[0].expires_at is not None
    assert f'datetime="{on.isoformat()}"' in console.get(KEYS).text
    assert isinstance(on, date)


def test_a_shop_full_of_keys_says_so(console: FlaskClient, store: stores.Store) -> None:
    for number in range(49):
        stores.create_key(store.id, name=f"Key {number}")
    answer = add(console)
    assert answer.status_code == 409 and "at most 50 keys" in answer.text
    assert 'value="Label printer"' in answer.text


def test_a_key_is_revoked_at_once(
    console: FlaskClient, client: FlaskClient, store: stores.Store
) -> None:
    made = secret(add(console))
    [key, first] = fresh(store)
    where = f"{KEYS}/{key.id}/revoke"
    for asked in (console.get(where).text, console.get(where, headers=makers.HTMX).text):
        assert "Revoke “Label printer”?" in asked and f'action="{where}"' in asked
    assert "<html" in console.get(where).text
    assert "<html" not in console.get(where, headers=makers.HTMX).text
    for _ in range(2):
        answer = console.post(where)
        assert (answer.status_code, answer.location) == (303, KEYS)
        assert not works(client, made)
    page = console.get(KEYS).text
    assert "Key revoked" in page and f"sk_live_…{made[-4:]}" not in page
    console.post(f"{KEYS}/{first.id}/revoke")
    assert "No keys yet" in console.get(KEYS).text


def test_test_mode_has_keys_of_its_own(
    console: FlaskClient, store: stores.Store, twin: stores.Store
) -> None:
    stores.create_key(store.id, name="Live one")
    theirs, _ = stores.create_key(store.id, name="Live two")
    page = console.get(KEYS).text
    assert "sf_live_" in page and "sf_test_" not in page and "API keys" in page
    console.post("/console/mode", data={"mode": "test"})
    page = console.get(KEYS).text
    assert "Live one" not in page and twin.publishable_key in page and "Test keys" in page
    assert "reach the test shop only" in page
    assert secret(add(console)).startswith("sk_test_")
    assert console.get(f"{KEYS}/{theirs.id}/revoke").status_code == 404
    assert console.post(f"{KEYS}/{theirs.id}/revoke").status_code == 404
    assert len(fresh(store)) == 3


def test_a_key_that_was_exposed_is_not_to_be_overlooked(
    console: FlaskClient, client: FlaskClient, store: stores.Store
) -> None:
    made = secret(add(console, name="<b>Label"))
    assert "was exposed" not in console.get(KEYS).text
    client.get(f"/api/storefront/config?key={made}")
    page = console.get(KEYS).text
    assert "“&lt;b&gt;Label” was exposed" in page and "note bad" in page
    key = fresh(store)[0]
    assert f'id="exposed-{key.id}"' in page
    console.post(f"{KEYS}/{key.id}/revoke")
    assert "was exposed" not in console.get(KEYS).text


def test_only_what_v1_has_is_offered(console: FlaskClient) -> None:
    page = console.get(NEW).text
    offered = set(re.findall(r'name="scopes" value="([\w:]+)"', page))
    assert {"events:read", "orders:read", "products:write"} <= offered
    assert "events:write" not in offered and "settlements:write" not in offered
    assert offered <= set(stores.SCOPES)
