"""What the clock does: prices end, people are reminded, files are let go."""

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import Select, select
from structlog import get_logger

from synqro import events, orders, stores, uploads
from synqro.core.clock import now
from synqro.core.db import db, transaction
from synqro.core.errors import DomainError
from synqro.quotes.closing import close
from synqro.quotes.lifecycle import PAID, QUOTED, SYSTEM, Step, after
from synqro.quotes.models import File, Quote, TimelineKind
from synqro.quotes.noting import locked, mail_customer, mail_owners, tell
from synqro.quotes.wire import as_wire

log = get_logger()
LOOKS_AGAIN = timedelta(days=1)


def expire_due(limit: int = 50) -> int:
    """End up to `limit` prices whose last day is over, the oldest first; how many were due."""
    due = select(Quote.id).where(Quote.status == QUOTED, Quote.expires_at <= now())
    return _each(due.order_by(Quote.expires_at).limit(limit), _expire)


def remind_due(limit: int = 50) -> int:
    """Remind up to `limit` customers that a price ends soon; how many were due."""
    due = select(Quote.id).where(Quote.status == QUOTED, Quote.remind_at <= now())
    return _each(due.order_by(Quote.remind_at).limit(limit), _remind)


def let_files_go(limit: int = 50) -> int:
    """Give the files of up to `limit` ended quotes their last day; how many were looked at.

    A paid quote ends when its order is shipped, cancelled or refunded.
    """
    due = select(Quote.id).where(Quote.files_at <= now())
    return _each(due.order_by(Quote.files_at).limit(limit), _let_go)


def _each(due: Select[str], work: Callable[[str], None]) -> int:
    found = list(db.session.scalars(due))
    for quote_id in found:
        try:
            work(quote_id)
        except DomainError as error:  # the next round looks at it again
            log.warning("a quote was left as it is", quote_id=quote_id, code=error.code)
    return len(found)


@transaction()
def _expire(quote_id: str) -> None:
    quote = locked(quote_id)
    if quote is None or quote.status is not QUOTED or not _past(quote):
        return
    store = stores.by_id(quote.store_id)
    quote.status = after(quote.status, Step.EXPIRE, SYSTEM)
    close(quote, SYSTEM, at=quote.expires_at)
    tell(quote, TimelineKind.EXPIRED, SYSTEM)
    db.session.flush()
    events.emit(store.id, "quote.expired", as_wire(quote), mode=store.mode)
    mail_customer(store, quote, "quotes/expired")
    mail_owners(store, quote, "quotes/expired_merchant")


@transaction()
def _remind(quote_id: str) -> None:
    quote = locked(quote_id)
    if quote is None or quote.remind_at is None or quote.remind_at > now():
        return
    quote.remind_at = None
    if quote.status is QUOTED and not _past(quote):
        tell(quote, TimelineKind.REMINDED, SYSTEM)
        mail_customer(stores.by_id(quote.store_id), quote, "quotes/reminder")


@transaction()
def _let_go(quote_id: str) -> None:
    quote = locked(quote_id)
    if quote is None or quote.files_at is None or quote.files_at > now():
        return
    if quote.closed_at is None and quote.status is PAID:
        _close_with_its_order(quote)
    if quote.closed_at is None:
        quote.files_at = now() + LOOKS_AGAIN if quote.status is PAID else None
        return
    quote.files_at = None
    kept = timedelta(days=stores.by_id(quote.store_id).quote_retention_days)
    if let := _held_by_no_other(quote):
        uploads.drop_at(quote.store_id, let, quote.closed_at + kept)


def _close_with_its_order(quote: Quote) -> None:
    order = orders.find(quote.store_id, quote.order_id or "")
    quote.closed_at = order.shipped_at or order.cancelled_at
    if quote.closed_at is None and order.status is orders.Status.REFUNDED:
        quote.closed_at = now()


def _held_by_no_other(quote: Quote) -> list[str]:
    """The quote's files that no other quote holds which is still open."""
    others = (
        select(File.upload_id)
        .join(Quote, Quote.id == File.quote_id)
        .where(Quote.id != quote.id, Quote.closed_at.is_(None))
        .correlate_except(File, Quote)
    )
    mine = select(File.upload_id).where(File.quote_id == quote.id)
    return list(db.session.scalars(mine.where(File.upload_id.not_in(others))))


def _past(quote: Quote) -> bool:
    return quote.expires_at is not None and quote.expires_at <= now()
