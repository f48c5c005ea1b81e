"""Saved replies: words said again and again, with a quote's own in place of {placeholders}."""

import re
from collections.abc import Callable
from datetime import date
from pathlib import PurePath

from babel.dates import format_date
from sqlalchemy import func, select

from synqro.core.clock import now, today
from synqro.core.db import db, transaction
from synqro.core.errors import fields_error
from synqro.core.ids import new_id
from synqro.quotes.errors import ReplyNotFound, TooManyReplies
from synqro.quotes.models import Quote, Reply
from synqro.quotes.pricing import last_day, price
from synqro.quotes.reading import display_number, file_rows, offer_of
from synqro.quotes.shapes import Offer
from synqro.quotes.wishes import LONGEST_TEXT, Wrong, say
from synqro.stores import Store

MOST_REPLIES = 100
LONGEST_TITLE = 80
PLACE = re.compile(r"\{([^{}\n]*)\}")
PLACEHOLDERS = ("name", "number", "part", "price", "expires", "lead_time", "shop")
STARTERS = (
    (
        "What is it for?",
        "Hello {name},\n\nWhat will {part} be used for: outdoors, in the heat, under load? "
        "Then we know which material to name a price for.\n\n{shop}",
    ),
    (
        "Ask for another file",
        "Hello {name},\n\nThe file for {number} can’t be printed as it is. Send it as STL, 3MF "
        "or OBJ, and say whether it is in millimetres or inches.\n\n{shop}",
    ),
    (
        "Ask again",
        "Hello {name},\n\nFor {part}, {price} holds until {expires}. Is anything unclear, or "
        "should something change?\n\n{shop}",
    ),
)


def replies(store_id: str) -> list[Reply]:
    """Give back the store's saved replies by their titles."""
    mine = select(Reply).where(Reply.store_id == store_id).order_by(Reply.id).limit(MOST_REPLIES)
    return sorted(db.session.scalars(mine), key=lambda reply: reply.title.casefold())


def find_reply(store_id: str, reply_id: str) -> Reply:
    """Give back one saved reply of this store. Raises ReplyNotFound."""
    reply = db.session.get(Reply, reply_id) if reply_id.isprintable() else None
    if reply is None or reply.store_id != store_id:
        raise ReplyNotFound("There is no such saved reply.")
    return reply


@transaction()
def save_reply(store_id: str, *, title: str, text: str, reply_id: str | None = None) -> Reply:
    """Add a saved reply, or write one anew where its id is given.

    Raises Invalid with every wrong field (a placeholder we do not know is one), ReplyNotFound,
    TooManyReplies beyond a hundred.
    """
    reply = find_reply(store_id, reply_id) if reply_id else None
    title, text = " ".join(title.split()), text.strip()
    if wrong := _wrong(title, text):
        raise fields_error(wrong)
    if reply is None:
        reply = Reply(id=new_id("rpl"), store_id=store_id, created_at=now())
        _leave_room(store_id)
        db.session.add(reply)
    reply.title, reply.text, reply.updated_at = title, text, now()
    return reply


@transaction()
def add_starters(store_id: str) -> list[Reply]:
    """Add the replies that we propose; those whose title is there already stay as they are.

    Raises TooManyReplies beyond a hundred.
    """
    there = {reply.title.casefold() for reply in replies(store_id)}
    return [
        save_reply(store_id, title=title, text=text)
        for title, text in STARTERS
        if title.casefold() not in there
    ]


@transaction()
def remove_reply(store_id: str, reply_id: str) -> Reply:
    """Remove a saved reply, and give it back for the way back. Raises ReplyNotFound."""
    reply = find_reply(store_id, reply_id)
    db.session.delete(reply)
    return reply


def filled(store: Store, quote: Quote, text: str, offer: Offer | None = None) -> str:
    """Give back `text` with the quote's own words in place of the placeholders.

    They are those of `offer`, an answer that is being written, else of the price that was
    sent. While there is neither, the words stay general: “the price”. Other braces stay.
    """
    words: dict[str, Callable[[], str]] = {
        "name": lambda: " ".join(quote.customer_name.split()[:1]),
        "number": lambda: display_number(quote),
        "part": lambda: _part(quote),
        "shop": lambda: store.name,
        **_priced(store, quote, offer),
    }
    return PLACE.sub(lambda at: words[at[1]]() if at[1] in words else at[0], text)


def _priced(store: Store, quote: Quote, offer: Offer | None) -> dict[str, Callable[[], str]]:
    sent = None if offer else offer_of(quote)
    days = offer.lead_time_days if offer else sent.lead_time_days if sent else None
    total = price(store, offer).total if offer and offer.lines else sent.total if sent else None
    ends = last_day(store, offer).isoformat() if offer else quote.expires_on if sent else None
    return {
        "price": lambda: quote.money(total).format(store.locale) if total else "the price",
        "expires": lambda: _day(store, date.fromisoformat(ends)) if ends else "the day it ends",
        "lead_time": lambda: "the lead time" if days is None else _days(days),
    }


def _wrong(title: str, text: str) -> Wrong:
    wrong: Wrong = []
    if not title:
        say(wrong, "title", "required", "Enter a title.")
    elif len(title) > LONGEST_TITLE:
        say(wrong, "title", "too_long", f"Use at most {LONGEST_TITLE} characters.")
    if not text:
        say(wrong, "text", "required", "Write what the reply says.")
    elif len(text) > LONGEST_TEXT:
        say(wrong, "text", "too_long", f"Use at most {LONGEST_TEXT:,} characters.")
    elif unknown := [name for name in PLACE.findall(text) if name not in PLACEHOLDERS]:
        known = ", ".join(f"{{{name}}}" for name in PLACEHOLDERS)
        words = f"{{{unknown[0][:40]}}} is no placeholder. There are {known}."
        say(wrong, "text", "unknown_placeholder", words)
    return wrong


def _leave_room(store_id: str) -> None:
    count = select(func.count()).where(Reply.store_id == store_id)
    if (db.session.scalar(count) or 0) >= MOST_REPLIES:
        raise TooManyReplies(f"A shop can keep {MOST_REPLIES} saved replies. Delete one first.")


def _part(quote: Quote) -> str:
    if quote.product_title:
        return quote.product_title
    rows = file_rows(quote)
    return PurePath(rows[0].filename).stem if rows else "the part"


def _day(store: Store, day: date) -> str:
    plain = "EEEE d MMMM" if day.year == today(store.timezone).year else "EEEE d MMMM y"
    return str(format_date(day, plain, locale="en_GB"))


def _days(number: int) -> str:
    return "1 working day" if number == 1 else f"{number} working days"
