"""The box of quotes: what to do, what waits for the customer, what is paid."""

from collections.abc import Sequence
from datetime import date
from typing import Literal, NamedTuple, cast

from sqlalchemy import ColumnElement, func, select, text

from synqro import costing, orders
from synqro.core.db import db
from synqro.core.pages import Page
from synqro.quotes.models import TO_DO, WAITING, File, Quote, Status, Version
from synqro.quotes.searching import EVER, newest, search
from synqro.quotes.shapes import Row

MOST_COUNTED = 100
Show = Literal["todo", "waiting", "paid", "all"]
SHOWN: dict[Show, list[ColumnElement[bool]]] = {
    "todo": [cast(ColumnElement[bool], text(f"({TO_DO})"))],
    "waiting": [cast(ColumnElement[bool], text(WAITING))],
    "paid": [Quote.status == Status.PAID],
    "all": [],
}


class Waits(NamedTuple):
    """What waits; and with it the store's rates as `costing.rates_in` reads them, so that the
    box asks for no more.
    """

    box: dict[str, int]
    queue: orders.Waiting
    rates: str | None


def box(
    store_id: str,
    show: Show = "todo",
    *,
    q: str | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> Page[Row]:
    """Give back a page of quotes, whose customer was heard of last first. Two queries.

    `q` finds a number, or part of a name, an email, the wish or a file's name; what is found
    by its whole number or email comes first, however old. A search looks at some thousand
    quotes a page, so that one with `next_cursor` may have few rows, or none. Raises
    InvalidCursor.
    """
    mine = _shown(store_id, show)
    if q and (sought := q.replace("\0", "").strip()):
        found = search(mine, sought, cursor=cursor, limit=limit)
    else:
        found = newest(mine, cursor=cursor, limit=limit)
    return Page(_rows(found.data), found.next_cursor)


def all_waiting(store_id: str, today: date) -> Waits:
    """Count what waits in the box and in the queue of orders, in one query for every page.

    Each part of the box is counted up to MOST_COUNTED ("99+" on the screen).
    """
    queue = orders.waiting_counts(store_id, today)
    asked = select(*_counts(store_id), *queue, costing.column(store_id))
    *found, rates = db.session.execute(asked).one()
    counts = [int(n) for n in found]
    box: dict[str, int] = dict(zip(SHOWN, counts, strict=False))
    return Waits(box, orders.Waiting(*counts[len(SHOWN) :]), rates)


def _rows(quotes: Sequence[Quote]) -> list[Row]:
    found = {quote.id: Row(quote, None, 0, None, None) for quote in quotes}
    holding = (Version.quote_id == Quote.id) & (Version.number == Quote.offered)
    mine = (
        select(Quote.id, Version.total, Version.automatic, File.filename, File.upload_id)
        .outerjoin(Version, holding)
        .outerjoin(File, File.quote_id == Quote.id)
        .where(Quote.id.in_(found))
        .order_by(File.position)
    )
    found_rows = db.session.execute(mine) if found else ()
    for quote_id, total, by_rules, filename, upload_id in found_rows:
        row = found[quote_id]
        first = (row.filename or filename, row.upload_id or upload_id)
        count = row.files + (upload_id is not None)
        found[quote_id] = Row(row.quote, total, count, *first, bool(by_rules))
    return list(found.values())


def _shown(store_id: str, show: Show) -> list[ColumnElement[bool]]:
    return [Quote.store_id == store_id, *SHOWN[show]]


def _counts(store_id: str) -> list[ColumnElement[int]]:
    return [_capped([*_shown(store_id, show), EVER]) for show in SHOWN]


def _capped(which: Sequence[ColumnElement[bool]]) -> ColumnElement[int]:
    some = select(Quote.id).where(*which).limit(MOST_COUNTED)
    return select(func.count()).select_from(some.subquery()).scalar_subquery()
