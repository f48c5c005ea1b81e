"""Answers made smaller for clients that can read gzip."""

import gzip

from flask import Response, request

LEAST_BYTES = 500
LEVEL = 6


def compress(response: Response) -> Response:
    """Give back the answer in gzip where the client reads it and it is worth the work."""
    if response.direct_passthrough or response.is_streamed or response.status_code == 304:
        return response
    content = response.get_data()
    if len(content) < LEAST_BYTES or "Content-Encoding" in response.headers:
        return response
    response.vary.add("Accept-Encoding")
    if request.accept_encodings.quality("gzip") <= 0:
        return response
    response.set_data(gzip.compress(content, LEVEL, mtime=0))
    response.headers["Content-Encoding"] = "gzip"
    etag, weak = response.get_etag()
    if etag and not weak:
        response.set_etag(etag, weak=True)
    return response
