"""Pages of quotes by keyset, and a search that looks at a bounded number of them a page."""

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import (
    CTE,
    ColumnElement,
    Subquery,
    and_,
    func,
    literal,
    select,
    true,
    tuple_,
    union_all,
)

from synqro.core.db import UtcDateTime, db
from synqro.core.pages import Page, cursor_of, read_cursor
from synqro.quotes.models import Quote

OF = Quote.__tablename__
LOOKED_AT = 2_000  # quotes a page of a search
NAMED = 10  # found by their whole number or email
LARGEST_NUMBER = 10  # digits
NEWEST_FIRST = (Quote.news_at.desc(), Quote.id.desc())
# True of every quote. SQLite's planner chooses the partial index of what is shown only where
# just one range is asked for; without any, it may read all quotes of the store by another.
EVER = Quote.news_at > datetime(1970, 1, 1, tzinfo=UTC)
Which = Sequence[ColumnElement[bool]]


def newest(which: Which, *, cursor: str | None, limit: int) -> Page[Quote]:
    """Give back a page of quotes, whose customer was heard of last first. Raises InvalidCursor."""
    wanted = select(Quote).where(*which, *_after(cursor)).order_by(*NEWEST_FIRST)
    rows = db.session.scalars(wanted.limit(limit + 1)).all()
    more = len(rows) > limit
    return Page(
        rows[:limit], cursor_of(OF, rows[limit - 1].news_at, rows[limit - 1].id) if more else None
    )


def search(which: Which, words: str, *, cursor: str | None, limit: int) -> Page[Quote]:
    """Give back a page of the quotes that hold `words`, in two queries. Raises InvalidCursor.

    It looks at LOOKED_AT quotes; the cursor goes on from the last of them. What `words` name
    in full comes first on the first page, and on no other.
    """
    ids, after = _matching(which, words, cursor, limit)
    rows = db.session.scalars(select(Quote).where(Quote.id.in_(ids))).all() if ids else ()
    found = {row.id: row for row in rows}
    return Page([found[quote_id] for quote_id in ids if quote_id in found], after)


def _matching(
    which: Which, words: str, cursor: str | None, limit: int
) -> tuple[list[str], str | None]:
    """The ids found in the next LOOKED_AT quotes, and where to go on."""
    columns = select(Quote.id, Quote.news_at, Quote.words).where(*which, *_after(cursor))
    seen = columns.order_by(*NEWEST_FIRST).limit(LOOKED_AT).cte("seen")
    hits = _hits(seen, words, _named(which, words), first=cursor is None, limit=limit)
    last = select(seen.c.news_at, seen.c.id).order_by(seen.c.news_at, seen.c.id).limit(1).subquery()
    many = select(func.count().label("seen")).select_from(seen).subquery()
    joined = many.outerjoin(last, true()).outerjoin(hits, true())
    found = select(many.c.seen, last.c.news_at, last.c.id, hits.c.rank, hits.c.news_at, hits.c.id)
    order = (hits.c.rank, hits.c.news_at.desc(), hits.c.id.desc())
    rows = db.session.execute(found.select_from(joined).order_by(*order)).all()
    named = [row[5] for row in rows if row[3] == 0]
    marks = [(row[4], row[5]) for row in rows if row[3] == 1]
    ids = [*named, *(quote_id for _, quote_id in marks[:limit])]
    if len(marks) > limit:
        return ids, cursor_of(OF, *marks[limit - 1])
    count, last_at, last_id, *_ = rows[0]
    return ids, cursor_of(OF, last_at, last_id) if count == LOOKED_AT else None


def _hits(
    seen: CTE, words: str, named: ColumnElement[bool] | None, *, first: bool, limit: int
) -> Subquery:
    """What is named in full (rank 0), then what holds the words (rank 1), each but once."""
    holds = seen.c.words.contains(words.casefold(), autoescape=True)
    held = select(literal(1).label("rank"), seen.c.news_at, seen.c.id).where(holds)
    held = held.order_by(seen.c.news_at.desc(), seen.c.id.desc()).limit(limit + 1)
    if named is None:
        return held.subquery("hits")
    mine = select(literal(0).label("rank"), Quote.news_at, Quote.id).where(named)
    mine = mine.order_by(*NEWEST_FIRST).limit(NAMED)
    held = held.where(seen.c.id.not_in(select(mine.subquery().c.id)))
    if not first:
        return held.subquery("hits")
    both = union_all(select(mine.subquery("mine")), select(held.subquery("held")))
    return both.subquery("hits")


def _named(which: Which, words: str) -> ColumnElement[bool] | None:
    """Whose whole number or email this is, which an index finds."""
    number = words.lower().removeprefix("#").removeprefix("q-")
    if number.isascii() and number.isdigit() and len(number) < LARGEST_NUMBER:
        return and_(*which, Quote.number == int(number))
    return and_(*which, Quote.customer_email.in_({words, words.lower()})) if "@" in words else None


def _after(cursor: str | None) -> list[ColumnElement[bool]]:
    if cursor is None:
        return [EVER]
    at, quote_id = read_cursor(cursor, OF, datetime, str)
    mark = tuple_(literal(at, UtcDateTime()), literal(quote_id))
    return [tuple_(Quote.news_at, Quote.id) < mark]
