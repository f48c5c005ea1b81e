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

TUS = ["Tus-Resumable", "Upload-Length", "Upload-Metadata", "Upload-Offset"]
UPLOAD_OPTIONS = OPTIONS | {
    "methods": ["GET", "HEAD", "POST", "PATCH", "DELETE", "OPTIONS"],
    "allow_headers": [
        "Content-Type",
        "X-Synqro-Store",
        "Idempotency-Key",
        "X-Request-Id",
        "X-HTTP-Method-Override",
        "Upload-Defer-Length",
        *TUS,
    ],
    "expose_headers": [
        *EXPOSED,
        *TUS,
        "Location",
        "Tus-Version",
        "Tus-Extension",
        "Tus-Max-Size",
        "Upload-Expires",
        "Synqro-Upload-Id",
        "Synqro-Upload-Token",
    ],
}


def init_app(app: Flask) -> None:
    """Answer preflights, and let other origins read what is for them; never with credentials."""
    usual, of_uploads = (get_cors_options(app, given) for given in (OPTIONS, UPLOAD_OPTIONS))

    @app.after_request
    def share(response: Response) -> Response:
        asked = "Origin" in request.headers and request.path.startswith(FACE)
        if asked and "origin_refused" not in g:
            upload = request.path.startswith(f"{FACE}upload")
            set_cors_headers(response, of_uploads if upload else usual)
            response.vary.add("Origin")
        return response
