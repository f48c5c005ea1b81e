"""/v1/events: what happened, for thirty days, whether or not an endpoint was told."""

import json
from typing import Any, Literal

from flask import g
from pydantic import BaseModel, Field

from synqro import events, stores
from synqro.core.pages import InvalidCursor
from synqro.web.api.blueprint import bp
from synqro.web.api.lists import ListIn, ListOut, listed
from synqro.web.contract import operation
from synqro.web.times import TimeOut


class EventsIn(ListIn):
    type: str | None = Field(None, max_length=60)


class EventOut(BaseModel):
    """`data` is the thing itself, as it was then."""

    id: str
    object: Literal["event"] = "event"
    event: str
    created_at: TimeOut
    mode: stores.Mode
    data: dict[str, Any]


@bp.get("/events")
@operation(scope="events:read", query=EventsIn, out=ListOut[EventOut], raises=(InvalidCursor,))
def list_events(query: EventsIn) -> dict[str, Any]:
    """List what happened, the newest first."""
    page = events.happened(g.store.id, query.type, cursor=query.cursor, limit=query.limit)
    return listed(page, _shown)


@bp.get("/events/<event_id>")
@operation(scope="events:read", out=EventOut, raises=(events.EventNotFound,))
def get_event(event_id: str) -> dict[str, Any]:
    """Show one event."""
    return _shown(events.event(g.store.id, event_id))


def _shown(event: events.Event) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(event.body)
    return found
