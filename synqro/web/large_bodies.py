"""Large bodies arrive slowly and hold a thread each: only so many at once."""

from contextlib import suppress
from threading import BoundedSemaphore

from flask import Flask, Response, g, request

from synqro.core.errors import Unavailable

LARGE = 64 * 1024
MOST_DRAINED = 256 * 1024 * 1024  # the largest upload, and a little more


def init_app(app: Flask) -> None:
    """Leave half of a process's threads to requests with small bodies, or none."""
    slots = BoundedSemaphore(max(1, app.extensions["settings"].web_threads // 2))

    @app.before_request
    def take() -> None:
        length = request.content_length
        unknown = length is None and "Transfer-Encoding" in request.headers
        if not unknown and (length or 0) <= LARGE:
            return
        if not slots.acquire(blocking=False):
            say = "Too many large files are arriving. Try again in a moment."
            raise Unavailable(say, retry_after=1)
        g.body_slot = True

    @app.after_request
    def drain(response: Response) -> Response:
        # Whoever is still sending sees no answer, only a connection that breaks.
        # Who asked before sending it is told now, and does not send it.
        asking = "Expect" in request.headers
        if "body_slot" in g and response.status_code >= 400 and not asking:
            with suppress(OSError, ValueError):
                _read_on()
        return response

    @app.teardown_request
    def give_back(_: BaseException | None) -> None:
        if g.pop("body_slot", False):
            slots.release()


def _read_on() -> None:
    left = MOST_DRAINED
    while left > 0 and (piece := request.environ["wsgi.input"].read(LARGE)):
        left -= len(piece)
