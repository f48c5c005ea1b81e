"""What the clock does: prices end, people are reminded, files are let go."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, NamedTuple

from sqlalchemy import TextClause, select, text
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
# Word for word the conditions of the indexes, else SQLite reads every quote there is.
PRICED = text("quotes.status = 'quoted'")
TO_REMIND = text("quotes.status = 'quoted' AND quotes.remind_at IS NOT NULL")
WITH_FILES = text("quotes.files_at IS NOT NULL")


class Round(NamedTuple):
    """How many were due, how many of those became something else, and how many could not."""

    seen: int = 0
    changed: int = 0
    failed: int = 0

    def plus(self, more: "Round") -> "Round":
        return Round(*map(sum, zip(self, more, strict=True)))


def end_prices(store_id: str, limit: int) -> Round:
    """End up to `limit` prices of a store whose last day is over, the oldest first."""
    return _each(store_id, limit, PRICED, Quote.expires_at, _expire)


def remind(store_id: str, limit: int) -> Round:
    """Remind up to `limit` customers that a price ends soon, the soonest first."""
    return _each(store_id, limit, TO_REMIND, Quote.remind_at, _remind)


def let_go(store_id: str, limit: int) -> Round:
    """Give the files of up to `limit` ended quotes their last day.

    A paid quote ends when its order is shipped, cancelled or refunded.
    """
    return _each(store_id, limit, WITH_FILES, Quote.files_at, _let_go)


def _each(
    store_id: str, limit: int, which: TextClause, when: Any, work: Callable[[str], bool]
) -> Round:
    # Never by the store's index: it has many quotes, and few of all are due.
    mine = Quote.store_id.concat("") == store_id
    due = select(Quote.id).where(which, when <= now(), mine).order_by(when).limit(limit)
    found = list(db.session.scalars(due))
    changed = failed = 0
    for quote_id in found:
        try:
            changed += work(quote_id)
        except DomainError as error:  # the next round looks at it again
            failed += 1
            log.warning("a quote was left as it is", quote_id=quote_id, code=error.code)
    return Round(len(found), changed, failed)


@transaction()
def _expire(quote_id: str) -> bool:
    quote = locked(quote_id)
    if quote is None or quote.status is not QUOTED or not _past(quote):
        return False
    store = stores.by_id(quote.store_id)
    quote.status = after(quote.status, Step.EXPIRE, SYSTEM)
    close(quote, SYSTEM, at=quote.expires_at)
    tell(quote, TimelineKind.EXPIRED, SYSTEM)
    db.session.flush()
    events.emit(store.id, "quote.expired", as_wire(quote), mode=store.mode)
    mail_customer(store, quote, "quotes/expired")
    mail_owners(store, quote, "quotes/expired_merchant")
    return True


@transaction()
def _remind(quote_id: str) -> bool:
    quote = locked(quote_id)
    if quote is None or quote.remind_at is None or quote.remind_at > now():
        return False
    quote.remind_at = None
    if quote.status is not QUOTED or _past(quote):
        return False
    tell(quote, TimelineKind.REMINDED, SYSTEM)
    mail_customer(stores.by_id(quote.store_id), quote, "quotes/reminder")
    return True


@transaction()
def _let_go(quote_id: str) -> bool:
    quote = locked(quote_id)
    if quote is None or quote.files_at is None or quote.files_at > now():
        return False
    if quote.closed_at is None and quote.status is PAID:
        _close_with_its_order(quote)
    if quote.closed_at is None:
        quote.files_at = now() + LOOKS_AGAIN if quote.status is PAID else None
        return False
    quote.files_at = None
    kept = timedelta(days=stores.by_id(quote.store_id).quote_retention_days)
    let = _held_by_no_other(quote)
    if let:
        uploads.drop_at(quote.store_id, let, quote.closed_at + kept)
    return bool(let)


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
