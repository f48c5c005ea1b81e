"""Pages of quotes by keyset, and a search that looks at a bounded number of them a page."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, literal, or_, select, true, tuple_

from synqro.core.db import UtcDateTime, db
from synqro.core.pages import InvalidCursor, Page
from synqro.quotes.models import Quote

LOOKED_AT = 5_000  # quotes a page of a search
NAMED = 10  # found by their whole number or email
LARGEST_NUMBER = 10  # digits
Which = Sequence[ColumnElement[bool]]
Mark = tuple[datetime, str]


def newest(which: Which, *, cursor: str | None, limit: int) -> Page[Quote]:
    """Give back a page of quotes, whose customer was heard of last first. Raises InvalidCursor."""
    wanted = _in_order(select(Quote).where(*which, *_after(cursor)))
    rows = db.session.scalars(wanted.limit(limit + 1)).all()
    more = len(rows) > limit
    return Page(rows[:limit], _write(rows[limit - 1].news_at, rows[limit - 1].id) if more else None)


def search(which: Which, words: str, *, cursor: str | None, limit: int) -> Page[Quote]:
    """Give back a page of the quotes that hold `words`, in two queries. Raises InvalidCursor.

    It looks at LOOKED_AT quotes; the cursor goes on from the last of them.
    """
    named = _named(which, words)
    ids, after = _matching(which, words, named, cursor, limit)
    wanted: ColumnElement[bool] = Quote.id.in_(ids)
    if named is not None and cursor is None:
        wanted = or_(wanted, Quote.id.in_(named))
    rows = db.session.scalars(_in_order(select(Quote).where(wanted))).all()
    found = set(ids)
    first = [row for row in rows if row.id not in found]
    return Page([*first, *(row for row in rows if row.id in found)], after)


def _matching(
    which: Which, words: str, named: Select[str] | None, cursor: str | None, limit: int
) -> tuple[list[str], str | None]:
    """The ids found in the next LOOKED_AT quotes, and where to go on."""
    columns: Select[Any] = select(Quote.id, Quote.news_at, Quote.words)
    seen = _in_order(columns.where(*which, *_after(cursor))).limit(LOOKED_AT).cte("seen")
    hit = select(seen.c.id, seen.c.news_at).where(
        seen.c.words.contains(words.casefold(), autoescape=True)
    )
    if named is not None:
        hit = hit.where(seen.c.id.not_in(named))
    hits = hit.order_by(seen.c.news_at.desc(), seen.c.id.desc()).limit(limit + 1).subquery()
    last = select(seen.c.news_at, seen.c.id).order_by(seen.c.news_at, seen.c.id).limit(1).subquery()
    many = select(func.count().label("seen")).select_from(seen).subquery()
    joined = many.outerjoin(last, true()).outerjoin(hits, true())
    found = select(many.c.seen, last.c.news_at, last.c.id, hits.c.id, hits.c.news_at)
    order = (hits.c.news_at.desc(), hits.c.id.desc())
    rows = db.session.execute(found.select_from(joined).order_by(*order)).all()
    matched = [(row[4], row[3]) for row in rows if row[3] is not None]
    ids = [quote_id for _, quote_id in matched[:limit]]
    if len(matched) > limit:
        return ids, _write(*matched[limit - 1])
    count, last_at, last_id, *_ = rows[0]
    return ids, _write(last_at, last_id) if count == LOOKED_AT else None


def _named(which: Which, words: str) -> Select[str] | None:
    """The quotes whose whole number or email this is, which an index finds."""
    number = words.lower().removeprefix("#").removeprefix("q-")
    mine = select(Quote.id).where(*which).limit(NAMED)
    if number.isascii() and number.isdigit() and len(number) < LARGEST_NUMBER:
        return mine.where(Quote.number == int(number))
    return mine.where(Quote.customer_email.in_({words, words.lower()})) if "@" in words else None


def _in_order(wanted: Select[Any]) -> Select[Any]:
    return wanted.order_by(Quote.news_at.desc(), Quote.id.desc())


def _after(cursor: str | None) -> list[ColumnElement[bool]]:
    if cursor is None:
        return []
    at, quote_id = _read(cursor)
    mark = tuple_(literal(at, UtcDateTime()), literal(quote_id))
    return [tuple_(Quote.news_at, Quote.id) < mark]


def _write(at: datetime, quote_id: str) -> str:
    return urlsafe_b64encode(f"{at.isoformat()} {quote_id}".encode()).decode().rstrip("=")


def _read(cursor: str) -> Mark:
    try:
        told = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        at, quote_id = told.split(" ")
        moment = datetime.fromisoformat(at)
    except ValueError as error:
        raise InvalidCursor("This cursor is not one of ours.") from error
    if moment.tzinfo is None or not quote_id.isprintable():
        raise InvalidCursor("This cursor is not one of ours.")
    return moment, quote_id
