"""Every refusal leaves as `{"error": …}` from the JSON faces, as a page or a fragment elsewhere."""

from typing import Any

from flask import Flask, Response, current_app, g, jsonify, request
from flask_babel import lazy_gettext as _
from pydantic import BaseModel, ConfigDict
from sqlalchemy.exc import DataError, OperationalError
from structlog import get_logger
from werkzeug.exceptions import HTTPException

from synqro.core.errors import (
    Conflict,
    DomainError,
    Forbidden,
    Gone,
    Invalid,
    NotFound,
    ProviderFailed,
    TooLarge,
    TooMany,
    Unauthenticated,
    Unavailable,
    Unsupported,
)
from synqro.core.pages import InvalidCursor
from synqro.web.inputs import InvalidParameter, MalformedJson, NotJson

log = get_logger()


class BadRequest(DomainError):
    """The request itself, not its content, cannot be right. HTTP 400."""


class PreconditionFailed(DomainError):
    """The request asks for what we do not speak. HTTP 412."""


KINDS: dict[type[DomainError], tuple[int, str]] = {
    BadRequest: (400, "invalid_request"),
    MalformedJson: (400, "invalid_request"),
    InvalidCursor: (400, "invalid_request"),
    InvalidParameter: (400, "invalid_request"),
    Unauthenticated: (401, "authentication"),
    Forbidden: (403, "permission"),
    NotFound: (404, "not_found"),
    Conflict: (409, "conflict"),
    Gone: (410, "gone"),
    PreconditionFailed: (412, "invalid_request"),
    TooLarge: (413, "invalid_request"),
    NotJson: (415, "invalid_request"),
    Unsupported: (415, "invalid_request"),
    Invalid: (422, "invalid_request"),
    TooMany: (429, "rate_limited"),
    ProviderFailed: (502, "api_error"),
    Unavailable: (503, "api_error"),
}
TYPES = dict(KINDS.values())

# What is said of a refusal that is not ours: werkzeug's, the limiter's, a crash.
PLAIN: dict[int, tuple[str, str]] = {
    400: ("invalid_parameter", "This request cannot be read."),
    401: ("missing_key", "Sign in first."),
    403: ("forbidden", "This is not allowed from here."),
    404: ("not_found", "There is nothing at this address."),
    405: ("method_not_allowed", "This address does not take this method."),
    413: ("body_too_large", "This is more than can be sent at once."),
    415: ("unsupported_media_type", "Send the body as application/json."),
    429: ("rate_limited", "Too many requests. Wait a moment and try again."),
    500: ("internal_error", "Something broke on our side. It has been noted."),
    503: ("unavailable", "This is not available right now. Try again in a moment."),
}
TITLES = {
    400: _("This request can't be read"),
    401: _("Sign in first"),
    403: _("Not allowed from here"),
    404: _("Nothing here"),
    405: _("Not possible here"),
    409: _("That changed in the meantime"),
    410: _("No longer here"),
    413: _("Too large to send"),
    422: _("Something needs a look"),
    429: _("Too many tries"),
    502: _("The payment provider didn't answer"),
    503: _("Not available right now"),
}
REFUSED, BROKEN = _("This can't be done"), _("That didn't work")
KEPT_HEADERS = ("Allow", "Retry-After", "WWW-Authenticate")


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
    """Answer every refusal and every crash of `app` in the one shape."""
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.register_error_handler(DomainError, _refused)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(DataError, _unstorable)
    app.register_error_handler(OperationalError, _database_away)


def status_of(error: type[DomainError]) -> int:
    """Give back the HTTP status that answers `error`."""
    return _kind(error)[0]


def json_face() -> bool:
    """Say whether the request came to a face that speaks JSON."""
    return f"{request.path}/".startswith(("/api/", "/v1/"))


def _kind(error: type[DomainError]) -> tuple[int, str]:
    return next((KINDS[k] for k in error.__mro__ if k in KINDS), (500, "api_error"))


def _refused(error: DomainError) -> Response:
    status, kind = _kind(type(error))
    facts = dict(error.facts)
    wait = facts.pop("retry_after", None)
    response = _answer(status, kind, error.code, str(error), facts)
    if wait is not None:
        response.headers["Retry-After"] = str(wait)
    return response


def _http_error(error: HTTPException) -> Any:
    status = error.code or 500
    if error.response or status < 400:
        return error
    kind = TYPES.get(status, "invalid_request" if status < 500 else "api_error")
    code, say = PLAIN.get(status, (error.name.lower().replace(" ", "_"), error.name))
    response = _answer(status, kind, code, say, {})
    for name, value in error.get_headers():
        if name in KEPT_HEADERS:
            response.headers[name] = value
    return response


def _unstorable(error: DataError) -> Response:
    log.warning("the database refused a value", error=str(error.orig))
    return _answer(400, "invalid_request", "invalid_parameter", "This cannot be stored.", {})


def _database_away(error: OperationalError) -> Response:
    log.error("the database did not answer", error=str(error.orig))
    response = _answer(503, "api_error", *PLAIN[503], {})
    response.headers["Retry-After"] = "1"
    return response


def _answer(status: int, kind: str, code: str, message: str, facts: dict[str, Any]) -> Response:
    problem = Problem(
        type=kind, code=code, message=message, request_id=g.get("request_id", ""), **facts
    )
    if json_face():
        response = jsonify(ProblemOut(error=problem).model_dump(mode="json", exclude_none=True))
    else:
        response = Response(_page(status, problem), content_type="text/html; charset=utf-8")
    response.status_code = status
    return response


def _page(status: int, problem: Problem) -> str:
    # Without what views add to every page: they may look for what has just failed.
    template = "_problem.html" if "HX-Request" in request.headers else "problem.html"
    title = TITLES.get(status, REFUSED if status < 500 else BROKEN)
    page = current_app.jinja_env.get_template(template)
    return page.render(problem=problem, title=title, status=status)
