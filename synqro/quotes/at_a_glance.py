"""What a shop's first page wants to know of its quotes, for a query that asks for more."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, select

from synqro.quotes.box import MOST_COUNTED, SHOWN
from synqro.quotes.models import Quote
from synqro.quotes.searching import EVER


def oldest_to_answer(store_id: str) -> ColumnElement[datetime]:
    """Give back since when the quote waits that waits longest in the box, NULL without any."""
    mine = select(Quote.news_at).where(Quote.store_id == store_id, *SHOWN["todo"], EVER)
    return mine.order_by(Quote.news_at).limit(1).scalar_subquery()


def with_problem(store_id: str) -> ColumnElement[str]:
    """Give back the id of a quote that a person has to look at, NULL without any; the newest
    MOST_COUNTED of the box are looked at.
    """
    mine = select(Quote.id, Quote.problem).where(Quote.store_id == store_id, *SHOWN["todo"], EVER)
    box = mine.order_by(Quote.news_at.desc()).limit(MOST_COUNTED).subquery()
    return select(box.c.id).where(box.c.problem.is_not(None)).limit(1).scalar_subquery()


def ever_asked(store_ids: Collection[str]) -> ColumnElement[str]:
    """Give back the id of some quote in one of these stores, NULL where none was ever asked."""
    return select(Quote.id).where(Quote.store_id.in_(store_ids)).limit(1).scalar_subquery()
