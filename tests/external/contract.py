"""The contract of the API version that we speak, as JSON Schema, and what does not keep it."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match

from synqro.sandbox.stripe.calls import Endpoint

CONTRACT = Path(__file__).parents[3] / "shared/contracts/stripe/openapi.json"
REFUSED = {"$ref": "#/components/schemas/error"}
Json = dict[str, Any]


@cache
def contract() -> Json:
    found: Json = json.loads(CONTRACT.read_text())
    return found


@cache
def schemas() -> Json:
    found: Json = as_json_schema(contract()["components"])
    return found


def as_json_schema(node: Any) -> Any:
    """OpenAPI 3.0 as JSON Schema, and no field that the contract does not name."""
    if isinstance(node, list):
        return [as_json_schema(item) for item in node]
    if not isinstance(node, dict):
        return node
    found = {key: as_json_schema(value) for key, value in node.items() if key != "description"}
    if "description" in node and isinstance(node["description"], dict):
        found["description"] = as_json_schema(node["description"])
    if isinstance(found.get("properties"), dict) and found.get("type") == "object":
        found.setdefault("additionalProperties", False)
    if found.get("nullable") is True and "type" in found | {"type": None}:
        return {"anyOf": [found, {"type": "null"}]}
    return found


def complaints(answer: Any, schema: Json) -> list[str]:
    whole = {"$schema": Draft202012Validator.META_SCHEMA["$id"], "components": schemas()}
    errors = Draft202012Validator(whole | as_json_schema(schema)).iter_errors(answer)
    deepest = [best_match([error]) or error for error in errors]
    return [f"{'.'.join(map(str, e.absolute_path))}: {e.message[:300]}" for e in deepest]


def operation(method: str, path: str) -> Json:
    found: Json = contract()["paths"][path][method.lower()]
    return found


def answer_schema(endpoint: Endpoint) -> Json:
    responses = operation(endpoint.method, endpoint.path)["responses"]
    schema: Json = responses["200"]["content"]["application/json"]["schema"]
    return schema
