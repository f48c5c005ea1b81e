"""The merchant's answers: a price sent, sent once more, or kept open for longer."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import date, timedelta

from sqlalchemy import func, select

from synqro import events, stores
from synqro.core.clock import end_of_day, now
from synqro.core.db import db, transaction
from synqro.core.errors import Changed, fields_error
from synqro.quotes.closing import OrderedAgain, afresh, refuse_other_order, reopen, withdraw_order
from synqro.quotes.drafting import drop_answer
from synqro.quotes.lifecycle import MERCHANT, SYSTEM, Step, after
from synqro.quotes.models import Party, Quote, TimelineKind, Version
from synqro.quotes.noting import find_locked, mail_customer, tell
from synqro.quotes.pricing import check_day, checked, deposit_of, last_day
from synqro.quotes.reading import find
from synqro.quotes.shapes import Offer
from synqro.quotes.wire import as_wire
from synqro.quotes.wishes import Wrong, say
from synqro.stores import Store

TRIES = 3
REMINDED_BEFORE = timedelta(days=2)
TOO_SHORT_TO_REMIND = timedelta(days=3)


def send(
    store_id: str,
    quote_id: str,
    offer: Offer,
    *,
    seen: int | None = None,
    person_id: str | None = None,
    bind: Callable[[str], None] | None = None,
) -> Quote:
    """Send a price as a new version, and mail the customer the link.

    Where an earlier price was accepted and is not paid yet, its open page at Stripe is
    closed first (a network call). `bind` is told the quote's id in the transaction that
    sends the price, and undoes it by raising. Raises QuoteNotFound, Changed where `seen` is not the
    row's version, Invalid with every wrong field, AmountTooSmall, QuoteNotOpen,
    PaymentProcessing, PaymentProviderError.
    """
    store = stores.by_id(store_id)
    for _ in range(TRIES):
        quote = afresh(find(store_id, quote_id))
        if seen not in (None, quote.version):
            break
        after(quote.status, Step.SEND, MERCHANT)
        checked(store, offer)
        withdrawn = withdraw_order(store, quote)
        try:
            with transaction():
                sent = _sent(store, quote_id, offer, withdrawn, seen, person_id)
                if bind:
                    bind(sent.id)
            return sent
        except OrderedAgain:
            continue
    raise Changed("Someone else changed this quote meanwhile. Look at it again.")


@transaction()
def extend(
    store_id: str,
    quote_id: str,
    expires_on: date,
    *,
    seen: int | None = None,
    person_id: str | None = None,
) -> Quote:
    """Keep a price open until the end of a later day, and mail the customer.

    Raises QuoteNotFound, Changed, QuoteNotOpen, Invalid for `expires_on`.
    """
    store, quote = stores.by_id(store_id), find_locked(store_id, quote_id, seen=seen)
    quote.status = after(quote.status, Step.EXTEND, MERCHANT)
    wrong: Wrong = []
    check_day(store, expires_on, wrong)
    if not wrong and expires_on.isoformat() <= (quote.expires_on or ""):
        say(wrong, "expires_on", "not_later", "Choose a later day than now.")
    if wrong:
        raise fields_error(wrong)
    _hold_until(store, quote, expires_on)
    tell(quote, TimelineKind.EXTENDED, MERCHANT, text=expires_on.isoformat(), person_id=person_id)
    mail_customer(store, quote, "quotes/extended", version=quote.offered)
    return quote


@transaction()
def resend(
    store_id: str, quote_id: str, *, seen: int | None = None, person_id: str | None = None
) -> Quote:
    """Mail the customer the price that holds once more.

    Raises QuoteNotFound, Changed, QuoteNotOpen unless it waits for the customer's answer.
    """
    store, quote = stores.by_id(store_id), find_locked(store_id, quote_id, seen=seen)
    after(quote.status, Step.EXTEND, MERCHANT)
    tell(quote, TimelineKind.RESENT, MERCHANT, person_id=person_id)
    mail_customer(store, quote, "quotes/quoted", version=quote.offered)
    return quote


@transaction()
def _sent(
    store: Store,
    quote_id: str,
    offer: Offer,
    withdrawn: str | None,
    seen: int | None,
    person_id: str | None,
) -> Quote:
    quote = find_locked(store.id, quote_id, seen=seen)
    after(quote.status, Step.SEND, MERCHANT)
    refuse_other_order(quote, withdrawn)
    quote.unread = False
    write_price(store, quote, offer, MERCHANT, person_id=person_id)
    drop_answer(quote, person_id)
    return quote


def write_price(
    store: Store, quote: Quote, offer: Offer, by: Party, *, person_id: str | None = None
) -> None:
    """Make an offer the version that holds, tell the outside, and mail the customer the link.

    In the caller's transaction, the quote's row being locked or new. By the system it is
    marked as automatic. Raises QuoteNotOpen, Invalid with every wrong field, AmountTooSmall.
    """
    quote.status = after(quote.status, Step.SEND, by)
    highest = select(func.max(Version.number)).where(Version.quote_id == quote.id)
    quote.offered = (db.session.scalar(highest) or 0) + 1
    db.session.add(_version(store, quote, offer, person_id, automatic=by is SYSTEM))
    reopen(store, quote)
    quote.order_id = quote.accepted_at = None
    quote.quoted_at = now()
    quote.answered_at = quote.answered_at or quote.quoted_at
    _hold_until(store, quote, last_day(store, offer))
    tell(quote, TimelineKind.SENT, by, person_id=person_id)
    db.session.flush()
    events.emit(store.id, "quote.sent", as_wire(quote), mode=store.mode)
    mail_customer(store, quote, "quotes/quoted", version=quote.offered)


def _version(
    store: Store, quote: Quote, offer: Offer, person_id: str | None, *, automatic: bool
) -> Version:
    priced = checked(store, offer)
    return Version(
        quote_id=quote.id,
        number=quote.offered,
        lines=[asdict(line) for line in offer.lines],
        **asdict(priced),
        tax_rate_bp=store.tax_rate_bp if offer.tax is None else 0,
        tax_label=store.tax_label,
        tax_included=store.tax_included,
        deposit_bp=deposit_of(store, offer),
        lead_time_days=offer.lead_time_days,
        message=offer.message or None,
        working=offer.working,
        automatic=automatic,
        person_id=person_id,
        created_at=now(),
    )


def _hold_until(store: Store, quote: Quote, day: date) -> None:
    quote.expires_on, quote.expires_at = day.isoformat(), end_of_day(day, store.timezone)
    long_enough = quote.expires_at - now() > TOO_SHORT_TO_REMIND
    quote.remind_at = quote.expires_at - REMINDED_BEFORE if long_enough else None
