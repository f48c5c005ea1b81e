"""Which pages may read the storefront's answers: any, or those of the merchant's list."""

from flask import Flask, Response, g
from flask_cors import CORS

ALLOWED = ["Content-Type", "X-Synqro-Store", "Idempotency-Key"]
EXPOSED = [
    "X-Request-Id",
    "Idempotent-Replayed",
    "Retry-After",
    "ETag",
    "RateLimit-Limit",
    "RateLimit-Remaining",
    "RateLimit-Reset",
]


def init_app(app: Flask) -> None:
    """Answer preflights, and let other origins read what is for them; never with credentials."""
    app.after_request(_withhold)
    CORS(
        app,
        resources=r"/api/storefront/.*",
        methods=["GET", "POST", "OPTIONS"],
        allow_headers=ALLOWED,
        expose_headers=EXPOSED,
        max_age=7200,
    )


def _withhold(response: Response) -> Response:
    if g.get("origin_refused"):
        del response.headers["Access-Control-Allow-Origin"]
    return response
