"""The end of a quote, its way back, and the order that goes with it."""

from datetime import datetime

from synqro import orders, uploads
from synqro.core.clock import now
from synqro.core.db import db
from synqro.core.errors import Changed
from synqro.quotes.errors import QuoteNotOpen
from synqro.quotes.lifecycle import ACCEPTED, PAID
from synqro.quotes.models import Party, Quote
from synqro.quotes.reading import file_rows
from synqro.stores import Store


class OrderedAgain(Changed):
    """The customer accepted once more while the order before was being withdrawn."""


def close(quote: Quote, by: Party, reason: str | None = None, at: datetime | None = None) -> None:
    """Note who ended the quote and when; from then its files have their time."""
    quote.closed_at = at or now()
    quote.ended_by, quote.reason = by, reason
    quote.files_at = quote.closed_at
    quote.remind_at = None


def reopen(store: Store, quote: Quote) -> None:
    """Take the end back, and keep the files that are still there."""
    if quote.closed_at is not None:
        rows = file_rows(quote)
        known = uploads.of(store.id, [row.upload_id for row in rows])
        ready = [id for id, upload in known.items() if upload.status is uploads.Status.READY]
        if ready:
            uploads.keep(store.id, ready)
    quote.closed_at = quote.files_at = quote.ended_by = quote.reason = None


def withdraw_order(store: Store, quote: Quote) -> str | None:
    """Close the page on which an accepted quote is about to be paid; its order's id.

    None where nothing was accepted. A network call, outside any transaction. Raises
    PaymentProcessing, QuoteNotOpen where it was paid a moment ago, PaymentProviderError.
    """
    if quote.status is not ACCEPTED or quote.order_id is None:
        return None
    order = orders.find(store.id, quote.order_id)
    if order.status is orders.Status.AWAITING_PAYMENT:
        try:
            orders.withdraw(store, order)
        except orders.NotCancellable as error:
            raise QuoteNotOpen("It was paid a moment ago.", status=PAID.value) from error
    return quote.order_id


def refuse_other_order(quote: Quote, withdrawn: str | None) -> None:
    """Raise OrderedAgain where an accepted quote has another order than the withdrawn one."""
    if quote.status is ACCEPTED and quote.order_id != withdrawn:
        raise OrderedAgain("The customer has accepted this a moment ago. Look at it again.")


def afresh(quote: Quote) -> Quote:
    """Read the quote as it is now."""
    return db.session.get_one(Quote, quote.id, populate_existing=True)
