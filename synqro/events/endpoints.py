"""The addresses that want events: added, changed, paused, taken away."""

from collections.abc import Sequence
from typing import Any, NamedTuple, cast

from sqlalchemy import ColumnElement, CursorResult, func, select, update

from synqro.core.addresses import Unsafe, check_url
from synqro.core.clock import now
from synqro.core.db import after_commit, db, transaction
from synqro.core.errors import Invalid, field_error, fields_error
from synqro.core.ids import new_id
from synqro.core.pages import Page, page
from synqro.core.wiring import plugged, settings
from synqro.events.errors import EndpointNotFound, TooManyEndpoints
from synqro.events.models import Delivery, DeliveryStatus, Endpoint, EndpointStatus, Reason
from synqro.events.signing import new_secret, sealed
from synqro.events.types import TYPES

MOST = 50  # endpoints of one store
LONGEST_DESCRIPTION = 500
Wrong = list[dict[str, str]]


class NewEndpoint(NamedTuple):
    """`secret` (whsec_…) is shown once; what we keep of it is sealed."""

    endpoint: Endpoint
    secret: str


def checked(**given: Any) -> dict[str, Any]:
    """Give back `url`, `types` and `description`, whichever are given, as they are kept.

    Looks the name up, so never call it inside a transaction. Raises Invalid, naming every
    wrong field of `url`, `events` and `description`.
    """
    found: dict[str, Any] = {}
    wrong: Wrong = []
    for name, value in given.items():
        column, read = READ[name]
        try:
            found[column] = read(value)
        except Invalid as refused:
            wrong += cast("Wrong", refused.facts["fields"])
    if wrong:
        raise fields_error(wrong)
    return found


def add_endpoint(
    store_id: str, *, url: str, types: Sequence[str], description: str | None = None
) -> NewEndpoint:
    """Let `url` have the events named in `types`, or all with ["*"], from now on.

    Looks the name up, so never call it inside a transaction. Raises Invalid for the fields
    `url`, `events` and `description`, and TooManyEndpoints.
    """
    return add_checked(store_id, checked(url=url, types=types, description=description))


def edit_endpoint(
    store_id: str, endpoint_id: str, *, enabled: bool | None = None, **changes: Any
) -> Endpoint:
    """Change `url`, `types` or `description`, whichever are given; pause or resume it.

    Raises EndpointNotFound and what add_endpoint raises. A new address starts afresh.
    """
    endpoint(store_id, endpoint_id)
    return _edit(store_id, endpoint_id, checked(**changes), enabled)


@transaction()
def pause(store_id: str, endpoint_id: str) -> Endpoint:
    """Send nothing more until it is resumed. What it is owed by now waits; what happens
    meanwhile it does not get. Raises EndpointNotFound."""
    found = locked(store_id, endpoint_id)
    if found.enabled:
        found.status = EndpointStatus.DISABLED
        found.disabled_reason = Reason.PAUSED
        found.disabled_at = found.updated_at = now()
    return found


@transaction()
def resume(store_id: str, endpoint_id: str) -> Endpoint:
    """Send again, what waits first, whyever it was disabled. Raises EndpointNotFound."""
    found = locked(store_id, endpoint_id)
    if not found.enabled:
        turn_on(found)
        start_afresh(found)
    return found


@transaction()
def delete_endpoint(store_id: str, endpoint_id: str) -> None:
    """Take an endpoint and its log away, at once and for good. Raises EndpointNotFound."""
    found = locked(store_id, endpoint_id)
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


def endpoints_page(store_id: str, *, cursor: str | None = None, limit: int = 25) -> Page[Endpoint]:
    """Give back the store's endpoints, the newest first. Raises InvalidCursor."""
    wanted = select(Endpoint).where(Endpoint.store_id == store_id, Endpoint.deleted_at.is_(None))
    return page(wanted, Endpoint.id, cursor=cursor, limit=limit, newest_first=True)


@transaction()
def add_checked(store_id: str, given: dict[str, Any]) -> NewEndpoint:
    """Add an endpoint from what `checked` gave back. Raises TooManyEndpoints."""
    count = select(func.count()).select_from(Endpoint)
    here = count.where(Endpoint.store_id == store_id, Endpoint.deleted_at.is_(None))
    if (db.session.scalar(here) or 0) >= MOST:
        raise TooManyEndpoints(f"A shop has at most {MOST} endpoints.")
    secret = new_secret()
    made = Endpoint(
        **given,
        id=new_id("whk"),
        store_id=store_id,
        secrets=[sealed(secret)],
        status=EndpointStatus.ENABLED,
        disabled_reason=None,
        disabled_at=None,
        next_at=None,
        lease_until=None,
        lease_by=None,
        failing_since=None,
        doubt=None,
        down=False,
        held=plugged("holds_deliveries")(store_id),
        warned=0,
        untold=None,
        created_at=now(),
        updated_at=now(),
        deleted_at=None,
    )
    db.session.add(made)
    return NewEndpoint(made, secret)


@transaction()
def _edit(store_id: str, endpoint_id: str, given: dict[str, Any], enabled: bool | None) -> Endpoint:
    found = locked(store_id, endpoint_id)
    moved = given.get("url", found.url) != found.url
    for name, value in given.items():
        setattr(found, name, value)
    found.updated_at = now()
    if moved and found.enabled:
        start_afresh(found)
    if enabled is not None:
        (resume if enabled else pause)(store_id, endpoint_id)
    return found


def locked(store_id: str, endpoint_id: str, *, alone: bool = False) -> Endpoint:
    """Give back an endpoint that only the open transaction may change. Raises EndpointNotFound.

    `alone` also waits for whoever is about to owe it something, or sees that it is disabled.
    """
    if "\0" not in endpoint_id:
        how: Any = True if alone else {"key_share": True}  # lets those pass
        db.session.get(Endpoint, endpoint_id, with_for_update=how, populate_existing=True)
    return endpoint(store_id, endpoint_id)


def turn_on(found: Endpoint) -> None:
    """Let a locked endpoint have events again."""
    found.status = EndpointStatus.ENABLED
    found.disabled_reason = found.disabled_at = None
    found.updated_at = now()


def start_afresh(found: Endpoint) -> None:
    """Forget how it answered, and try at once all that waits."""
    forget_failing(found)
    due_at_once(found, pending_at(found))


def forget_failing(found: Endpoint) -> None:
    """Let a locked endpoint have a week of failing before it, and every warning."""
    found.failing_since = found.untold = None
    found.warned = 0


def due_at_once(found: Endpoint, which: ColumnElement[bool]) -> int:
    """Let deliveries of a locked endpoint begin their schedules anew; gives back how many."""
    found.next_at = found.doubt = None
    found.down = False
    found.updated_at = now()
    waiting = update(Delivery).where(which)
    values = {"status": DeliveryStatus.PENDING, "attempts": 0, "next_at": now(), "first_at": None}
    quiet = {"synchronize_session": False}
    done = db.session.execute(waiting.values(values), execution_options=quiet)
    after_commit("webhooks.pump")
    return cast("CursorResult[Any]", done).rowcount


def pending_at(found: Endpoint) -> ColumnElement[bool]:
    """Select what waits for an endpoint."""
    return (Delivery.endpoint_id == found.id) & (Delivery.status == DeliveryStatus.PENDING)


def _url(url: str) -> str:
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


READ = {"url": ("url", _url), "types": ("events", _known), "description": ("description", _short)}
