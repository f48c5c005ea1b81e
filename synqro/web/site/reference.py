"""/docs/api: the OpenAPI document as pages, one for each of its parts."""

import re

from flask import Response, current_app, render_template
from markupsafe import Markup, escape

from synqro.core.errors import NotFound
from synqro.web import openapi
from synqro.web.compress import compress
from synqro.web.openapi_reading import Part, Reader
from synqro.web.site.blueprint import bp

CODE = re.compile("`([^`]+)`")


@bp.get("/docs/api")
def reference() -> str:
    """Show what there is, and how to ask for it."""
    return render_template("site/docs/reference.html", parts=_parts(), base=_base())


@bp.get("/docs/api/<slug>")
def reference_part(slug: str) -> Response:
    """Show one part with all its operations."""
    for part in _parts():
        if part.slug == slug:
            page = render_template("site/docs/reference_part.html", parts=_parts(), part=part)
            return compress(Response(page, content_type="text/html; charset=utf-8"))
    raise NotFound("There is no such part of the reference.")


@bp.app_template_filter()
def with_code(text: str) -> Markup:
    """Give back words of the document, what stands between backticks as code."""
    return Markup(CODE.sub(r"<code>\1</code>", str(escape(text))))  # noqa: S704


def _parts() -> list[Part]:
    kept = current_app.extensions
    if "reference" not in kept:
        kept["reference"] = Reader(openapi.document()).parts()
    found: list[Part] = kept["reference"]
    return found


def _base() -> str:
    return str(openapi.document()["servers"][0]["url"])
