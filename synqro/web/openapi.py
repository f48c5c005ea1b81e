"""The OpenAPI 3.1 document, made of what the views declare.

https://spec.openapis.org/oas/v3.1.1
"""

import json
import re
from collections.abc import Iterator
from hashlib import sha256
from typing import Any, NamedTuple

from flask import Flask, current_app
from pydantic import BaseModel
from werkzeug.routing import Rule

from synqro import events
from synqro.core.wiring import settings
from synqro.web import contract, openapi_operations, openapi_refusals, openapi_tus, payloads
from synqro.web import openapi_webhooks as webhooks
from synqro.web.openapi_refusals import WORDS
from synqro.web.openapi_schemas import Mode, Names, Schema, reachable, schemas
from synqro.web.storefront.bodies import AddressIn

FACES = ("/v1/", "/api/storefront/")
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")
ABOUT = """\
Sell from your own page. `/v1` is for programs of the shop's own, with a secret key;
`/api/storefront` is for pages, with a publishable key; webhooks tell your server what happened.

Bodies are UTF-8 JSON in `snake_case`. Times are RFC 3339 in UTC, dates are days in the store's
time zone, money is a number in major units beside its currency. Unknown fields are refused.
Every refusal has one shape, with a stable `code` to branch on, and every answer has an
`X-Request-Id`. `/v1` only grows: take new fields, event types and status values as they come.
"""
SECURITY: Schema = {
    openapi_operations.BEARER: {
        "type": "http",
        "scheme": "bearer",
        "description": "A secret key, `sk_live_…` or `sk_test_…`. Keep it on your server.",
    },
    "publishableKey": {
        "type": "apiKey",
        "in": "query",
        "name": "key",
        "description": "The shop's publishable key, `sf_live_…` or `sf_test_…`.",
    },
    "publishableKeyInHeader": {
        "type": "apiKey",
        "in": "header",
        "name": "X-Synqro-Store",
        "description": "The same key in a header.",
    },
}


# What refusals with the same codes can differ in, and the names of their schemas say.
MARKS = {
    "RateLimit-Limit": "limited", "Idempotent-Replayed": "replayed", "Tus-Resumable": "tus"
}  # fmt: skip
CODES = re.compile("`([a-z_]+)`")


class Route(NamedTuple):
    rule: Rule
    method: str
    operation: contract.Operation | None


class Written(NamedTuple):
    """The document, and as it goes out."""

    document: Schema
    body: bytes
    etag: str


def document() -> Schema:
    """Give back the document for this server."""
    return written().document


def written() -> Written:
    """Give back the document for this server, made once."""
    kept = current_app.extensions
    if "openapi" not in kept:
        made = _made(current_app)
        body = json.dumps(made, ensure_ascii=False).encode()
        kept["openapi"] = Written(made, body, sha256(body).hexdigest()[:32])
    found: Written = kept["openapi"]
    return found


def routes(app: Flask) -> Iterator[Route]:
    """Give back every method of every route that the document is about."""
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith(FACES):
            operation = contract.operations.get(app.view_functions[rule.endpoint])
            for method in _methods(rule, operation):
                yield Route(rule, method, operation)


def _methods(rule: Rule, operation: contract.Operation | None) -> list[str]:
    # Where a GET answers, HEAD and OPTIONS do too, and say nothing more.
    meant = set(rule.methods or ())
    implied = {"OPTIONS"} if len(meant) > 1 else set()
    implied |= {"HEAD"} if "GET" in meant else set()
    return [method for method in METHODS if method in meant - implied]


def _made(app: Flask) -> Schema:
    found = sorted(routes(app), key=lambda route: (route.rule.rule, route.method))
    names, defined = schemas(_models(found))
    paths, told = _paths(app, found, names, defined), webhooks.described(names)
    return {
        "openapi": "3.1.1",
        "info": {"title": "Synqro", "version": "1", "description": ABOUT},
        "servers": [{"url": settings().public_url}],
        "tags": _tags(found),
        "paths": paths,
        "webhooks": told,
        "components": {
            "schemas": reachable([paths, told], defined),
            "responses": _shared(paths),
            "examples": openapi_refusals.examples(_refusals(found)),
            "parameters": openapi_operations.PARAMETERS,
            "headers": openapi_operations.HEADERS,
            "securitySchemes": SECURITY,
        },
    }


def _shared(paths: Schema) -> Schema:
    """Take the refusals out of the operations, each to stand once where all refer to it."""
    shared: Schema = {}
    for methods in paths.values():
        for told in methods.values():
            for status, answer in told["responses"].items():
                if status >= "400":
                    name = _name(status, answer)
                    shared[name] = answer
                    told["responses"][status] = {"$ref": f"#/components/responses/{name}"}
    return dict(sorted(shared.items()))


def _name(status: str, answer: Schema) -> str:
    """Give back a name that says all in which one differs from the others of its status."""
    codes = CODES.findall(answer["description"].removeprefix(WORDS[int(status)]))
    marks = [mark for header, mark in MARKS.items() if header in answer["headers"]]
    return ".".join((status, *codes, *marks, *(() if "content" in answer else ("head",))))


def _models(found: list[Route]) -> Iterator[tuple[type[BaseModel], Mode]]:
    yield AddressIn, "validation"
    for route in found:
        if operation := route.operation:
            yield operation.out, "serialization"
            for model in (operation.body, operation.query, operation.form):
                if model:
                    yield model, "validation"
    for type in events.TYPES:
        yield payloads.model(type), "serialization"


def _tags(found: list[Route]) -> list[Schema]:
    used = {openapi_operations.tag(route.rule.rule) for route in found}
    known = dict.fromkeys(openapi_operations.TAGS.values())
    named = [tag for tag in known if tag[0] in used] + [webhooks.TAG]
    return [{"name": name, "description": words} for name, words in named]


def _paths(app: Flask, found: list[Route], names: Names, defined: Schema) -> Schema:
    paths: Schema = {}
    for rule, method, operation in found:
        told = (
            openapi_operations.described(
                endpoint=rule.endpoint,
                method=method,
                rule=rule.rule,
                view=app.view_functions[rule.endpoint],
                operation=operation,
                names=names,
                schemas=defined,
            )
            if operation
            else openapi_tus.described(rule.endpoint, method, rule.rule)
        )
        paths.setdefault(openapi_operations.path_of(rule.rule), {})[method.lower()] = told
    return paths


def _refusals(found: list[Route]) -> set[Any]:
    of_faces = {
        error
        for route in found
        for error in openapi_refusals.of_face(route.rule.endpoint, route.method)
    }
    declared = openapi_refusals.all_of(route.operation for route in found if route.operation)
    return of_faces | declared | openapi_tus.refused()
