"""A quote asked once more by the merchant, for the same customer."""

from dataclasses import dataclass

from sqlalchemy.orm import InstrumentedAttribute

from synqro import events, stores, uploads
from synqro.core.clock import now, today
from synqro.core.crypto import fingerprint, new_token, seal
from synqro.core.db import db, transaction
from synqro.core.ids import new_id
from synqro.quotes.asking import NEXT_NUMBER
from synqro.quotes.measuring import first_volume, measured
from synqro.quotes.models import File, Party, Quote, Status, TimelineKind
from synqro.quotes.noting import tell
from synqro.quotes.reading import display_number, file_rows, find
from synqro.quotes.shapes import Wanted
from synqro.quotes.wire import as_wire
from synqro.stores import Store

WISH: tuple[InstrumentedAttribute[object], ...] = (
    Quote.customer_name, Quote.customer_email, Quote.customer_phone, Quote.customer_address,
    Quote.description, Quote.quantity, Quote.product_id, Quote.product_title, Quote.material,
    Quote.color, Quote.file_url,
)  # fmt: skip


@dataclass(frozen=True)
class Duplicated:
    """The new quote, and the names of the files that are no longer kept."""

    quote: Quote
    gone: list[str]


@transaction()
def duplicate(store_id: str, quote_id: str, *, person_id: str | None = None) -> Duplicated:
    """Ask once more for what a quote asks for, with those of its files that are still there.

    Nobody is mailed: the customer hears of it with the price. Raises QuoteNotFound.
    """
    store, old = stores.by_id(store_id), find(store_id, quote_id)
    rows = file_rows(old)
    known = uploads.of(store.id, [row.upload_id for row in rows])
    ready = {id for id, upload in known.items() if upload.status is uploads.Status.READY}
    there = [row for row in rows if row.upload_id in ready]
    kept = {file.id: file for file in uploads.keep(store.id, [row.upload_id for row in there])}
    quote = _row(store, old)
    quote.parts = measured([Wanted(row.upload_id, row.units) for row in there], kept)
    quote.volume = first_volume(quote.parts)
    db.session.add(quote)
    db.session.flush()
    for position, row in enumerate(there):
        facts = {"upload_id": row.upload_id, "filename": row.filename, "units": row.units}
        db.session.add(File(quote_id=quote.id, position=position, **facts))
    tell(quote, TimelineKind.ASKED, Party.MERCHANT, display_number(old), person_id=person_id)
    db.session.flush()
    events.emit(store.id, "quote.created", as_wire(quote), mode=store.mode)
    return Duplicated(quote, [row.filename for row in rows if row.upload_id not in ready])


def _row(store: Store, old: Quote) -> Quote:
    number = db.session.execute(NEXT_NUMBER, {"store": store.id}).scalar_one()
    token, at = new_token(), now()
    day = old.needed_by
    quote = Quote(
        id=new_id("qt"),
        store_id=store.id,
        number=number,
        status=Status.PENDING,
        offered=0,
        currency=store.currency,
        needed_by=day if day and day >= today(store.timezone).isoformat() else None,
        meta={},
        previous_id=old.id,
        token_hash=fingerprint(token),
        token_sealed=seal(token),
        unread=False,
        news_at=at,
        created_at=at,
        updated_at=at,
        **{column.key: getattr(old, column.key) for column in WISH},
    )
    # Its own number stands first, and what it is searched for by is the same behind it.
    quote.words = "\n".join((display_number(quote).casefold(), old.words.partition("\n")[2]))
    return quote
