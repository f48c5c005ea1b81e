"""The box of quotes: what to do, what waits for the customer, what is paid."""

from collections.abc import Sequence
from typing import Literal, cast

from sqlalchemy import ColumnElement, func, select, text

from synqro.core.db import db
from synqro.core.pages import Page
from synqro.quotes.models import TO_DO, WAITING, File, Quote, Status, Version
from synqro.quotes.searching import newest, search
from synqro.quotes.shapes import Row

MOST_COUNTED = 100
Show = Literal["todo", "waiting", "paid", "all"]
SHOWN: dict[Show, list[ColumnElement[bool]]] = {
    "todo": [cast(ColumnElement[bool], text(f"({TO_DO})"))],
    "waiting": [cast(ColumnElement[bool], text(WAITING))],
    "paid": [Quote.status == Status.PAID],
    "all": [],
}


def box(
    store_id: str,
    show: Show = "todo",
    *,
    q: str | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> Page[Row]:
    """Give back a page of quotes, whose customer was heard of last first. Three queries.

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


def counts(store_id: str) -> dict[str, int]:
    """Count what each part of the box shows, up to MOST_COUNTED ("99+" on the screen)."""
    each = [_capped(_shown(store_id, show)).label(show) for show in SHOWN]
    found = db.session.execute(select(*each)).one()
    return {show: int(number) for show, number in zip(SHOWN, found, strict=True)}


def unread_count(store_id: str) -> int:
    """Count what nobody of the store has looked at, up to MOST_COUNTED."""
    unread = _capped([Quote.store_id == store_id, Quote.unread.is_(True)])
    return int(db.session.scalars(select(unread)).one())


def latest_change(store_id: str) -> str:
    """Give back a mark that changes whenever the box does, for one index lookup or two."""
    last = select(func.max(Quote.updated_at)).where(Quote.store_id == store_id)
    return f"{db.session.scalar(last)}/{unread_count(store_id)}"


def _rows(quotes: Sequence[Quote]) -> list[Row]:
    ids = [quote.id for quote in quotes]
    totals = _totals(ids)
    files: dict[str, list[File]] = {}
    mine = select(File).where(File.quote_id.in_(ids)).order_by(File.quote_id, File.position)
    for file in db.session.scalars(mine) if ids else ():
        files.setdefault(file.quote_id, []).append(file)
    return [_row(quote, totals.get(quote.id), files.get(quote.id, [])) for quote in quotes]


def _row(quote: Quote, total: int | None, files: list[File]) -> Row:
    first = files[0] if files else None
    name, upload_id = (first.filename, first.upload_id) if first else (None, None)
    return Row(quote, total, len(files), name, upload_id)


def _totals(ids: list[str]) -> dict[str, int]:
    if not ids:
        return {}
    holding = (Version.quote_id == Quote.id) & (Version.number == Quote.offered)
    mine = select(Quote.id, Version.total).join(Version, holding).where(Quote.id.in_(ids))
    return dict(db.session.execute(mine).tuples().all())


def _shown(store_id: str, show: Show) -> list[ColumnElement[bool]]:
    return [Quote.store_id == store_id, *SHOWN[show]]


def _capped(which: Sequence[ColumnElement[bool]]) -> ColumnElement[int]:
    some = select(Quote.id).where(*which).limit(MOST_COUNTED)
    return select(func.count()).select_from(some.subquery()).scalar_subquery()
