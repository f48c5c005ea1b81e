"""GET /v1/openapi.json: this server's OpenAPI document."""

from typing import Any

from flask import Response, request
from pydantic import BaseModel, ConfigDict

from synqro.web import openapi
from synqro.web.api.blueprint import bp
from synqro.web.compress import compress
from synqro.web.contract import Nothing, operation


class DocumentOut(BaseModel):
    """An OpenAPI document: https://spec.openapis.org/oas/v3.1.1"""

    model_config = ConfigDict(extra="allow")

    openapi: str
    info: dict[str, Any]
    paths: dict[str, Any]


@bp.get("/openapi.json", endpoint="openapi")
@operation(query=Nothing, out=DocumentOut, cached=True)
def get_document(query: Nothing) -> Response:
    """Give back this document. It needs no key, and may be read from any page."""
    written = openapi.written()
    response = Response(written.body, content_type="application/json")
    response.set_etag(written.etag)
    response.headers["Cache-Control"] = "public, max-age=0, must-revalidate"
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.make_conditional(request)
    return compress(response)
