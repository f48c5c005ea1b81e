"""Standard Webhooks signatures: https://www.standardwebhooks.com, version 1, symmetric."""

import secrets
from base64 import b64decode, b64encode
from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256
from hmac import digest
from typing import Any

from synqro.core.crypto import seal, unseal

PREFIX = "whsec_"
SIZE = 24  # random bytes


def new_secret() -> str:
    """Give back a signing secret as the receiver's library takes it."""
    return PREFIX + b64encode(secrets.token_bytes(SIZE)).decode()


def sealed(secret: str, *, valid_until: datetime | None = None) -> dict[str, Any]:
    """Give back what an endpoint keeps of a secret."""
    until = valid_until.isoformat() if valid_until else None
    return {"sealed": seal(secret), "valid_until": until}


def keys(kept: Iterable[dict[str, Any]], at: datetime) -> tuple[bytes, ...]:
    """Give back the keys to sign with at `at`, the newest first."""
    return tuple(
        b64decode(unseal(secret["sealed"]).removeprefix(PREFIX))
        for secret in kept
        if secret["valid_until"] is None or datetime.fromisoformat(secret["valid_until"]) > at
    )


def headers(event_id: str, body: bytes, at: datetime, signers: Iterable[bytes]) -> dict[str, str]:
    """Give back the three headers of one try; `at` is the try's own time."""
    stamp = str(int(at.timestamp()))
    signed = f"{event_id}.{stamp}.".encode() + body
    signatures = (f"v1,{b64encode(digest(key, signed, sha256)).decode()}" for key in signers)
    return {
        "webhook-id": event_id,
        "webhook-timestamp": stamp,
        "webhook-signature": " ".join(signatures),
    }
