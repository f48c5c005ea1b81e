"""What a host page may load from us: the optional script, and the sheet of first pictures."""

from flask import Response, request

from synqro import catalogue
from synqro.core.errors import NotFound
from synqro.web.site.blueprint import bp
from synqro.web.widget import assets


@bp.get("/embed.js")
def embed() -> Response:
    """Serve the host script, short-lived: pages name it without a version."""
    return assets.serve(assets.script("embed.js"), request.args.get("v"))


@bp.get("/media/sheet-<digest>.avif")
def sheet(digest: str) -> Response:
    """Serve a sheet of first pictures, to be kept for good."""
    if not (digest.isascii() and digest.isalnum()):
        raise NotFound("There is no such picture.")
    answer = Response(catalogue.sheet_file(digest), mimetype="image/avif")
    answer.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return answer
