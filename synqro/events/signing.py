"""Standard Webhooks signatures: https://www.standardwebhooks.com, version 1, symmetric."""

import secrets
from base64 import b64decode, b64encode
from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256
from hmac import digest
from typing import Any, NamedTuple

from synqro.core.crypto import seal, unseal

PREFIX = "whsec_"
SIZE = 24  # random bytes


class Key(NamedTuple):
    secret: bytes
    until: datetime | None

    def signs(self, at: datetime) -> bool:
        """True before it ends."""
        return self.until is None or at < self.until


def new_secret() -> str:
    """Give back a signing secret as the receiver's library takes it."""
    return PREFIX + b64encode(secrets.token_bytes(SIZE)).decode()


def sealed(secret: str, *, valid_until: datetime | None = None) -> dict[str, Any]:
    """Give back what an endpoint keeps of a secret."""
    until = valid_until.isoformat() if valid_until else None
    return {"sealed": seal(secret), "valid_until": until}


def unsealed(kept: dict[str, Any]) -> str:
    """Give back a secret that an endpoint keeps."""
    return unseal(kept["sealed"])


def valid_until(kept: dict[str, Any]) -> datetime | None:
    """Give back when a kept secret ends; None for the newest, which does not."""
    return datetime.fromisoformat(kept["valid_until"]) if kept["valid_until"] else None


def keys(kept: Iterable[dict[str, Any]]) -> tuple[Key, ...]:
    """Give back the keys to sign with, the newest first, each with when it ends."""
    return tuple(
        Key(b64decode(unsealed(secret).removeprefix(PREFIX)), valid_until(secret))
        for secret in kept
    )


def headers(event_id: str, body: bytes, at: datetime, signers: Iterable[Key]) -> dict[str, str]:
    """Give back the three headers of one try at `at`, signed by the keys that have not ended."""
    stamp = str(int(at.timestamp()))
    signed = f"{event_id}.{stamp}.".encode() + body
    signatures = (
        f"v1,{b64encode(digest(key.secret, signed, sha256)).decode()}"
        for key in signers
        if key.signs(at)
    )
    return {
        "webhook-id": event_id,
        "webhook-timestamp": stamp,
        "webhook-signature": " ".join(signatures),
    }
