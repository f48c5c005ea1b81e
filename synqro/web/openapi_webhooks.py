"""What our webhooks carry, in the OpenAPI document: every event, as it is sent."""

from typing import Any

from synqro import events
from synqro.web import openapi_examples as shop
from synqro.web import payloads
from synqro.web.openapi_schemas import Names, Schema, refers_to

TAG = ("Webhook events", "What is sent to the endpoints that asked for it.")
HEADERS: dict[str, tuple[str, Any]] = {
    "webhook-id": ("The event's id, the same on every try: tell repeats by it.", shop.EVENT_ID),
    "webhook-timestamp": ("When this try was made, in seconds since 1970.", "1795428000"),
    "webhook-signature": (
        "`v1,` and the base64 of HMAC-SHA256 over `id.timestamp.body`; two of them, a space"
        " between, while an older secret still signs.",
        "v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=",
    ),
}
TAKEN = {
    "2XX": {"description": "It was taken. Anything else, or ten seconds of silence, is a failure."},
    "410": {"description": "Nobody listens here any more: the endpoint is disabled."},
}


def described(names: Names) -> Schema:
    """Give back every event by its type."""
    return {type: {"post": _event(type, names)} for type in events.TYPES}


def _event(type: str, names: Names) -> Schema:
    schema = refers_to(names[payloads.model(type), "serialization"])
    return {
        "tags": [TAG[0]],
        "operationId": "on_" + type.replace(".", "_"),
        "summary": events.TYPES[type],
        "security": [],
        "parameters": [_header(name, *words) for name, words in HEADERS.items()],
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": schema, "example": payloads.example(type)}},
        },
        "responses": TAKEN,
    }


def _header(name: str, words: str, example: str) -> Schema:
    return {
        "name": name,
        "in": "header",
        "required": True,
        "description": words,
        "schema": {"type": "string"},
        "example": example,
    }
