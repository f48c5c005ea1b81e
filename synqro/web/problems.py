"""Every refusal leaves as `{"error": …}` from the JSON faces, as a fragment from the pages."""

from typing import Any

from flask import Flask, Response, g, jsonify, render_template, request
from pydantic import BaseModel, ConfigDict
from sqlalchemy.exc import DataError
from werkzeug.exceptions import HTTPException

from synqro.core.errors import (
    Conflict,
    DomainError,
    Forbidden,
    Gone,
    Invalid,
    NotFound,
    ProviderFailed,
    Unauthenticated,
    Unavailable,
)
from synqro.core.pages import InvalidCursor
from synqro.web.inputs import InvalidParameter, MalformedJson, NotJson

KINDS: dict[type[DomainError], tuple[int, str]] = {
    MalformedJson: (400, "invalid_request"),
    InvalidCursor: (400, "invalid_request"),
    InvalidParameter: (400, "invalid_request"),
    Unauthenticated: (401, "authentication"),
    Forbidden: (403, "permission"),
    NotFound: (404, "not_found"),
    Conflict: (409, "conflict"),
    Gone: (410, "gone"),
    NotJson: (415, "invalid_request"),
    Invalid: (422, "invalid_request"),
    ProviderFailed: (502, "api_error"),
    Unavailable: (503, "api_error"),
}
TYPES = dict(KINDS.values())
JSON_FACES = ("/api/", "/v1/")


class WrongField(BaseModel):
    field: str
    code: str
    message: str


class Problem(BaseModel):
    """What went wrong, with a stable `code` to branch on, and facts such as `available`."""

    model_config = ConfigDict(extra="allow")

    type: str
    code: str
    message: str
    fields: list[WrongField] | None = None
    request_id: str


class ProblemOut(BaseModel):
    error: Problem


def init_app(app: Flask) -> None:
    app.register_error_handler(DomainError, _refused)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(DataError, _unstorable)


def status_of(error: type[DomainError]) -> int:
    return _kind(error)[0]


def _kind(error: type[DomainError]) -> tuple[int, str]:
    return next((KINDS[k] for k in error.__mro__ if k in KINDS), (500, "api_error"))


def _refused(error: DomainError) -> Response:
    status, kind = _kind(type(error))
    return _answer(status, kind, error.code, str(error), error.facts)


def _http_error(error: HTTPException) -> Response:
    status = error.code or 500
    kind = TYPES.get(status, "invalid_request" if status < 500 else "api_error")
    code = "body_too_large" if status == 413 else error.name.lower().replace(" ", "_")
    return _answer(status, kind, code, error.description or code, {})


def _unstorable(_: DataError) -> Response:
    return _answer(400, "invalid_request", "invalid_parameter", "This cannot be stored.", {})


def _answer(status: int, kind: str, code: str, message: str, facts: dict[str, Any]) -> Response:
    problem = Problem(
        type=kind, code=code, message=message, request_id=g.get("request_id", ""), **facts
    )
    if request.path.startswith(JSON_FACES):
        response = jsonify(ProblemOut(error=problem).model_dump(exclude_none=True))
    else:
        response = Response(render_template("console/problem.html", problem=problem))
    response.status_code = status
    return response
