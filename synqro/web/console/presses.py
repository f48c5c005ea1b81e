"""One press of a button does its work once, however often the browser sends it."""

import json
from collections.abc import Callable
from secrets import token_urlsafe
from typing import Any

from flask import g, request

from synqro.core import idempotency
from synqro.core.errors import DomainError
from synqro.web.idempotent import LONGEST, fingerprint


def once(do: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Do it, and give back the facts it gave back; a second press of one form gets the same.

    The form's field `key` tells presses from further forms. A refusal keeps nothing. Raises
    what `do` raises, and Conflict while the first press is still at work.
    """
    held = idempotency.claim(_claim(), fingerprint(request.get_data()))
    if isinstance(held, str):
        found: dict[str, Any] = json.loads(held)
        return found
    try:
        facts = do()
    except DomainError:
        idempotency.free(held)
        raise
    idempotency.keep(held, 200, json.dumps(facts))
    return facts


def _claim() -> idempotency.Claim:
    key = request.form.get("key", "")
    # Whoever sends none, or nonsense, means a new press each time.
    fit = 0 < len(key) <= LONGEST and key.isascii() and key.isprintable()
    return idempotency.Claim(g.store.id, "POST", request.path, key if fit else token_urlsafe())
