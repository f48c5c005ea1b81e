"""What is said about a quote: messages both ways, and notes that only the store reads."""

from datetime import datetime, timedelta

from sqlalchemy import update

from synqro import events, stores
from synqro.core.clock import now
from synqro.core.db import db, transaction
from synqro.core.errors import field_error
from synqro.core.ids import new_id
from synqro.quotes.drafting import drop_said
from synqro.quotes.errors import QuoteNotOpen
from synqro.quotes.models import Message, Party, Quote, TimelineKind
from synqro.quotes.noting import (
    find_locked,
    locked_by_token,
    mail_customer,
    mail_owners,
    news,
    tell,
)
from synqro.quotes.reading import find
from synqro.quotes.wire import as_wire
from synqro.quotes.wishes import LONGEST_TEXT
from synqro.stores import Store

SPOKEN_FOR = timedelta(days=30)


@transaction()
def write(store: Store, token: str, text: str) -> Quote:
    """Add a message of the customer's, and tell the owners.

    Raises QuoteNotFound, Invalid for `text`, QuoteNotOpen thirty days after the end.
    """
    quote = locked_by_token(store.id, token)
    message = _say(quote, Party.CUSTOMER, text, None)
    news(quote)
    _announce(store, quote)
    mail_owners(store, quote, "quotes/message_merchant", message_id=message.id)
    return quote


@transaction()
def reply(store_id: str, quote_id: str, text: str, *, person_id: str | None = None) -> Quote:
    """Add a message of the merchant's, mail it to the customer, and take the quote as read.

    Raises QuoteNotFound, Invalid for `text`, QuoteNotOpen thirty days after the end.
    """
    quote, store = find_locked(store_id, quote_id), stores.by_id(store_id)
    message = _say(quote, Party.MERCHANT, text, person_id)
    quote.unread = False
    drop_said(quote, person_id, "text")
    _announce(store, quote)
    mail_customer(store, quote, "quotes/message", message_id=message.id)
    return quote


@transaction()
def add_note(store_id: str, quote_id: str, text: str, *, person_id: str | None = None) -> Quote:
    """Write something down that no customer sees. Raises QuoteNotFound, Invalid for `text`."""
    quote = find_locked(store_id, quote_id)
    tell(quote, TimelineKind.NOTE, Party.MERCHANT, _text(text), person_id=person_id)
    drop_said(quote, person_id, "note")
    return quote


@transaction()
def mark_read(store_id: str, quote_id: str) -> None:
    """Take the quote as read. Its version stays, for nothing was written. Raises QuoteNotFound."""
    _mark(store_id, quote_id, unread=False)


@transaction()
def mark_unread(store_id: str, quote_id: str) -> None:
    """Put the quote back among what is to do. Raises QuoteNotFound."""
    _mark(store_id, quote_id, unread=True)


@transaction()
def settle_problem(store_id: str, quote_id: str, *, person_id: str | None = None) -> Quote:
    """Take down what a person had to look at. Raises QuoteNotFound; twice changes nothing."""
    quote = find_locked(store_id, quote_id)
    if quote.problem is not None:
        quote.problem = None
        tell(quote, TimelineKind.PROBLEM_SETTLED, Party.MERCHANT, person_id=person_id)
    return quote


def open_until(quote: Quote) -> datetime | None:
    """Give back until when messages are taken; None while the quote has not ended."""
    return quote.closed_at + SPOKEN_FOR if quote.closed_at else None


def _say(quote: Quote, sender: Party, text: str, person_id: str | None) -> Message:
    said = _text(text)
    until = open_until(quote)
    if until and until <= now():
        raise QuoteNotOpen("This quote ended over thirty days ago.", status=quote.status.value)
    message = Message(
        id=new_id("msg"),
        quote_id=quote.id,
        sender=sender,
        text=said,
        person_id=person_id,
        created_at=now(),
    )
    db.session.add(message)
    tell(quote, TimelineKind.MESSAGE, sender, person_id=person_id)
    return message


def _text(text: str) -> str:
    said = text.strip()
    if not said:
        raise field_error("text", "required", "Write something first.")
    if len(said) > LONGEST_TEXT:
        raise field_error("text", "too_long", f"Use at most {LONGEST_TEXT:,} characters.")
    return said


def _announce(store: Store, quote: Quote) -> None:
    db.session.flush()
    events.emit(store.id, "quote.message", as_wire(quote), mode=store.mode)


def _mark(store_id: str, quote_id: str, *, unread: bool) -> None:
    quote = find(store_id, quote_id)
    db.session.execute(update(Quote).where(Quote.id == quote.id).values(unread=unread))
    db.session.expire(quote)
