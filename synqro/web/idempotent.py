"""`Idempotency-Key`: the same request again gets the same answer again."""

import json
from hashlib import sha256

from flask import Blueprint, Response, g, request
from structlog import get_logger

from synqro.core import idempotency
from synqro.web.inputs import read_body
from synqro.web.problems import BadRequest

log = get_logger()

LONGEST = 255
NOT_KEPT = frozenset({401, 403, 429})
KEPT_HEADERS = ("Content-Type", "Location")


class InvalidIdempotencyKey(BadRequest):
    code = "invalid_idempotency_key"


def guard(bp: Blueprint, *, but: tuple[str, ...] = ()) -> None:
    """Keep the answers to a face's POSTs that send the header, `but` to these endpoints.

    `g.store` is set before.
    """
    bp.before_request(lambda: None if request.endpoint in but else _from_header())
    bp.after_request(remember)


def begin(key: str, body: str | None = None) -> Response | None:
    """Claim `key` for this request; give back the answer that an earlier one was given.

    `body` is the fingerprint of a body that is too large to be read at once.

    Raises InvalidIdempotencyKey, KeyReused, InProgress.
    """
    if not 1 <= len(key) <= LONGEST or "\0" in key:
        raise InvalidIdempotencyKey("An idempotency key has 1 to 255 characters.")
    wanted = idempotency.Claim(g.store.id, request.method, request.path, key)
    found = idempotency.claim(wanted, body or fingerprint(request.get_data()))
    if isinstance(found, str):
        return _restored(found)
    g.claim = found
    return None


def fingerprint(body: bytes) -> str:
    """Give back what tells one body from another."""
    return sha256(body).hexdigest()


def made() -> str | None:
    """Give back the id of what an earlier request with this key made before it died."""
    held: idempotency.Claim | None = g.get("claim")
    return held.made if held else None


def bind(made: str) -> None:
    """Note what this request makes, in the transaction that makes it. Raises InProgress."""
    if "claim" in g:
        idempotency.bind(g.claim, made)


def remember(response: Response) -> Response:
    """Keep this request's answer under the key it claimed, or give the key back."""
    held = g.pop("claim", None)
    if held is None:
        return response
    try:
        if response.status_code in NOT_KEPT or response.status_code >= 500:
            idempotency.free(held)
        else:
            idempotency.keep(held, response.status_code, _stored(response))
    except Exception:
        # The answer itself stands; the key frees itself after a minute.
        log.exception("an answer was not kept")
    return response


def _from_header() -> Response | None:
    key = request.headers.get("Idempotency-Key")
    if request.method != "POST" or key is None:
        return None
    read_body()
    return begin(key)


def _stored(response: Response) -> str:
    headers = {name: response.headers[name] for name in KEPT_HEADERS if name in response.headers}
    return json.dumps([response.status_code, headers, response.get_data(as_text=True)])


def _restored(stored: str) -> Response:
    status, headers, body = json.loads(stored)
    response = Response(body, status=status, headers=headers)
    response.headers["Idempotent-Replayed"] = "true"
    return response
