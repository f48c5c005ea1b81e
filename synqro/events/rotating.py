"""Signing secrets: a new one, and how long the old one signs beside it."""

from datetime import datetime, timedelta
from typing import Any

from synqro.core.clock import now
from synqro.core.db import transaction
from synqro.core.errors import field_error
from synqro.events.endpoints import NewEndpoint, endpoint, locked
from synqro.events.models import Endpoint
from synqro.events.signing import new_secret, sealed, unsealed, valid_until

OVERLAP = timedelta(days=1)
LONGEST_OVERLAP = timedelta(days=7)
MOST = 5  # secrets that sign side by side; each is a signature in every request


@transaction()
def rotate_secret(store_id: str, endpoint_id: str, *, overlap: timedelta = OVERLAP) -> NewEndpoint:
    """Make a new secret; the old one signs beside it for `overlap`, at most seven days.

    None signs for longer than that, nor do more than the newest MOST. Raises EndpointNotFound,
    and Invalid for the field `overlap_hours`.
    """
    if not timedelta() <= overlap <= LONGEST_OVERLAP:
        raise field_error("overlap_hours", "out_of_range", "Choose from 0 to 168 hours.")
    found = locked(store_id, endpoint_id)
    secret = new_secret()
    old = [_ended(kept, now() + overlap) for kept in found.secrets]
    found.secrets = [sealed(secret), *_live(old)][:MOST]
    found.updated_at = now()
    return NewEndpoint(found, secret)


@transaction()
def end_old_secrets(store_id: str, endpoint_id: str) -> Endpoint:
    """Sign with the newest secret alone from now on. Raises EndpointNotFound."""
    found = locked(store_id, endpoint_id)
    if len(found.secrets) > 1:
        found.secrets = found.secrets[:1]
        found.updated_at = now()
    return found


def with_secret(store_id: str, endpoint_id: str) -> NewEndpoint:
    """Give back an endpoint with its newest secret, for the request that made it and died.

    Raises EndpointNotFound.
    """
    found = endpoint(store_id, endpoint_id)
    return NewEndpoint(found, unsealed(found.secrets[0]))


def _ended(kept: dict[str, Any], at: datetime) -> dict[str, Any]:
    until = min(valid_until(kept) or at, at)
    return {**kept, "valid_until": until.isoformat()}


def _live(kept: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [secret for secret in kept if (until := valid_until(secret)) is None or until > now()]
