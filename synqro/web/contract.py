"""Typed JSON operations: pydantic in, pydantic out; web/openapi.py reads the same declaration."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from flask import Response, g, request
from flask.typing import ResponseReturnValue
from pydantic import BaseModel

from synqro.core.errors import DomainError, Forbidden, Invalid
from synqro.stores import ALL_SCOPES
from synqro.web.inputs import (
    InvalidParameter,
    MalformedJson,
    NotJson,
    StrictIn,
    parse,
    read_body,
    read_json,
)
from synqro.web.mistakes import summary

View = Callable[..., Any]
Wrong = list[dict[str, str]]
operations: dict[View, "Operation"] = {}


@dataclass(frozen=True)
class Operation:
    out: type[BaseModel]
    body: type[StrictIn] | None
    query: type[BaseModel] | None
    status: int
    raises: tuple[type[DomainError], ...]
    scope: str | None = None
    form: type[BaseModel] | None = None
    cached: bool = False

    @property
    def refusals(self) -> tuple[type[DomainError], ...]:
        """What the operation itself may refuse; what its face refuses comes on top."""
        body = (MalformedJson, NotJson, Invalid) if self.body else ()
        query = (InvalidParameter,) if self.query or self.scope else ()
        scope = (MissingScope,) if self.scope else ()
        return (*self.raises, *body, *query, *scope)


class MissingScope(Forbidden):
    """The key may not do this; `scope` says what it lacks."""

    code = "missing_scope"


class Nothing(StrictIn):
    """A query string, or a body, that holds nothing."""


def operation(
    *,
    out: type[BaseModel],
    body: type[StrictIn] | None = None,
    query: type[BaseModel] | None = None,
    status: int = 200,
    raises: tuple[type[DomainError], ...] = (),
    scope: str | None = None,
    also: Callable[[Any, Wrong], Wrong] | None = None,
    form: type[BaseModel] | None = None,
    cached: bool = False,
) -> Callable[[View], View]:
    """Parse `body` and `query`, call the view with them, answer with `out`.

    Where the body is refused, `also` gets it and the wrong fields, and gives back what else
    is wrong, so that one answer names everything. `scope` is what the key of the request must
    have; such operations refuse parameters that they do not know, or that stand twice. A body
    of which nothing is needed may be left out. `form` and `cached` are for the document only:
    what a multipart form holds that the view reads itself, and that it answers 304 to who has
    the newest already.

    The view gives back any object whose attributes `out` can read, or a whole response.
    It stands outermost under the route, so that the OpenAPI document finds it.
    """

    declared = Operation(out, body, query, status, raises, scope, form, cached)

    def decorate(view: View) -> View:
        @wraps(view)
        def call(**kwargs: Any) -> ResponseReturnValue:
            given = _given(declared, also)
            return _answered(out, view(**kwargs, **given), status)

        operations[call] = declared
        return call

    return decorate


def _given(asked: Operation, also: Callable[[Any, Wrong], Wrong] | None) -> dict[str, Any]:
    """Read what the view is called with. Refuses a key without the scope first."""
    given: dict[str, Any] = {}
    if asked.scope:
        _require(asked.scope)
    if query := asked.query or (Nothing if asked.scope else None):
        found = _parameters(query, once=asked.scope is not None)
        given |= {"query": found} if asked.query else {}
    if asked.body:
        given["body"] = _read(asked.body, also)
    return given


def _read(body: type[StrictIn], also: Callable[[Any, Wrong], Wrong] | None) -> StrictIn:
    given = {} if _left_out(body) else read_json()
    try:
        return parse(body, given)
    except Invalid as refused:
        found: Any = refused.facts["fields"]
        more = also(given, found) if also else []
        if not more:
            raise
        raise Invalid(summary(len(found) + len(more)), fields=[*found, *more]) from refused


def _parameters(asked: type[BaseModel], *, once: bool) -> BaseModel:
    """Read the query string. Raises InvalidParameter, with `once` also for what stands twice."""
    twice = [name for name, values in request.args.lists() if once and len(values) > 1]
    wrong: Wrong = [
        {"field": name[:100], "code": "given_twice", "message": "Send this once."} for name in twice
    ]
    try:
        found = parse(asked, request.args.to_dict(), InvalidParameter)
    except InvalidParameter as refused:
        fields: Any = refused.facts["fields"]
        wrong += [field for field in fields if field["field"] not in twice]
    if wrong:
        raise InvalidParameter(summary(len(wrong)), fields=wrong)
    return found


def _answered(out: type[BaseModel], made: Any, status: int) -> Response:
    if isinstance(made, Response):
        return made
    found = out.model_validate(made, from_attributes=True)
    return Response(f"{found.model_dump_json()}\n", status, content_type="application/json")


def _left_out(body: type[StrictIn]) -> bool:
    needed = any(field.is_required() for field in body.model_fields.values())
    return not needed and not read_body()


def _require(scope: str) -> None:
    if scope not in g.scopes and ALL_SCOPES not in g.scopes:
        raise MissingScope(f"This key lacks the scope {scope}.", scope=scope)
