"""What watches the machine can ask."""

from flask.testing import FlaskClient

from synqro.config import Settings
from synqro.core import schema


def test_a_living_process_says_so(client: FlaskClient) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json) == (200, {"status": "ok"})


def test_ready_means_database_redis_and_newest_tables(client: FlaskClient) -> None:
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json == {
        "status": "unavailable",
        "database": "ok",
        "migrations": "failed",
        "redis": "ok",
    }


def test_ready_after_the_migrations(
    client: FlaskClient, monkeypatch: object, settings: Settings
) -> None:
    from synqro.web.site import health

    assert health.schema is schema
    monkeypatch.setattr(schema, "is_current", lambda: True)  # type: ignore[attr-defined]
    assert client.get("/readyz").status_code == 200


def test_the_counters_count_by_endpoint(client: FlaskClient) -> None:
    client.get("/nothing/at/all")
    answer = client.get("/metrics")
    assert answer.mimetype == "text/plain"
    assert 'synqro_requests_total{endpoint="none",method="GET",status="404"}' in answer.text
    assert "/nothing" not in answer.text


def test_the_counters_are_for_this_machine_or_the_token(
    client: FlaskClient, settings: Settings
) -> None:
    away = {"REMOTE_ADDR": "10.0.0.9"}
    assert client.get("/metrics", environ_overrides=away).status_code == 403
    assert client.get("/metrics", headers={"X-Forwarded-For": "127.0.0.1"}).status_code == 403
    settings.metrics_token = "let me read"
    for token, status in (("let me read", 200), ("let me", 403), ("", 403)):
        given = {"Authorization": f"Bearer {token}"}
        answer = client.get("/metrics", environ_overrides=away, headers=given)
        assert answer.status_code == status
