"""Each request has an id, and leaves one line in the log without keys or tokens."""

import logging
import re
import time

import structlog
from flask import Flask, Response, g, got_request_exception, request
from werkzeug.middleware.proxy_fix import ProxyFix

from synqro.core.ids import new_id
from synqro.web import metrics

log = structlog.get_logger()

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
    g.request_id = given if GIVEN.fullmatch(given) else new_id("req")
    g.begun = time.perf_counter()
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=g.request_id)


def _end(response: Response) -> Response:
    # A crash before the first hook leaves no id behind.
    response.headers["X-Request-Id"] = g.get("request_id") or new_id("req")
    took = time.perf_counter() - g.get("begun", time.perf_counter())
    store = g.get("store")
    metrics.count(request.endpoint, request.method, response.status_code, took)
    if request.endpoint not in ("static", "site.healthz"):
        log.info(
            "request",
            method=request.method,
            path=masked(request.path),
            status=response.status_code,
            ms=round(took * 1000, 1),
            **({"store_id": store.id} if store is not None else {}),
        )
    return response


def _crashed(app: Flask, exception: BaseException) -> None:
    log.error("crash", method=request.method, path=masked(request.path), exc_info=exception)


def _not_of_a_crash(record: logging.LogRecord) -> bool:
    # Flask's own line of a crash holds the path as it came, tokens and all.
    return not record.getMessage().startswith("Exception on ")
