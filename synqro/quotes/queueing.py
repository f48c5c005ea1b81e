"""The box as a queue: which quote comes next, and what may be done with many at once."""

from collections.abc import Sequence
from typing import Literal

from sqlalchemy import literal, select, tuple_, union_all

from synqro.core.db import UtcDateTime, db
from synqro.quotes.box import SHOWN
from synqro.quotes.errors import QuoteNotFound, QuoteNotOpen
from synqro.quotes.lifecycle import MERCHANT, Step, after
from synqro.quotes.models import Quote
from synqro.quotes.reading import NONE_SUCH
from synqro.quotes.searching import NEWEST_FIRST

Deed = Literal["decline", "extend"]


def next_to_answer(store_id: str, quote: Quote) -> Quote | None:
    """Give back what is to do below `quote` in the box, else the uppermost; None if nothing is."""
    place = tuple_(Quote.news_at, Quote.id)
    here = tuple_(literal(quote.news_at, UtcDateTime()), literal(quote.id))
    # By a range, above too: it is what makes SQLite prefer the index of what is to do.
    ways = [
        select(literal(rank).label("rank"), Quote.id)
        .where(Quote.store_id == store_id, *SHOWN["todo"], beyond)
        .order_by(*NEWEST_FIRST)
        .limit(1)
        .subquery()
        for rank, beyond in enumerate((place < here, place > here))
    ]
    found = union_all(*map(select, ways)).subquery("found")
    wanted = select(Quote).join(found, found.c.id == Quote.id).order_by(found.c.rank)
    return db.session.scalar(wanted.limit(1))


def several(store_id: str, ids: Sequence[str]) -> list[Quote]:
    """Give back quotes of this store in the order of their ids.

    Raises QuoteNotFound where one of them is not there.
    """
    wanted = [one for one in dict.fromkeys(ids) if one.isprintable()]
    mine = select(Quote).where(Quote.id.in_(wanted), Quote.store_id == store_id)
    found = {quote.id: quote for quote in db.session.scalars(mine)} if wanted else {}
    if found.keys() != set(ids):
        raise QuoteNotFound(NONE_SUCH)
    return [found[one] for one in wanted]


def why_not(quote: Quote, deed: Deed) -> str | None:
    """Say why the merchant may not decline or extend this quote now, None where they may."""
    try:
        after(quote.status, Step(deed), MERCHANT)
    except QuoteNotOpen as refused:
        return str(refused)
    return None
