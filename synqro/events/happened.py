"""What happened, as it was written down, whether or not somebody was told."""

from datetime import timedelta

from sqlalchemy import select

from synqro.core.clock import now
from synqro.core.db import db
from synqro.core.ids import first_id
from synqro.core.pages import Page, page
from synqro.events.errors import EventNotFound
from synqro.events.models import Event

LISTED = timedelta(days=30)


def happened(
    store_id: str, type: str | None = None, *, cursor: str | None = None, limit: int = 25
) -> Page[Event]:
    """Give back the store's events of the last thirty days, of one type or all, newest first.

    A type that there is not has none. Raises InvalidCursor.
    """
    wanted = select(Event).where(Event.store_id == store_id, Event.id > _oldest())
    if type is not None:
        wanted = wanted.where(Event.type == type.replace("\0", ""))
    return page(wanted, Event.id, cursor=cursor, limit=limit, newest_first=True)


def event(store_id: str, event_id: str) -> Event:
    """Give back one event of the last thirty days. Raises EventNotFound."""
    found = db.session.get(Event, event_id) if "\0" not in event_id else None
    if found is None or found.store_id != store_id or found.id <= _oldest():
        raise EventNotFound("There is no such event, or it is older than 30 days.")
    return found


def _oldest() -> str:
    return first_id("evt", now() - LISTED)
