"""What was sent, to whom, and what came back."""

from datetime import datetime

from sqlalchemy import ColumnElement, Select, exists, or_, select
from sqlalchemy.orm import aliased, contains_eager, defer, joinedload, selectinload

from synqro.core.db import db
from synqro.core.ids import first_id
from synqro.core.pages import Page, page
from synqro.events.endpoints import endpoint
from synqro.events.errors import DeliveryNotFound
from synqro.events.models import Delivery, DeliveryStatus, Endpoint, Event

RARE = 1000  # events


def deliveries(
    store_id: str,
    endpoint_id: str | None = None,
    *,
    failed: bool = False,
    status: DeliveryStatus | None = None,
    type: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    tries: bool = False,
    cursor: str | None = None,
    limit: int = 25,
) -> Page[Delivery]:
    """Give back deliveries of the store, or of one endpoint, the newest first.

    Each with its `event` (without the body) and `endpoint`; `tries` adds those. `failed` keeps
    what was tried and has not arrived; `since` (inclusive) and `until` (exclusive) are about
    when it was owed, `type` is the event's. Raises EndpointNotFound, InvalidCursor.
    """
    wanted = _whole()
    some = failed or status in (DeliveryStatus.FAILED, DeliveryStatus.PENDING)
    if endpoint_id is not None:
        endpoint(store_id, endpoint_id)
        wanted = wanted.where(Delivery.endpoint_id == endpoint_id)
    if endpoint_id is None or some:  # or the index of the store may be taken for all it sent
        wanted = wanted.where(Delivery.store_id == store_id)
    if some:
        wanted = wanted.where(Delivery.status != DeliveryStatus.SUCCEEDED)  # an index's words
    if failed:
        wanted = wanted.where(
            or_(Delivery.status == DeliveryStatus.FAILED, Delivery.tried_at.is_not(None))
        )
    if status is not None:
        wanted = wanted.where(Delivery.status == status)
    if type is not None:
        wanted = wanted.where(_is_of(store_id, type))
    wanted = _between(wanted, since, until)
    wanted = wanted.options(selectinload(Delivery.tries)) if tries else wanted
    return page(wanted, Delivery.id, cursor=cursor, limit=limit, newest_first=True)


def delivery(store_id: str, delivery_id: str) -> Delivery:
    """Give back one delivery with its `event`, `endpoint` and `tries`. Raises DeliveryNotFound."""
    wanted = (
        select(Delivery)
        .join(Delivery.endpoint)
        .where(
            Delivery.id == delivery_id,
            Delivery.store_id == store_id,
            Endpoint.deleted_at.is_(None),
        )
        .options(
            contains_eager(Delivery.endpoint),
            joinedload(Delivery.event).undefer(Event.body),
            selectinload(Delivery.tries),
        )
        .execution_options(populate_existing=True)
    )
    found = db.session.scalar(wanted) if "\0" not in delivery_id else None
    if found is None:
        raise DeliveryNotFound("There is no such delivery.")
    return found


def _whole() -> Select[Delivery]:
    return (
        select(Delivery)
        .join(Delivery.endpoint)
        .where(Endpoint.deleted_at.is_(None))
        .options(
            contains_eager(Delivery.endpoint),
            joinedload(Delivery.event).options(defer(Event.body, raiseload=True)),
        )
    )


def _between(
    wanted: Select[Delivery], since: datetime | None, until: datetime | None
) -> Select[Delivery]:
    if since is not None:
        wanted = wanted.where(Delivery.id >= first_id("dlv", since))
    if until is not None:
        wanted = wanted.where(Delivery.id < first_id("dlv", until))
    return wanted


def _is_of(store_id: str, type: str) -> ColumnElement[bool]:
    """Select deliveries of a type: those of a rare one by name, else one after the other."""
    events = select(Event.id).where(
        Event.store_id == store_id, Event.type == type.replace("\0", "")
    )
    rare = db.session.scalars(events.limit(RARE + 1)).all()
    if len(rare) <= RARE:
        of = aliased(Delivery)
        return Delivery.id.in_(select(of.id).where(of.event_id.in_(rare)))
    return exists(events.where(Event.id == Delivery.event_id).correlate(Delivery))
