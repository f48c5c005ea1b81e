"""Parts of a page that ask again by themselves."""

import hashlib

from flask import Response, make_response, request


def unless_seen(html: str) -> Response:
    """Answer a poll: 304 while the browser shows the same already."""
    answer = make_response(html)
    answer.set_etag(hashlib.sha256(html.encode()).hexdigest()[:32])
    answer.make_conditional(request)
    return answer
