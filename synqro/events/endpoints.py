"""The addresses that want events: added, changed, paused, taken away."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import func, select, update

from synqro.core.addresses import Unsafe, check_url
from synqro.core.clock import now
from synqro.core.db import after_commit, db, transaction
from synqro.core.errors import field_error
from synqro.core.ids import new_id
from synqro.core.wiring import settings
from synqro.events.errors import EndpointNotFound, TooManyEndpoints
from synqro.events.models import Delivery, DeliveryStatus, Endpoint, EndpointStatus, Reason
from synqro.events.signing import new_secret, sealed
from synqro.events.types import TYPES

MOST = 50  # endpoints of one store
LONGEST_DESCRIPTION = 500


class NewEndpoint(NamedTuple):
    """`secret` (whsec_…) is shown once; what we keep of it is sealed."""

    endpoint: Endpoint
    secret: str


def add_endpoint(
    store_id: str, *, url: str, types: Sequence[str], description: str | None = None
) -> NewEndpoint:
    """Let `url` have the events named in `types`, or all with ["*"], from now on.

    Looks the name up, so never call it inside a transaction. Raises Invalid for the fields
    `url` and `events`, and TooManyEndpoints.
    """
    return _add(store_id, _checked(url), _known(types), _short(description))


def edit_endpoint(store_id: str, endpoint_id: str, **changes: Any) -> Endpoint:
    """Change `url`, `types` or `description`, whichever are given.

    Raises EndpointNotFound and what add_endpoint raises. A new address starts afresh.
    """
    given: dict[str, Any] = {}
    if "url" in changes:
        given["url"] = _checked(changes["url"])
    if "types" in changes:
        given["events"] = _known(changes["types"])
    if "description" in changes:
        given["description"] = _short(changes["description"])
    return _edit(store_id, endpoint_id, given)


@transaction()
def pause(store_id: str, endpoint_id: str) -> Endpoint:
    """Send nothing more until it is resumed. What it is owed by now waits; what happens
    meanwhile it does not get. Raises EndpointNotFound."""
    found = _locked(store_id, endpoint_id)
    if found.enabled:
        found.status = EndpointStatus.DISABLED
        found.disabled_reason = Reason.PAUSED
        found.updated_at = now()
    return found


@transaction()
def resume(store_id: str, endpoint_id: str) -> Endpoint:
    """Send again, what waits first, whyever it was disabled. Raises EndpointNotFound."""
    found = _locked(store_id, endpoint_id)
    if not found.enabled:
        found.status = EndpointStatus.ENABLED
        found.disabled_reason = None
        found.updated_at = now()
        _start_afresh(found)
    return found


@transaction()
def delete_endpoint(store_id: str, endpoint_id: str) -> None:
    """Take an endpoint and its log away, at once and for good. Raises EndpointNotFound."""
    found = _locked(store_id, endpoint_id)
    found.status = EndpointStatus.DISABLED
    found.deleted_at = found.updated_at = now()
    found.secrets = []
    found.untold = None


def endpoints(store_id: str) -> list[Endpoint]:
    """Give back every endpoint of the store, the oldest first."""
    wanted = select(Endpoint).where(Endpoint.store_id == store_id, Endpoint.deleted_at.is_(None))
    return list(db.session.scalars(wanted.order_by(Endpoint.id)))


def endpoint(store_id: str, endpoint_id: str) -> Endpoint:
    """Give back one endpoint of the store. Raises EndpointNotFound."""
    found = db.session.get(Endpoint, endpoint_id) if "\0" not in endpoint_id else None
    if found is None or found.store_id != store_id or found.deleted_at:
        raise EndpointNotFound("There is no such endpoint.")
    return found


@transaction()
def _add(store_id: str, url: str, types: list[str], description: str | None) -> NewEndpoint:
    count = select(func.count()).select_from(Endpoint)
    here = count.where(Endpoint.store_id == store_id, Endpoint.deleted_at.is_(None))
    if (db.session.scalar(here) or 0) >= MOST:
        raise TooManyEndpoints(f"A shop has at most {MOST} endpoints.")
    secret = new_secret()
    made = Endpoint(
        id=new_id("whk"),
        store_id=store_id,
        url=url,
        description=description,
        events=types,
        secrets=[sealed(secret)],
        status=EndpointStatus.ENABLED,
        disabled_reason=None,
        next_at=None,
        lease_until=None,
        lease_by=None,
        failing_since=None,
        doubt=None,
        down=False,
        warned=0,
        untold=None,
        created_at=now(),
        updated_at=now(),
        deleted_at=None,
    )
    db.session.add(made)
    return NewEndpoint(made, secret)


@transaction()
def _edit(store_id: str, endpoint_id: str, given: dict[str, Any]) -> Endpoint:
    found = _locked(store_id, endpoint_id)
    moved = given.get("url", found.url) != found.url
    for name, value in given.items():
        setattr(found, name, value)
    found.updated_at = now()
    if moved:
        _start_afresh(found)
    return found


def _locked(store_id: str, endpoint_id: str) -> Endpoint:
    if "\0" not in endpoint_id:
        key_share: Any = {"key_share": True}  # lets those pass who owe it something
        db.session.get(Endpoint, endpoint_id, with_for_update=key_share, populate_existing=True)
    return endpoint(store_id, endpoint_id)


def _start_afresh(found: Endpoint) -> None:
    """Forget how it answered, and try at once all that waits."""
    found.next_at = found.failing_since = found.doubt = found.untold = None
    found.down = False
    found.warned = 0
    waiting = update(Delivery).where(
        Delivery.endpoint_id == found.id, Delivery.status == DeliveryStatus.PENDING
    )
    db.session.execute(waiting.values(next_at=now(), first_at=None))
    after_commit("webhooks.pump")


def _checked(url: str) -> str:
    try:
        return check_url(url.strip(), allow_private=settings().webhook_allow_private)
    except Unsafe as error:
        raise field_error("url", error.code, str(error)) from error


def _known(types: Sequence[str]) -> list[str]:
    if list(types) == ["*"]:
        return ["*"]
    if not types:
        raise field_error("events", "required", "Choose at least one event.")
    if wrong := [name for name in types if name not in TYPES]:
        raise field_error("events", "unknown_event", f"There is no event {wrong[0]}.")
    return [name for name in TYPES if name in types]


def _short(description: str | None) -> str | None:
    text = (description or "").strip().replace("\0", "")
    if len(text) > LONGEST_DESCRIPTION:
        say = f"Use at most {LONGEST_DESCRIPTION} characters."
        raise field_error("description", "too_long", say)
    return text or None
