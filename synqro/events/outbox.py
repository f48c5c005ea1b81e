"""Writing an event and its deliveries in the transaction of the change."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select

from synqro.core.clock import now
from synqro.core.db import after_commit, db, transaction
from synqro.core.ids import new_id
from synqro.core.times import moment
from synqro.events.endpoints import endpoint
from synqro.events.errors import EndpointDisabled
from synqro.events.models import Delivery, DeliveryStatus, Endpoint, EndpointStatus, Event
from synqro.events.types import TEST


def emit(store_id: str, type: str, data: dict[str, Any], *, mode: str) -> Event:
    """Record that something happened, and owe it to every endpoint that asked for it.

    `data` is what the receiver reads, ready for JSON; `mode` is the store's. Call it
    inside the transaction of the change.
    """
    event = _record(store_id, type, data, mode)
    _owe(event, _subscribed(event))
    return event


@transaction()
def send_test(store_id: str, endpoint_id: str, *, mode: str) -> Delivery:
    """Send a `webhook.test` to this endpoint, whatever it asked for; `mode` is the store's.

    Raises EndpointNotFound, and EndpointDisabled for one that gets nothing now.
    """
    found = endpoint(store_id, endpoint_id)
    if not found.enabled:
        raise EndpointDisabled("This endpoint gets nothing now. Turn it on again first.")
    data = {"message": "This is a test. Your endpoint can be reached."}
    return owe(_record(store_id, TEST, data, mode), found)


def owe(event: Event, to: Endpoint, *, replay_of: str | None = None) -> Delivery:
    """Owe one endpoint an event because a person asked for it: an endpoint that is down is
    tried at once. Call it inside a transaction."""
    db.session.flush()
    row = {**_row(event, to.id, now()), "replay_of": replay_of}
    db.session.execute(insert(Delivery), [row])
    if to.down:
        # Whoever holds it on lease must not put its next try off again.
        to.next_at, to.updated_at = None, now()
    after_commit("webhooks.pump")
    return db.session.get_one(Delivery, row["id"])


def _record(store_id: str, type: str, data: dict[str, Any], mode: str) -> Event:
    at = now()
    event = Event(id=new_id("evt"), store_id=store_id, type=type, created_at=at, body=b"")
    event.body = json.dumps(
        {
            "id": event.id,
            "event": type,
            "created_at": moment(at),
            "mode": mode,
            "data": data,
        },
        ensure_ascii=False,
        separators=(",", ":"),
    ).encode()
    db.session.add(event)
    return event


def _subscribed(event: Event) -> list[str]:
    # Locked as the rows below will lock it anyway: who turns one on waits, and misses nothing.
    endpoints = db.session.execute(
        select(Endpoint.id, Endpoint.events, Endpoint.status)
        .where(Endpoint.store_id == event.store_id, Endpoint.deleted_at.is_(None))
        .with_for_update(read=True, key_share=True)
    )
    return [
        id
        for id, wanted, status in endpoints
        if status is EndpointStatus.ENABLED and ("*" in wanted or event.type in wanted)
    ]


def _owe(event: Event, endpoint_ids: Sequence[str]) -> None:
    rows = [_row(event, endpoint_id, event.created_at) for endpoint_id in endpoint_ids]
    if rows:
        db.session.flush()
        db.session.execute(insert(Delivery), rows)
        after_commit("webhooks.pump")


def _row(event: Event, endpoint_id: str, at: datetime) -> dict[str, Any]:
    return {
        "id": new_id("dlv"),
        "store_id": event.store_id,
        "event_id": event.id,
        "endpoint_id": endpoint_id,
        "status": DeliveryStatus.PENDING,
        "attempts": 0,
        "next_at": at,
        "replay_of": None,
        "created_at": at,
    }
