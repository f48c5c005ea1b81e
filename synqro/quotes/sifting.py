"""All quotes of a store, by their status and by when they were asked for."""

from datetime import datetime

from sqlalchemy import ColumnElement, func, select

from synqro.core.db import db
from synqro.core.ids import first_id
from synqro.core.pages import Page, page
from synqro.quotes.models import Quote, Status

FEW = 1_000
# An id is made a moment before or after its quote's `created_at`.
APART = 60_000  # milliseconds


def newest_first(
    store_id: str,
    *,
    status: Status | None = None,
    created_after: datetime | None = None,
    created_before: datetime | None = None,
    cursor: str | None = None,
    limit: int = 25,
) -> Page[Quote]:
    """Give back a page of quotes, the newest first. Raises InvalidCursor.

    `created_after` is inclusive, `created_before` is not. A status of at most FEW quotes leads
    to these; where more have it, all are walked, and those of another status passed over.
    """
    few = _few(store_id, status) if status else None
    mine = Quote.store_id == store_id if few is None else Quote.id.in_(few)
    wanted = select(Quote).where(mine, *_made(created_after, created_before))
    if status:
        # So that no planner sorts all that an index by status finds.
        wanted = wanted.where(func.coalesce(Quote.status, Quote.status) == status)
    return page(wanted, Quote.id, cursor=cursor, limit=limit, newest_first=True)


def _few(store_id: str, status: Status) -> list[str] | None:
    """Give back the ids of all quotes of a status, if these are few."""
    mine = select(Quote.id).where(Quote.store_id == store_id, Quote.status == status)
    ids = list(db.session.scalars(mine.limit(FEW + 1)))
    return ids if len(ids) <= FEW else None


def _made(after: datetime | None, before: datetime | None) -> list[ColumnElement[bool]]:
    """When they were made, and between which ids they lie, for these begin with the time."""
    found: list[ColumnElement[bool]] = []
    if after:
        found += [Quote.created_at >= after, Quote.id >= first_id("qt", after, later=-APART)]
    if before:
        found += [Quote.created_at < before, Quote.id < first_id("qt", before, later=APART)]
    return found
