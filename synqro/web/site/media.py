"""GET /media/<digest>-<width>.webp: pictures by their content's hash, so they never change."""

from flask import Response

from synqro import catalogue
from synqro.core.errors import NotFound
from synqro.web.site.blueprint import bp


@bp.get("/media/<digest>-<int:width>.webp")
def media(digest: str, width: int) -> Response:
    """Serve one file of a picture, to be kept for good."""
    if not (digest.isascii() and digest.isalnum() and width in catalogue.WIDTHS):
        raise NotFound("There is no such picture.")
    answer = Response(catalogue.image_file(digest, width), mimetype="image/webp")
    answer.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer
