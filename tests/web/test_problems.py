"""Whatever goes wrong is answered in one shape, with an id."""

import json
import logging
from typing import Any

import pytest
from flask import Flask, abort
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError
from structlog.testing import capture_logs

from tests.makers import HTMX, refusal

BODY = {"content_type": "application/json", "data": b"{}"}


@pytest.fixture
def broken(app: Flask) -> FlaskClient:
    """A client of an app with views that break in the ways a view can."""

    def crash(token: str = "") -> None:
        raise RuntimeError("secret inside")

    def away() -> None:
        raise OperationalError("SELECT 1", {}, Exception("the server closed the connection"))

    app.config["PROPAGATE_EXCEPTIONS"] = False
    app.add_url_rule("/api/crash/<token>", view_func=crash, endpoint="crash")
    app.add_url_rule("/crash", view_func=crash, endpoint="page_crash")
    app.add_url_rule("/api/away", view_func=away, endpoint="away")
    app.add_url_rule("/api/teapot", view_func=lambda: abort(418), endpoint="teapot")
    return app.test_client()


def test_unknown_addresses_and_methods(client: FlaskClient) -> None:
    answer = client.get("/api/storefront/nothing")
    assert refusal(answer) == (404, "not_found")
    assert answer.json == {
        "error": {
            "type": "not_found",
            "code": "not_found",
            "message": "There is nothing at this address.",
            "request_id": answer.headers["X-Request-Id"],
        }
    }
    answer = client.delete("/api/storefront/config")
    assert refusal(answer) == (405, "method_not_allowed")
    assert "GET" in answer.headers["Allow"]
    assert answer.get_json()["error"]["type"] == "invalid_request"


@pytest.mark.parametrize("path", ["/v1/product", "/v1", "/api", "/api/x", "/v1/%00%ff/x"])
def test_the_json_faces_answer_in_json(client: FlaskClient, path: str) -> None:
    assert refusal(client.get(path)) == (404, "not_found")


def test_everywhere_else_a_page_answers(client: FlaskClient) -> None:
    answer = client.get("/nothing<script>")
    assert (answer.status_code, answer.mimetype) == (404, "text/html")
    assert "Nothing here" in answer.text and answer.headers["X-Request-Id"] in answer.text
    assert "<script>" not in answer.text


def test_htmx_gets_a_fragment(client: FlaskClient) -> None:
    answer = client.get("/nothing", headers=HTMX)
    assert answer.status_code == 404
    assert answer.text.startswith('<div class="note bad">') and "<html" not in answer.text


def test_a_crash_tells_the_log_and_not_the_caller(broken: FlaskClient) -> None:
    with capture_logs() as lines:
        answer = broken.get("/api/crash/" + "t" * 43)
    assert refusal(answer) == (500, "internal_error")
    assert answer.get_json()["error"]["type"] == "api_error"
    assert "secret" not in answer.text
    crash = next(line for line in lines if line["event"] == "crash")
    assert crash["path"] == "/api/crash/…" and isinstance(crash["exc_info"], RuntimeError)
    page = broken.get("/crash")
    assert page.status_code == 500 and "That didn't work" in page.text


def test_flasks_own_line_of_a_crash_never_shows_a_token(
    broken: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        broken.get("/api/crash/" + "t" * 43)
    assert "ttttt" not in caplog.text


def test_a_database_that_is_away_is_a_503(broken: FlaskClient) -> None:
    answer = broken.get("/api/away")
    assert refusal(answer) == (503, "unavailable")
    assert answer.headers["Retry-After"] == "1"


def test_a_page_about_a_failure_does_not_fail_itself(broken: FlaskClient, app: Flask) -> None:
    def look_for_the_person() -> dict[str, object]:
        raise OperationalError("SELECT 1", {}, Exception("away"))

    app.context_processor(look_for_the_person)
    answer = broken.get("/crash")
    assert answer.status_code == 500 and answer.headers["X-Request-Id"] in answer.text


def test_other_statuses_keep_the_shape(broken: FlaskClient) -> None:
    assert refusal(broken.get("/api/teapot")) == (418, "i'm_a_teapot")


@pytest.mark.parametrize("given", ["order-42", "a" * 128, "0b:c.d_e-f"])
def test_a_given_request_id_is_kept(client: FlaskClient, given: str) -> None:
    assert client.get("/healthz", headers={"X-Request-Id": given}).headers["X-Request-Id"] == given


@pytest.mark.parametrize("given", ["", "a" * 129, "a b", "<b>", "é"])
def test_another_one_is_replaced(client: FlaskClient, given: str) -> None:
    answer = client.get("/healthz", headers={"X-Request-Id": given})
    assert answer.headers["X-Request-Id"].startswith("req_")


def test_the_access_log_has_the_id_and_no_secret(
    client: FlaskClient, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    token, key = "q" * 43, "sf_live_" + "K" * 32
    with caplog.at_level(logging.INFO):
        answer = client.get(f"/s/{key}/orders/{token}?token={token}&key={key}")
        client.get(f"/api/storefront/order?token={token}&key={key}")
    written = capsys.readouterr().err
    lines = [json.loads(line) for line in written.splitlines() if '"request"' in line]
    assert [line["path"] for line in lines] == ["/s/sf_live_…/orders/…", "/api/storefront/order"]
    assert lines[0]["status"] == answer.status_code
    assert lines[0]["request_id"] == answer.headers["X-Request-Id"]
    assert token not in written and key not in written


@pytest.mark.parametrize("size", [1024 * 1024 + 1, 10 * 1024 * 1024, 20 * 1024 * 1024])
def test_a_body_that_is_too_large(client: FlaskClient, store: Any, size: int) -> None:
    headers = {"X-Synqro-Store": store.publishable_key}
    answer = client.post(
        "/api/storefront/order", data=b" " * size, content_type="application/json", headers=headers
    )
    assert refusal(answer) == (413, "body_too_large")


@pytest.mark.parametrize("sent", [{}, {"Idempotency-Key": "k"}])
def test_one_that_does_not_say_its_length(
    client: FlaskClient, store: Any, sent: dict[str, str]
) -> None:
    for size, expected in ((1024 * 1024 + 1, 413), (2 * 1024 * 1024, 413), (100_000, 400)):
        answer = client.post(
            "/api/storefront/order",
            data=b" " * size,
            content_type="application/json",
            headers={
                "X-Synqro-Store": store.publishable_key,
                **sent,
                "Transfer-Encoding": "chunked",
            },
            environ_overrides={"CONTENT_LENGTH": "", "wsgi.input_terminated": True},
        )
        assert answer.status_code == expected


def test_sorted_out_before_the_body_is_read(client: FlaskClient, store: Any) -> None:
    headers = {"X-Synqro-Store": store.publishable_key}
    path = "/api/storefront/order"
    assert refusal(client.post(path, **BODY)) == (401, "missing_key")
    wrong = {**BODY, "content_type": "text/plain"}
    assert refusal(client.post(path, headers=headers, **wrong)) == (415, "unsupported_media_type")
    broken = {**BODY, "data": b"{"}
    assert refusal(client.post(path, headers=headers, **broken)) == (400, "malformed_json")
