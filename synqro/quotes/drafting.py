"""Drafts: what a person has typed about a quote and not sent yet, kept for each of them."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Select, delete, select, tuple_

from synqro import stores
from synqro.core.clock import now
from synqro.core.db import db, insert_into, transaction
from synqro.core.errors import Changed, Invalid
from synqro.quotes.models import Draft, Quote, Version
from synqro.quotes.noting import find_locked
from synqro.quotes.reading import find

MOST_FIELDS = 400
MOST_BYTES = 200_000
SPOKEN = frozenset({"text", "note"})  # what belongs to no answer: the message, the note
HERE = timedelta(minutes=10)
ON_ITS_WAY = timedelta(seconds=10)
KEPT = timedelta(days=30)
SHOWN = 5


class Answering(NamedTuple):
    """Somebody else who is typing about the same quote, and when last."""

    name: str
    at: datetime


@transaction()
def keep_draft(
    store_id: str, quote_id: str, person_id: str, typed: dict[str, str], *, seen: int | None = None
) -> datetime:
    """Keep what a person has typed, in place of what was kept before; the quote stays as it is.

    `seen` is the version of the quote's row that was in view. Gives back when it was kept.
    Raises QuoteNotFound, Invalid for more than 400 fields or 200 kB, Changed where the same
    person has sent the answer while this was on its way.
    """
    if len(typed) > MOST_FIELDS or sum(map(_bytes, typed.items())) > MOST_BYTES:
        raise Invalid("This is too much to keep as a draft.", fields=[])
    quote = find_locked(store_id, quote_id)
    if seen is not None and seen < quote.version and _just_sent(quote, person_id):
        raise Changed("You have sent this a moment ago.")
    at = now()
    facts = {"typed": typed, "saved_at": at}
    new = insert_into(Draft).values(quote_id=quote.id, person_id=person_id, **facts)
    again = new.on_conflict_do_update(index_elements=["quote_id", "person_id"], set_=facts)
    db.session.execute(again)
    return at


def draft_of(store_id: str, quote_id: str, person_id: str) -> Draft | None:
    """Give back what a person has typed about a quote and not sent. Raises QuoteNotFound."""
    return _mine(find(store_id, quote_id), person_id)


@transaction()
def drop_draft(store_id: str, quote_id: str, person_id: str) -> None:
    """Forget all that a person has typed about a quote. Raises QuoteNotFound."""
    quote = find_locked(store_id, quote_id)
    mine = delete(Draft).where(Draft.quote_id == quote.id, Draft.person_id == person_id)
    db.session.execute(mine)


def answering(store_id: str, quote_id: str, person_id: str) -> list[Answering]:
    """Give back who but this person has typed here in the last ten minutes, the latest first.

    Raises QuoteNotFound.
    """
    quote = find(store_id, quote_id)
    others = (
        select(Draft.person_id, Draft.saved_at)
        .where(Draft.quote_id == quote.id, Draft.person_id != person_id)
        .where(Draft.saved_at > now() - HERE)
        .order_by(Draft.saved_at.desc())
        .limit(SHOWN)
    )
    found = [(stores.person(who), at) for who, at in db.session.execute(others)]
    return [Answering(person.name, at) for person, at in found if person]


def drop_answer(quote: Quote, person_id: str | None) -> None:
    """Forget a person's answer, now that it is sent; a message half written stays theirs."""
    draft = _mine(quote, person_id)
    _keep_only(draft, SPOKEN & draft.typed.keys() if draft else ())


def drop_said(quote: Quote, person_id: str | None, name: str) -> None:
    """Forget the message (`text`) or the note (`note`), now that it is written."""
    draft = _mine(quote, person_id)
    _keep_only(draft, draft.typed.keys() - {name} if draft else ())


def purge_drafts(store_id: str, limit: int) -> int:
    """Forget up to `limit` drafts, a month old, of a store's quotes that have ended; how many it
    were.
    """
    long_ago = now() - KEPT
    old = of_ended(long_ago).with_only_columns(Draft.quote_id, Draft.person_id).limit(limit)
    old = old.where(Quote.store_id == store_id)
    found = [(quote_id, person_id) for quote_id, person_id in db.session.execute(old)]
    if found:
        _forget(found, long_ago)
    return len(found)


def of_ended(long_ago: datetime) -> Select[Any]:
    """Select the drafts that were saved before `long_ago`, of quotes that had ended by then."""
    drafts = select(Draft.quote_id).join(Quote, Quote.id == Draft.quote_id)
    return drafts.where(Draft.saved_at <= long_ago, Quote.closed_at <= long_ago)


@transaction()
def _forget(found: list[tuple[str, str]], long_ago: datetime) -> None:
    these = tuple_(Draft.quote_id, Draft.person_id).in_(found)
    db.session.execute(delete(Draft).where(these, Draft.saved_at <= long_ago))


def _bytes(field: tuple[str, str]) -> int:
    name, value = field
    return len(name.encode(errors="replace")) + len(value.encode(errors="replace"))


def _just_sent(quote: Quote, person_id: str) -> bool:
    """Whether the price that holds went out a moment ago, and was this person's."""
    offer = db.session.get(Version, (quote.id, quote.offered)) if quote.offered else None
    return bool(offer and offer.person_id == person_id and now() - offer.created_at < ON_ITS_WAY)


def _mine(quote: Quote, person_id: str | None) -> Draft | None:
    if person_id is None:
        return None
    return db.session.get(Draft, (quote.id, person_id), populate_existing=True)


def _keep_only(draft: Draft | None, names: Collection[str]) -> None:
    if draft is None:
        return
    left = {name: draft.typed[name] for name in names}
    if any(value.strip() for value in left.values()):
        draft.typed = left
    else:
        db.session.delete(draft)
