"""Who may ask, and from which page."""

import pytest
from flask.testing import FlaskClient

from synqro import stores
from tests.makers import refusal
from tests.storefront.conftest import change

CONFIG = "/api/storefront/config"
SHOP = "https://shop.example"


def test_the_key_comes_in_the_query_or_in_a_header(
    client: FlaskClient, store: stores.Store
) -> None:
    key = store.publishable_key
    for answer in (
        client.get(f"{CONFIG}?key={key}"),
        client.get(CONFIG, headers={"X-Synqro-Store": key}),
        client.get(f"{CONFIG}?key={key}&utm_source=x", headers={"X-Synqro-Store": key}),
    ):
        assert (answer.status_code, answer.get_json()["store"]["id"]) == (200, store.id)


def test_two_different_keys_are_ambiguous(
    client: FlaskClient, store: stores.Store, twin: stores.Store
) -> None:
    answer = client.get(
        f"{CONFIG}?key={twin.publishable_key}", headers={"X-Synqro-Store": store.publishable_key}
    )
    assert refusal(answer) == (400, "ambiguous_key")
    assert answer.get_json()["error"]["type"] == "invalid_request"


@pytest.mark.parametrize("key", ["sf_live_nobody", "nonsense", "%00", "%F0%9F", "sf_live_" * 500])
def test_an_unknown_key(client: FlaskClient, store: stores.Store, key: str) -> None:
    answer = client.get(f"{CONFIG}?key={key}")
    assert refusal(answer) == (401, "invalid_key")
    assert answer.get_json()["error"]["type"] == "authentication"


def test_no_key(client: FlaskClient) -> None:
    assert refusal(client.get(CONFIG)) == (401, "missing_key")
    assert refusal(client.get(f"{CONFIG}?key=")) == (401, "missing_key")


def test_a_secret_key_here_is_to_be_revoked(client: FlaskClient, opened: stores.Opened) -> None:
    secret = opened.secret_key
    for answer in (
        client.get(f"{CONFIG}?key={secret}"),
        client.post("/api/storefront/order", headers={"X-Synqro-Store": secret}),
        client.get(CONFIG, headers={"Authorization": f"Bearer {secret}"}),
    ):
        assert refusal(answer) == (401, "secret_key_in_storefront")
        assert "Revoke it" in answer.get_json()["error"]["message"]
        assert secret not in answer.text


def test_a_test_key_reaches_the_twin_only(client: FlaskClient, twin: stores.Store) -> None:
    found = client.get(f"{CONFIG}?key={twin.publishable_key}").get_json()["store"]
    assert (found["id"], found["mode"]) == (twin.id, "test")


def test_any_page_may_ask_until_domains_are_listed(sf: FlaskClient) -> None:
    for origin in (SHOP, "null", "http://localhost:1234"):
        answer = sf.get(CONFIG, headers={"Origin": origin})
        assert answer.status_code == 200
        assert answer.headers["Access-Control-Allow-Origin"] in (origin, "*")
        assert "Access-Control-Allow-Credentials" not in answer.headers
        exposed = answer.headers["Access-Control-Expose-Headers"]
        for name in ("X-Request-Id", "Idempotent-Replayed", "Retry-After", "ETag", "RateLimit-"):
            assert name in exposed


def test_then_only_those_ourselves_and_no_page_at_all(sf: FlaskClient, store: stores.Store) -> None:
    change(store, allowed_domains=["shop.example", "*.maker.example"])
    ours = sf.application.extensions["settings"].public_url
    for origin in (SHOP, "https://www.maker.example", ours):
        answer = sf.get(CONFIG, headers={"Origin": origin})
        assert answer.status_code == 200
        assert answer.headers["Access-Control-Allow-Origin"] in (origin, "*")
    assert sf.get(CONFIG).status_code == 200
    for origin in ("https://evil.example", "null", "http://shop.example"):
        answer = sf.get(CONFIG, headers={"Origin": origin})
        assert refusal(answer) == (403, "origin_not_allowed")
        assert answer.get_json()["error"]["type"] == "permission"
        assert "Access-Control-Allow-Origin" not in answer.headers


@pytest.mark.parametrize("path", ["config", "products", "order", "order/pay", "order/cancel"])
def test_a_preflight_is_answered_without_a_key(client: FlaskClient, path: str) -> None:
    answer = client.options(
        f"/api/storefront/{path}",
        headers={
            "Origin": SHOP,
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "content-type, x-synqro-store, idempotency-key",
        },
    )
    assert answer.status_code in (200, 204)
    assert answer.headers["Access-Control-Allow-Origin"] in (SHOP, "*")
    allowed = answer.headers["Access-Control-Allow-Headers"].lower()
    assert {"content-type", "x-synqro-store", "idempotency-key"} <= set(allowed.split(", "))
    assert "POST" in answer.headers["Access-Control-Allow-Methods"]


def test_no_cookie_is_ever_set(sf: FlaskClient) -> None:
    assert "Set-Cookie" not in sf.get(CONFIG).headers


def test_other_faces_send_no_cors(client: FlaskClient) -> None:
    for path in ("/healthz", "/v1/products", "/"):
        answer = client.get(path, headers={"Origin": SHOP})
        assert "Access-Control-Allow-Origin" not in answer.headers
