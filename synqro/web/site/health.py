"""/healthz, /readyz and /metrics: for whoever watches the machine."""

from hmac import compare_digest
from ipaddress import ip_address

from flask import Response, abort, jsonify, request
from flask.typing import ResponseReturnValue
from redis.exceptions import RedisError
from sqlalchemy.exc import SQLAlchemyError

from synqro.core import schema
from synqro.core.db import db
from synqro.core.wiring import plugged, settings
from synqro.web import metrics
from synqro.web.site.blueprint import bp

PROXIED = ("Forwarded", "X-Forwarded-For", "X-Real-Ip")


@bp.get("/healthz")
def healthz() -> ResponseReturnValue:
    """Say that this process answers."""
    return jsonify(status="ok")


@bp.get("/readyz")
def readyz() -> ResponseReturnValue:
    """Say whether what we stand on is there: database, Redis, and the newest tables."""
    parts = {"database": _database(), "migrations": _migrated(), "redis": _redis()}
    ready = all(parts.values())
    words = {name: "ok" if fine else "failed" for name, fine in parts.items()}
    return jsonify(status="ok" if ready else "unavailable", **words), 200 if ready else 503


@bp.get("/metrics")
def show_metrics() -> Response:
    """Show the counters to this machine, or to whoever holds the token."""
    if not _may_read_metrics():
        abort(403)
    return Response(metrics.exposition(), content_type="text/plain; version=0.0.4; charset=utf-8")


def _database() -> bool:
    try:
        db.session.connection().exec_driver_sql("SELECT 1")
    except SQLAlchemyError:
        return False
    return True


def _migrated() -> bool:
    try:
        return schema.is_current()
    except SQLAlchemyError:
        return False


def _redis() -> bool:
    try:
        return bool(plugged("redis").ping())
    except RedisError:
        return False


def _may_read_metrics() -> bool:
    token = settings().metrics_token
    sent = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if token and compare_digest(sent.encode(), token.encode()):
        return True
    # A proxy on this machine speaks for somebody else, whatever its own address is.
    proxied = any(name in request.headers for name in PROXIED)
    return not proxied and ip_address(request.remote_addr or "0.0.0.0").is_loopback  # noqa: S104
