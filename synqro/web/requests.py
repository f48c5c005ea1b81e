"""Each request has an id, and leaves one line in the log without keys or tokens."""

import json
import logging
import re
import sys
import time
from datetime import UTC, datetime
from secrets import token_hex

import structlog
from flask import Flask, Response, g, got_request_exception, request
from werkzeug.middleware.proxy_fix import ProxyFix

from synqro.web import metrics

log = structlog.get_logger()
access = logging.getLogger("synqro.access")
QUIET = ("static", "site.healthz")

GIVEN = re.compile(r"[\w.:-]{1,128}", re.ASCII)
KEY = re.compile(r"\b(s[fk]_(?:live|test)_)\w+")
TOKEN = re.compile(r"[\w-]{40,}", re.ASCII)


def init_app(app: Flask) -> None:
    """Believe as many proxies as the settings say, give ids, write the access log."""
    proxies = app.extensions["settings"].trusted_proxies
    if proxies:
        fixed = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=proxies)
        app.wsgi_app = fixed  # type: ignore[method-assign]
    app.before_request(_begin)
    app.after_request(_end)
    got_request_exception.connect(_crashed, app)
    app.logger.addFilter(_not_of_a_crash)


def masked(path: str) -> str:
    """Give back a path that may be logged: without keys and without tokens."""
    return TOKEN.sub("…", KEY.sub(r"\1…", path))


def _begin() -> None:
    given = request.headers.get("X-Request-Id", "")
    g.request_id = given if GIVEN.fullmatch(given) else f"req_{token_hex(12)}"
    g.begun = time.perf_counter()
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=g.request_id)


def _end(response: Response) -> Response:
    if "request_id" not in g:
        _begin()
    response.headers["X-Request-Id"] = g.request_id
    took = time.perf_counter() - g.begun
    store = g.get("store")
    metrics.count(request.endpoint, request.method, response.status_code, took)
    if access.isEnabledFor(logging.INFO) and request.endpoint not in QUIET:
        _write(
            method=request.method,
            path=masked(request.path),
            status=response.status_code,
            ms=round(took * 1000, 1),
            store_id=store.id if store is not None else None,
        )
    return response


def _write(**facts: object) -> None:
    # One line by hand: the log's own machinery takes as long as a whole small answer.
    told = {"event": "request", "level": "info", "timestamp": datetime.now(UTC).isoformat()}
    line = json.dumps(told | {"request_id": g.request_id} | facts, ensure_ascii=False)
    sys.stderr.write(line + "\n")


def _crashed(app: Flask, exception: BaseException) -> None:
    log.error("crash", method=request.method, path=masked(request.path), exc_info=exception)


def _not_of_a_crash(record: logging.LogRecord) -> bool:
    # Flask's own line of a crash holds the path as it came, tokens and all.
    return not record.getMessage().startswith("Exception on ")
