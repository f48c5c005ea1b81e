"""Writing an event and its deliveries in the transaction of the change."""

import json
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select

from synqro.core.clock import now
from synqro.core.db import db
from synqro.core.ids import new_id
from synqro.events.models import Delivery, DeliveryStatus, Endpoint, EndpointStatus, Event


def emit(store_id: str, type: str, data: dict[str, Any], *, mode: str) -> Event:
    """Record that something happened, and owe it to every endpoint that asked for it.

    `data` is what the receiver reads, ready for JSON; `mode` is the store's. Call it
    inside the transaction of the change.
    """
    at = now()
    event = Event(id=new_id("evt"), store_id=store_id, type=type, created_at=at, body=b"")
    event.body = json.dumps(
        {
            "id": event.id,
            "event": type,
            "created_at": f"{at:%Y-%m-%dT%H:%M:%SZ}",
            "mode": mode,
            "data": data,
        },
        ensure_ascii=False,
        separators=(",", ":"),
    ).encode()
    db.session.add(event)
    _owe(event, at)
    return event


def _owe(event: Event, at: datetime) -> None:
    endpoints = db.session.execute(
        select(Endpoint.id, Endpoint.events).where(
            Endpoint.store_id == event.store_id, Endpoint.status == EndpointStatus.ENABLED
        )
    ).all()
    rows = [
        {
            "id": new_id("dlv"),
            "event_id": event.id,
            "endpoint_id": endpoint_id,
            "status": DeliveryStatus.PENDING,
            "attempts": 0,
            "next_at": at,
            "replay_of": None,
        }
        for endpoint_id, wanted in endpoints
        if {"*", event.type} & set(wanted)
    ]
    if rows:
        db.session.flush()
        db.session.execute(insert(Delivery), rows)
