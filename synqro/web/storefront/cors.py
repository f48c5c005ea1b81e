"""Which pages may read the storefront's answers: any, or those of the merchant's list."""

from flask import Flask, Response, g, request
from flask_cors.core import get_cors_options, set_cors_headers

FACE = "/api/storefront/"
EXPOSED = [
    "X-Request-Id",
    "Idempotent-Replayed",
    "Retry-After",
    "ETag",
    "RateLimit-Limit",
    "RateLimit-Remaining",
    "RateLimit-Reset",
]
OPTIONS = {
    "origins": "*",
    "methods": ["GET", "POST", "OPTIONS"],
    "allow_headers": ["Content-Type", "X-Synqro-Store", "Idempotency-Key"],
    "expose_headers": EXPOSED,
    "max_age": 7200,
    "vary_header": False,
}


def init_app(app: Flask) -> None:
    """Answer preflights, and let other origins read what is for them; never with credentials."""
    options = get_cors_options(app, OPTIONS)

    @app.after_request
    def share(response: Response) -> Response:
        asked = "Origin" in request.headers and request.path.startswith(FACE)
        if asked and "origin_refused" not in g:
            set_cors_headers(response, options)
            response.vary.add("Origin")
        return response
