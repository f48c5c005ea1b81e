"""Holds answers to the OpenAPI document: none that it does not name, none of another shape."""

import gzip
import json
import re
from functools import cache
from typing import Any

from flask import Flask
from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match
from werkzeug.test import TestResponse

from synqro.web import openapi

Json = dict[str, Any]
FACES = ("/v1/", "/api/storefront/")
DOCUMENT: Json = {}


def document(app: Flask) -> Json:
    """Give back the document, made once a run: only its server's address is of one app."""
    if not DOCUMENT:
        with app.app_context():
            DOCUMENT.update(openapi.document())
    return DOCUMENT


def check(app: Flask, answer: TestResponse) -> None:
    """Fail if the document does not know this answer to an operation of its own."""
    path, method = answer.request.path, answer.request.method
    if path.startswith(FACES) and (found := operation(app, method, path)):
        wrong = complaints(found, answer)
        assert not wrong, f"{method} {path} {answer.status_code}: {wrong} {answer.text[:500]}"


def operation(app: Flask, method: str, path: str) -> tuple[str, str] | None:
    """Give back the path of the document that `path` is, and the method, if both are there."""
    document(app)
    for template, pattern in patterns():
        if pattern.fullmatch(path):
            known = method.lower() in DOCUMENT["paths"][template]
            return (template, method.lower()) if known else None
    return None


def complaints(found: tuple[str, str], answer: TestResponse) -> list[str]:
    """Say what the document does not know of an answer."""
    responses = DOCUMENT["paths"][found[0]][found[1]]["responses"]
    if str(answer.status_code) not in responses:
        return ["no such status"]
    told = resolved(responses[str(answer.status_code)])
    if "content" not in told:
        return ["it has a body"] if answer.data else []
    if answer.mimetype not in told["content"]:
        return [f"no {answer.mimetype}"]
    packed = answer.headers.get("Content-Encoding") == "gzip"
    body = json.loads(gzip.decompress(answer.data) if packed else answer.data)
    error = best_match(validator(*found, answer.status_code).iter_errors(body))
    wrong = [f"{error.json_path}: {error.message[:300]}"] if error else []
    codes = told["content"]["application/json"].get("examples")
    if codes and body["error"]["code"] not in codes:
        wrong.append("no such code")
    return wrong


@cache
def patterns() -> list[tuple[str, re.Pattern[str]]]:
    # Words before arguments, as the routes have it.
    paths = sorted(DOCUMENT["paths"], key=lambda path: (path.count("{"), path))
    return [(path, re.compile(re.sub(r"\{\w+\}", "[^/]+", path))) for path in paths]


@cache
def validator(path: str, method: str, status: int) -> Draft202012Validator:
    told = resolved(DOCUMENT["paths"][path][method]["responses"][str(status)])
    return of_schema(told["content"]["application/json"]["schema"])


def resolved(part: Json) -> Json:
    """Give back a part of the document, or what it refers to."""
    if "$ref" not in part:
        return part
    found = DOCUMENT
    for step in part["$ref"].removeprefix("#/").split("/"):
        found = found[step]
    return found


def of_schema(schema: Json) -> Draft202012Validator:
    """Give back what says whether a value fits a schema of the document."""
    return Draft202012Validator({**schema, "components": DOCUMENT["components"]})
