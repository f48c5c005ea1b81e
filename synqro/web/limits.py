"""How often one caller may ask: counted in Redis, and never in the way when Redis is away."""

import time
from collections.abc import Callable
from functools import partial
from typing import Any

from flask import Flask, Response, g, request
from flask_limiter import Limiter
from limits.storage import RedisStorage
from redis import ConnectionPool
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry
from structlog import get_logger

from synqro.core.crypto import fingerprint

log = get_logger()

PATIENCE = 0.3
PAUSE = 10.0
View = Callable[..., Any]


class Doorkeeper(RedisStorage):
    """Redis, or nobody at the door: after a failure it is not asked for PAUSE seconds."""

    STORAGE_SCHEME = ["doorkeeper"]
    asleep_until = 0.0

    def acquire_sliding_window_entry(
        self, key: str, limit: int, expiry: int, amount: int = 1
    ) -> bool:
        if self._asleep():
            return True
        try:
            return super().acquire_sliding_window_entry(key, limit, expiry, amount)
        except RedisError as error:
            self._fall_asleep(error)
            return True

    def get_sliding_window(self, key: str, expiry: int) -> tuple[int, float, int, float]:
        if self._asleep():
            return 0, 0.0, 0, 0.0
        try:
            return super().get_sliding_window(key, expiry)
        except RedisError as error:
            self._fall_asleep(error)
            return 0, 0.0, 0, 0.0

    def _asleep(self) -> bool:
        return time.monotonic() < self.asleep_until

    def _fall_asleep(self, error: RedisError) -> None:
        self.asleep_until = time.monotonic() + PAUSE
        log.warning("redis is away; nobody counts requests", error=str(error))


def address() -> str:
    """Give back the caller's address."""
    return request.remote_addr or "unknown"


def key_and_address() -> str:
    """Give back who is asking: the key as it was sent, and the address."""
    bearer = request.headers.get("Authorization", "")
    sent = request.args.get("key") or request.headers.get("X-Synqro-Store")
    key = g.get("key") or sent or bearer
    return f"{fingerprint(key)[:16]}:{address()}"


def account() -> str:
    """Give back whose account is tried: the e-mail of the form, whether or not it exists."""
    email = request.form.get("email", "").strip().lower()
    return fingerprint(email)[:32] if email else address()


limiter = Limiter(
    key_and_address, strategy="sliding-window-counter", swallow_errors=True, key_prefix="synqro"
)


def per_caller(amounts: dict[str, tuple[str, ...]]) -> View:
    """Give back a hook that limits endpoints per key and address: {"30 per minute": (…)}.

    A hook, not a decorator of views, so that who asks too often costs no query.
    """

    def count() -> None:
        return None

    count.__qualname__ = f"count {amounts}"
    hook: View = count
    for amount, endpoints in amounts.items():
        hook = limiter.limit(amount, exempt_when=partial(_elsewhere, endpoints))(hook)
    return lambda: hook() if limiter.enabled else None


def tries(view: View) -> View:
    """Limit the refused POSTs of a view to 10 in 15 minutes per account and per address."""
    for key in (account, address):
        view = limiter.limit(
            "10 per 15 minutes", key_func=key, methods=["POST"], deduct_when=_refused
        )(view)
    return view


def init_app(app: Flask) -> None:
    """Count in the settings' Redis, unless they switch the limits off."""
    settings = app.extensions["settings"]
    pool = ConnectionPool.from_url(
        settings.redis,
        socket_timeout=PATIENCE,
        socket_connect_timeout=PATIENCE,
        retry=Retry(NoBackoff(), 0),
    )
    app.config.update(
        RATELIMIT_ENABLED=settings.rate_limits == "on",
        RATELIMIT_STORAGE_URI="doorkeeper://",
        RATELIMIT_STORAGE_OPTIONS={"connection_pool": pool},
    )
    limiter.init_app(app)
    app.after_request(_say)


def _say(response: Response) -> Response:
    limit = limiter.current_limit if limiter.enabled else None
    if limit is None:
        return response
    left = min(max(0, limit.reset_at - int(time.time())), limit.limit.get_expiry())
    response.headers["RateLimit-Limit"] = str(limit.limit.amount)
    response.headers["RateLimit-Remaining"] = str(limit.remaining)
    response.headers["RateLimit-Reset"] = str(left)
    if limit.breached:
        response.headers["Retry-After"] = str(max(1, left))
    return response


def _elsewhere(endpoints: tuple[str, ...]) -> bool:
    return request.method == "OPTIONS" or request.endpoint not in endpoints


def _refused(response: Response) -> bool:
    return response.status_code >= 400
