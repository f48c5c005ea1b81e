"""The blueprint of /v1: whose key it is, how often it may ask, and what it may do."""

from flask import Blueprint, Response, g, request

from synqro import stores
from synqro.core.crypto import fingerprint
from synqro.core.errors import Forbidden
from synqro.web import idempotent
from synqro.web.limits import limiter

bp = Blueprint("api", __name__, url_prefix="/v1")

OPEN = ("api.openapi",)
FILES = ("api.add_image",)
RATE = "100 per second"
UNKNOWN = 401


class PublishableKeyNotAllowed(Forbidden):
    code = "publishable_key_not_allowed"


def sent_key() -> str:
    """Give back the secret key of the request.

    Raises MissingKey, InvalidKey, and PublishableKeyNotAllowed for the shop's sf_… key.
    """
    key = _bearer()
    if not key:
        raise stores.MissingKey("Send a secret key: Authorization: Bearer sk_…")
    if key.startswith("sf_"):
        raise PublishableKeyNotAllowed(
            "This is the shop's publishable key. Send a secret key, which begins with sk_."
        )
    return key


def _bearer() -> str:
    kind, _, key = request.headers.get("Authorization", "").partition(" ")
    return key.strip() if kind.lower() == "bearer" else ""


@limiter.limit(RATE, key_func=lambda: fingerprint(_bearer())[:32])
def _count() -> None:
    return None


@bp.before_request
def limit() -> None:
    """Count the call before it costs a query."""
    if limiter.enabled and request.endpoint not in OPEN:
        _count()


@bp.before_request
def admit() -> None:
    """Load the key's store into `g.store` and the key into `g.secret_key` and `g.by`."""
    if request.endpoint in OPEN:
        return
    g.store, g.secret_key = stores.by_secret_key(sent_key())
    g.by = stores.By(key_id=g.secret_key.id)
    g.scopes = frozenset(g.secret_key.scopes)
    stores.note_use(g.secret_key)


@bp.after_request
def challenge(response: Response) -> Response:
    """Say how to tell who is calling, wherever nobody knows it (RFC 9110, 11.6.1)."""
    if response.status_code == UNKNOWN:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


idempotent.guard(bp, but=FILES)
