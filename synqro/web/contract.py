"""Typed JSON operations: pydantic in, pydantic out; web/openapi.py reads the same declaration."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from flask import Response, request
from flask.typing import ResponseReturnValue
from pydantic import BaseModel

from synqro.core.errors import DomainError, Invalid, Unauthenticated
from synqro.web.inputs import InvalidParameter, MalformedJson, NotJson, StrictIn, parse, read_json
from synqro.web.mistakes import summary
from synqro.web.problems import status_of

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

    @property
    def problems(self) -> list[int]:
        body = (MalformedJson, NotJson, Invalid) if self.body else ()
        query = (InvalidParameter,) if self.query else ()
        return sorted({status_of(e) for e in (Unauthenticated, *self.raises, *body, *query)})


def operation(
    *,
    out: type[BaseModel],
    body: type[StrictIn] | None = None,
    query: type[BaseModel] | None = None,
    status: int = 200,
    raises: tuple[type[DomainError], ...] = (),
    also: Callable[[Any, Wrong], Wrong] | None = None,
) -> Callable[[View], View]:
    """Parse `body` and `query`, call the view with them, answer with `out`.

    Where the body is refused, `also` gets it and the wrong fields, and gives back what else
    is wrong, so that one answer names everything.

    The view gives back any object whose attributes `out` can read, or a whole response.
    It stands outermost under the route, so that the OpenAPI document finds it.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def call(**kwargs: Any) -> ResponseReturnValue:
            if body:
                kwargs["body"] = _read(body, also)
            if query:
                kwargs["query"] = parse(query, request.args.to_dict(), InvalidParameter)
            made = view(**kwargs)
            if isinstance(made, Response):
                return made
            found = out.model_validate(made, from_attributes=True)
            return Response(found.model_dump_json(), status, content_type="application/json")

        operations[call] = Operation(out, body, query, status, raises)
        return call

    return decorate


def _read(body: type[StrictIn], also: Callable[[Any, Wrong], Wrong] | None) -> StrictIn:
    given = read_json()
    try:
        return parse(body, given)
    except Invalid as refused:
        found: Any = refused.facts["fields"]
        more = also(given, found) if also else []
        if not more:
            raise
        raise Invalid(summary(len(found) + len(more)), fields=[*found, *more]) from refused
