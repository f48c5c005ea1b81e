"""What every list of /v1 has in common: where a page ends and the next one begins."""

from base64 import urlsafe_b64encode

import pytest
from flask.testing import FlaskClient

from synqro import events, stores
from synqro.core.pages import cursor_of
from tests.api.conftest import Call

LISTS = ("/products", "/listings", "/orders", "/quotes", "/webhooks", "/events", "/settlements")
SHELF = "/api/storefront/products"


def forged(text: str) -> str:
    return urlsafe_b64encode(text.encode()).decode().rstrip("=")


FORGED = [
    r'["TABLE", "\ud800"]', r'["TABLE", "\u0000"]', '["TABLE", true]', '["TABLE", 1]', '["TABLE"]',
    '["TABLE", "a", "b"]', '{"TABLE": 1}', "[]", "1", "NaN", "[" * 300,
]  # fmt: skip


@pytest.mark.parametrize("path", LISTS)
def test_a_forged_cursor_is_refused(call: Call, path: str) -> None:
    table = {"/webhooks": "webhook_endpoints"}.get(path, path[1:])
    for text in FORGED:
        refused = call("GET", f"{path}?cursor={forged(text.replace('TABLE', table))}")
        assert (refused.status_code, refused.json["error"]["code"]) == (400, "invalid_parameter")


@pytest.mark.parametrize("path", LISTS)
def test_a_cursor_of_another_list_is_refused(call: Call, store: stores.Store, path: str) -> None:
    for url in ("https://example.com/1", "https://example.com/2"):
        events.add_endpoint(store.id, url=url, types=["*"])
        call("POST", "/products", json={"title": url[-1], "price": 5})
    for other in {"/products", "/webhooks"} - {path}:
        cursor = call("GET", f"{other}?limit=1").json["next_cursor"]
        assert call("GET", f"{path}?cursor={cursor}").status_code == 400


@pytest.mark.parametrize(
    "moment",
    ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2026-01-01", "now", 7, None],
)
def test_a_cursor_of_changes_holds_a_time_that_can_be(call: Call, moment: object) -> None:
    cursor = cursor_of("orders", moment, "ord_1")  # type: ignore[arg-type]
    assert call("GET", f"/orders?order=updated_at&cursor={cursor}").status_code == 400


def test_the_shelf_refuses_forged_places(client: FlaskClient, store: stores.Store) -> None:
    for place in (10**30, 2**63, -(2**63) - 1, 1.5, True, "1"):
        cursor = cursor_of("products", place, "prd_1")  # type: ignore[arg-type]
        answer = client.get(f"{SHELF}?key={store.publishable_key}&cursor={cursor}")
        assert answer.status_code == 400
