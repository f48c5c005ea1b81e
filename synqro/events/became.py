"""What became of each event: who was told, and the newest of each kind."""

from sqlalchemy import select
from sqlalchemy.orm import contains_eager, defer

from synqro.core.clock import now
from synqro.core.db import db
from synqro.events.happened import LISTED
from synqro.events.models import Delivery, Endpoint, Event
from synqro.events.types import TYPES

MOST = 200


def deliveries_of(store_id: str, event_id: str) -> list[Delivery]:
    """Give back an event's deliveries, the oldest first, each with its `endpoint`."""
    wanted = (
        select(Delivery)
        .join(Delivery.endpoint)
        .where(
            Delivery.event_id == event_id,
            Delivery.store_id == store_id,
            Endpoint.deleted_at.is_(None),
        )
        .options(contains_eager(Delivery.endpoint))
    )
    return list(db.session.scalars(wanted.order_by(Delivery.id).limit(MOST)))


def latest(store_id: str) -> dict[str, Event]:
    """Give back the store's newest event of each type, by type, without its body.

    Types of which nothing happened in the last thirty days are left out.
    """
    ids = [
        select(Event.id)
        .where(Event.store_id == store_id, Event.type == type)
        .order_by(Event.id.desc())
        .limit(1)
        .scalar_subquery()
        for type in TYPES
    ]
    wanted = select(Event).where(Event.id.in_(ids), Event.created_at > now() - LISTED)
    wanted = wanted.options(defer(Event.body, raiseload=True))
    return {event.type: event for event in db.session.scalars(wanted)}
