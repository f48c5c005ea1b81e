"""Finding quotes, and what belongs to one."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from synqro import uploads
from synqro.core.crypto import fingerprint, unseal
from synqro.core.db import db
from synqro.quotes.errors import QuoteNotFound
from synqro.quotes.models import File, Happening, Message, Quote, Version
from synqro.quotes.shapes import Attached
from synqro.stores import Store

NONE_SUCH = "There is no such quote."


def find(store_id: str, quote_id: str) -> Quote:
    """Give back one quote of this store. Raises QuoteNotFound."""
    quote = db.session.get(Quote, quote_id) if quote_id.isprintable() else None
    if quote is None or quote.store_id != store_id:
        raise QuoteNotFound(NONE_SUCH)
    return quote


def by_token(store_id: str, token: str) -> Quote:
    """Give back the quote that a customer's private link names. Raises QuoteNotFound."""
    mine = select(Quote).where(Quote.token_hash == fingerprint(token), Quote.store_id == store_id)
    quote = db.session.scalar(mine)
    if quote is None:
        raise QuoteNotFound(NONE_SUCH)
    return quote


def offer_of(quote: Quote) -> Version | None:
    """Give back the version that holds, None before the first answer."""
    return db.session.get(Version, (quote.id, quote.offered)) if quote.offered else None


def versions(quote: Quote) -> list[Version]:
    """Give back every answer that was sent, the oldest first."""
    mine = select(Version).where(Version.quote_id == quote.id)
    return list(db.session.scalars(mine.order_by(Version.number)))


def messages(quote: Quote) -> list[Message]:
    """Give back what was said, the oldest first."""
    mine = select(Message).where(Message.quote_id == quote.id)
    return list(db.session.scalars(mine.order_by(Message.id)))


def timeline(quote: Quote) -> list[Happening]:
    """Give back what happened to the quote, internal notes too, the oldest first."""
    mine = select(Happening).where(Happening.quote_id == quote.id)
    return list(db.session.scalars(mine.order_by(Happening.id)))


def files(store: Store, quote: Quote) -> list[Attached]:
    """Give back the files of a quote of `store` in their order, with what was measured."""
    rows = file_rows(quote)
    found = uploads.of(store.id, [row.upload_id for row in rows])
    return attached(store, [(row, found[row.upload_id]) for row in rows if row.upload_id in found])


def attached(store: Store, found: Sequence[tuple[File, uploads.Upload]]) -> list[Attached]:
    """Give back files of a quote of `store` with what was measured. No query."""
    return [
        Attached(upload, row.units, _measured(store, upload, row.units)) for row, upload in found
    ]


def file_rows(quote: Quote) -> list[File]:
    """Give back which uploads the quote holds, in their order."""
    mine = select(File).where(File.quote_id == quote.id)
    return list(db.session.scalars(mine.order_by(File.position)))


def link_token(quote: Quote) -> str:
    """Give back the token of the customer's private link, for mails."""
    return unseal(quote.token_sealed)


def display_number(quote: Quote) -> str:
    """Give back the number as people say it: Q-1042."""
    return f"Q-{quote.number}"


def _measured(store: Store, upload: uploads.Upload, units: str | None) -> dict[str, Any] | None:
    if upload.mesh is None:
        return None
    return uploads.in_units(upload.mesh, units, build_volume_mm=store.build_volume_mm)
