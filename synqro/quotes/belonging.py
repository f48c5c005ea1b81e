"""What belongs to quotes, read for many of them at once."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select, tuple_

from synqro import orders, uploads
from synqro.core.db import db
from synqro.quotes.models import File, Happening, Message, Quote, Version
from synqro.uploads import Upload

NO_MONEY = orders.Sums()


@dataclass
class Belongings:
    """`offer` is the version that holds, `order` the one that it was accepted with, `sums` what
    was paid of that; `files` are those that are known, in their order.
    """

    offer: Version | None = None
    order: orders.Order | None = None
    sums: orders.Sums = NO_MONEY
    messages: list[Message] = field(default_factory=list)
    timeline: list[Happening] = field(default_factory=list)
    files: list[tuple[File, Upload]] = field(default_factory=list)


def belongings_of(quotes: Sequence[Quote]) -> dict[str, Belongings]:
    """Give back what belongs to quotes of one store, by quote id, in as many queries for any
    number of them.
    """
    found = {quote.id: Belongings() for quote in quotes}
    if not quotes:
        return found
    _offers(quotes, found)
    _orders(quotes, found)
    _files(quotes[0].store_id, found)
    for message in _each(Message, found):
        found[message.quote_id].messages.append(message)
    for row in _each(Happening, found):
        found[row.quote_id].timeline.append(row)
    return found


def _offers(quotes: Sequence[Quote], found: dict[str, Belongings]) -> None:
    holding = [(quote.id, quote.offered) for quote in quotes if quote.offered]
    key = tuple_(Version.quote_id, Version.number)
    if holding:
        for version in db.session.scalars(select(Version).where(key.in_(holding))):
            found[version.quote_id].offer = version


def _orders(quotes: Sequence[Quote], found: dict[str, Belongings]) -> None:
    ids = {quote.order_id: quote.id for quote in quotes if quote.order_id}
    if ids:
        sums = orders.sums_of(ids)
        for order in orders.several(quotes[0].store_id, list(ids)):
            its = found[ids[order.id]]
            its.order, its.sums = order, sums.get(order.id, NO_MONEY)


def _files(store_id: str, found: dict[str, Belongings]) -> None:
    mine = select(File).where(File.quote_id.in_(found)).order_by(File.quote_id, File.position)
    rows = list(db.session.scalars(mine))
    known = uploads.of(store_id, [row.upload_id for row in rows]) if rows else {}
    for row in rows:
        if row.upload_id in known:
            found[row.quote_id].files.append((row, known[row.upload_id]))


def _each(model: Any, found: dict[str, Belongings]) -> Sequence[Any]:
    mine = select(model).where(model.quote_id.in_(found)).order_by(model.id)
    return db.session.scalars(mine).all()
