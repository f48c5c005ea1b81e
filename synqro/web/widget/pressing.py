"""Pressing twice: what the first press made is what the second one gets."""

import time

from flask import Response, g

from synqro.core import idempotency
from synqro.core.db import db
from synqro.web import idempotent

PATIENCE = 40
PAUSE = 0.25


def claim(body: str) -> Response | None:
    """Give back the answer to this very body, told by its fingerprint, where it was given already.

    A second press while the first is on its way waits for that answer.
    """
    for _try in range(PATIENCE):
        try:
            return idempotent.begin(body, body)
        except idempotency.InProgress:
            db.session.rollback()
            time.sleep(PAUSE)
    return idempotent.begin(body, body)


def give_back() -> None:
    """Let the same form be sent again after a refusal."""
    held = g.pop("claim", None)
    if held is not None:
        idempotency.free(held)
