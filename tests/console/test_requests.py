"""The log of /v1 calls in the console."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from synqro import stores
from synqro.core.db import db

REQUESTS = "/console/developers/requests"
Log = Callable[..., stores.ApiRequest]


@pytest.fixture
def log(app: Flask, store: stores.Store) -> Log:
    """Log a call; further facts are columns of its row."""
    key = stores.keys(store.id)[0]

    def log(**facts: Any) -> stores.ApiRequest:
        plain = {
            "store_id": store.id, "key_id": key.id, "request_id": "req_abc", "method": "GET",
            "path": "/v1/orders?limit=2", "status": 200, "code": None, "duration_ms": 84,
            "body": None, "answer": None,
        }  # fmt: skip
        calls: stores.CallLog = app.extensions["call_log"]
        calls.note(**plain | facts)
        calls.flush()
        db.session.rollback()
        return stores.requests(facts.get("store_id", store.id), limit=1).data[0]

    return log


def rows(page: str) -> list[str]:
    return [
        re.sub(r"<.*?>", "", row) for row in re.findall(r'class="name mono".*?>(.*?)</a>', page)
    ]


def test_before_the_first_call_it_says_how_to_try(console: FlaskClient) -> None:
    page = console.get(REQUESTS).text
    assert "No requests yet" in page and "curl http" in page and "/v1/store" in page
    assert "Errors only" not in page


def test_a_call_is_there_once_it_was_made(
    app: Flask, console: FlaskClient, client: FlaskClient, store: stores.Store
) -> None:
    _, secret = stores.create_key(store.id, name="Stock sheet", scopes=["events:read"])
    bearer = {"Authorization": f"Bearer {secret}"}
    client.get("/v1/events?limit=2", headers=bearer)
    answer = client.get("/v1/events?limit=0", headers=bearer)
    app.extensions["call_log"].flush()
    page = console.get(REQUESTS).text
    assert rows(page) == ["GET /v1/events?limit=0", "GET /v1/events?limit=2"]
    assert "Stock sheet" in page
    found = re.search(rf'href="({REQUESTS}/call_\w+)"', page)
    assert found
    detail = console.get(found[1]).text
    for said in (answer.headers["X-Request-Id"], "invalid_parameter", "What we answered"):
        assert said in detail
    assert secret not in detail


def test_a_refused_call_shows_both_bodies(console: FlaskClient, log: Log) -> None:
    call = log(
        method="POST",
        path="/v1/products",
        status=422,
        code="invalid_fields",
        body='{"title": "<b>Vase"}',
        answer='{"error": {"message": "A field needs a look."}}',
    )
    page = console.get(f"{REQUESTS}/{call.id}").text
    assert "A field needs a look." in page and "&lt;b&gt;Vase" in page and "<b>Vase" not in page
    assert 'data-copy="#request-id"' in page
    cut = log(status=400, answer='{"error": {"mess', body="\ufffd")
    assert console.get(f"{REQUESTS}/{cut.id}").status_code == 200
    fine = log(status=201)
    page = console.get(f"{REQUESTS}/{fine.id}").text
    assert "Bodies are kept of refused requests only." in page


def test_what_is_looked_for_is_found(console: FlaskClient, log: Log, store: stores.Store) -> None:
    other, _ = stores.create_key(store.id, name="Other")
    log(path="/v1/orders", request_id="req_one")
    log(path="/v1/orders/ord_1", status=404)
    log(path="/v1/products", method="POST", key_id=other.id, status=500)
    stores.revoke_key(store.id, other.id)
    for query, found in {
        "refused=1": 2,
        "method=POST": 1,
        "path=/v1/orders": 2,
        "path=orders/": 1,
        "path=req_one": 1,
        "path=req_two": 0,
        "path=%25": 0,
        "path=%00": 0,
        f"key={other.id}": 1,
        f"key={other.id}&method=GET": 0,
        "key=key_0&refused=1&path=%20": 0,
    }.items():
        page = console.get(f"{REQUESTS}?{query}").text
        assert len(rows(page)) == found, query
        assert "Show all" in page and "Filter requests" in page
    assert "Other (revoked)" in console.get(REQUESTS).text
    page = console.get(f"{REQUESTS}?method=GET&path=orders").text
    assert "<option selected>GET</option>" in page and 'value="orders"' in page


def test_older_calls_are_a_page_away(console: FlaskClient, log: Log) -> None:
    for number in range(27):
        log(path=f"/v1/orders/{number}")
    page = console.get(REQUESTS).text
    assert len(rows(page)) == 25
    older = re.search(r'href="([^"]+cursor=[^"]+)"[^>]*>Older requests', page)
    assert older
    log()
    rest = console.get(older[1].replace("&amp;", "&")).text
    assert rows(rest) == ["GET /v1/orders/1", "GET /v1/orders/0"]
    assert "Newest" in rest
    assert console.get(f"{REQUESTS}?cursor=tea").status_code == 400


def test_the_list_keeps_itself_fresh(console: FlaskClient, log: Log) -> None:
    first = log()
    live = f"{REQUESTS}?live=1&open={first.id}"
    answer = console.get(live)
    assert answer.text.lstrip().startswith("<section") and 'aria-selected="true"' in answer.text
    same = {"If-None-Match": answer.headers["ETag"]}
    assert console.get(live, headers=same).status_code == 304
    log(status=404)
    assert console.get(live, headers=same).status_code == 200


def test_what_another_shop_asked_is_not_there(
    console: FlaskClient, log: Log, twin: stores.Store
) -> None:
    foreign = log(store_id=twin.id)
    assert "No requests yet" in console.get(REQUESTS).text
    for call_id in (foreign.id, "call_0", "%00", "x" * 300):
        assert console.get(f"{REQUESTS}/{call_id}").status_code == 404
    console.post("/console/mode", data={"mode": "test"})
    assert console.get(f"{REQUESTS}/{foreign.id}").status_code == 200
