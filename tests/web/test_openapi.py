"""The document says what the routes do: all of them, with examples that hold."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask, g
from flask.testing import FlaskClient
from jsonschema.exceptions import best_match
from openapi_spec_validator import OpenAPIV31SpecValidator

from synqro import events, stores
from synqro.config import Settings
from synqro.web import contract, openapi
from tests import documented

Json = dict[str, Any]
IMPLIED = {"HEAD", "OPTIONS"}


@pytest.fixture
def document(app: Flask) -> Json:
    return documented.document(app)


def operations(document: Json) -> Iterator[tuple[str, Json]]:
    for path, methods in document["paths"].items():
        for method, told in methods.items():
            yield f"{method} {path}", told


def answers_of(told: Json) -> Json:
    return {status: documented.resolved(said) for status, said in told["responses"].items()}


def test_it_is_valid_as_3_1(document: Json) -> None:
    assert document["openapi"].startswith("3.1.")
    assert [e.message for e in OpenAPIV31SpecValidator(document).iter_errors()] == []


def test_it_is_read_without_a_key(client: FlaskClient, settings: Settings) -> None:
    answer = client.get("/v1/openapi.json")
    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    assert answer.get_json()["servers"] == [
        {"url": client.application.extensions["settings"].public_url}
    ]
    etag = answer.headers["ETag"]
    again = client.get("/v1/openapi.json", headers={"If-None-Match": etag})
    assert (again.status_code, again.data) == (304, b"")
    small = client.get("/v1/openapi.json", headers={"Accept-Encoding": "gzip"})
    assert len(small.data) < len(answer.data) / 5
    again = client.get("/v1/openapi.json", headers={"If-None-Match": small.headers["ETag"]})
    assert again.status_code == 304
    assert client.get("/v1/openapi.json?typo=1").status_code == 400


def test_every_route_is_in_it(app: Flask, document: Json) -> None:
    routed = {
        f"{method.lower()} {openapi.openapi_operations.path_of(rule.rule)}"
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith(("/v1", "/api/"))
        for method in rule.methods or ()
        if method not in IMPLIED
    }
    told = {name for name, _ in operations(document)}
    assert routed <= told
    assert {name.split()[0] for name in told - routed} <= {"head", "options"}


def test_every_operation_has_its_words(document: Json) -> None:
    names = [told["operationId"] for _, told in operations(document)]
    assert len(names) == len(set(names))
    tags = {tag["name"] for tag in document["tags"]}
    assert all(told["summary"] and set(told["tags"]) <= tags for _, told in operations(document))
    assert not [name for name in document["components"]["schemas"] if "__" in name or "-" in name]


def test_what_a_face_answers_is_in_each_of_its_operations(document: Json) -> None:
    for name, told in operations(document):
        answers = answers_of(told)
        assert all("X-Request-Id" in answer["headers"] for answer in answers.values()), name
        if " /v1/" in name and told["security"]:
            assert {"401", "403", "429"} <= answers.keys(), name
            assert "missing_scope" in answers["403"]["content"]["application/json"]["examples"]
            assert told["security"] == [{"secretKey": [told["x-scope"]]}]
            assert "RateLimit-Limit" in answers["429"]["headers"], name
        if name.startswith("post ") and "upload" not in name:
            assert {"400", "409", "413"} <= answers.keys(), name
            codes = answers["409"]["content"]["application/json"]["examples"]
            assert {"idempotency_in_progress", "idempotency_key_reused"} <= codes.keys()
            assert {"$ref": "#/components/parameters/IdempotencyKey"} in told["parameters"]
            [done] = [answers[status] for status in answers if status.startswith("2")]
            assert "Idempotent-Replayed" in done["headers"]


def test_every_event_is_a_webhook(document: Json) -> None:
    assert list(document["webhooks"]) == list(events.TYPES)
    for told in document["webhooks"].values():
        headers = [header["name"] for header in told["post"]["parameters"]]
        assert headers == ["webhook-id", "webhook-timestamp", "webhook-signature"]
    schemas = document["components"]["schemas"]
    body = schemas["OrderCreatedEvent"]["properties"]["data"]
    shown = document["paths"]["/v1/orders/{order_id}"]["get"]["responses"]["200"]
    assert body["$ref"] == shown["content"]["application/json"]["schema"]["$ref"]
    sent = schemas["QuoteSentEvent"]["properties"]["data"]["$ref"].rpartition("/")[2]
    assert schemas[sent]["properties"].keys() < schemas["QuoteOut"]["properties"].keys()


def examples(part: Any, where: str = "") -> Iterator[tuple[str, Json, Any]]:
    """Give back every example in the document with the schema that it is of."""
    if isinstance(part, list):
        for index, item in enumerate(part):
            yield from examples(item, f"{where}/{index}")
    if not isinstance(part, dict):
        return
    schema = part.get("schema")
    if isinstance(schema, dict):
        if "example" in part:
            yield where, schema, part["example"]
        for name, shown in part.get("examples", {}).items():
            yield f"{where}/{name}", schema, documented.resolved(shown)["value"]
    for name, item in part.items():
        if name not in ("example", "examples"):
            yield from examples(item, f"{where}/{name}")


def test_every_example_fits_its_schema(document: Json) -> None:
    found = list(examples(document))
    assert len(found) > 100
    wrong = [
        f"{where}: {error.json_path} {error.message[:200]}"
        for where, schema, value in found
        if (error := best_match(documented.of_schema(schema).iter_errors(value)))
    ]
    assert wrong == []
    assert [where for where, _, value in found if "…" in str(value)] == []


def test_every_body_and_every_answer_has_an_example(document: Json) -> None:
    for name, told in operations(document):
        for answer in (told.get("requestBody", {}), *answers_of(told).values()):
            shown = answer.get("content", {}).get("application/json")
            assert shown is None or "example" in shown or shown["examples"], name


def test_files_are_sent_in_forms(document: Json) -> None:
    for path in ("/api/storefront/upload", "/v1/products/{product_id}/images"):
        content = document["paths"][path]["post"]["requestBody"]["content"]
        assert list(content) == ["multipart/form-data"]


def test_every_body_shown_is_one_that_is_taken(
    app: Flask, document: Json, store: stores.Store
) -> None:
    with app.test_request_context():
        g.store = store
        store.currency = "GBP"
        for route in openapi.routes(app):
            if route.operation and (model := route.operation.body):
                path = openapi.openapi_operations.path_of(route.rule.rule)
                told = document["paths"][path][route.method.lower()]["requestBody"]
                contract.parse(model, told["content"]["application/json"]["example"])
