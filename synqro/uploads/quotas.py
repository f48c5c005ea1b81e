"""How much one visitor, and all of a store's, may send."""

from datetime import timedelta

from sqlalchemy import ColumnElement, func, select

from synqro.core.clock import now
from synqro.core.db import db
from synqro.core.wiring import settings
from synqro.stores import Store
from synqro.uploads.errors import TooManyUploads
from synqro.uploads.models import Status, Upload
from synqro.uploads.spool import too_large

GIB = 1024**3
VISITORS_DAY, STORES_DAY = 2 * GIB, 20 * GIB
MOST_UNFINISHED = 30
DAY = timedelta(days=1)
HOUR = 3600  # seconds
KEPT = (Status.RECEIVING, Status.READY)


def most_bytes(store: Store) -> int:
    """Give back how large a file may be: as the store says, at most as the operator does."""
    return min(store.max_upload_bytes, settings().max_upload_bytes)


def check(store: Store, visitor: str, length: int) -> None:
    """Refuse a file of `length` bytes that is too large, or one too many of this day.

    Raises FileTooLarge, TooManyUploads.
    """
    if length > most_bytes(store):
        raise too_large(most_bytes(store))
    mine = Upload.visitor == visitor
    unfinished = select(func.count()).where(*_today(store), mine, Upload.status == Status.RECEIVING)
    if (db.session.scalar(unfinished) or 0) >= MOST_UNFINISHED:
        raise _too_many("Too many files are on their way. Finish or cancel some first.")
    if _sum(store, mine) + length > VISITORS_DAY or _sum(store) + length > STORES_DAY:
        raise _too_many("Too much was sent today. Try again later, or paste a link.")


def _sum(store: Store, *which: ColumnElement[bool]) -> int:
    kept = select(func.sum(Upload.bytes)).where(*_today(store), Upload.status.in_(KEPT), *which)
    return int(db.session.scalar(kept) or 0)


def _today(store: Store) -> tuple[ColumnElement[bool], ...]:
    return Upload.store_id == store.id, Upload.created_at > now() - DAY


def _too_many(say: str) -> TooManyUploads:
    return TooManyUploads(say, retry_after=HOUR)
