"""Customers who have bought before."""

from datetime import datetime

from sqlalchemy import func, select

from synqro.core.db import db
from synqro.orders.models import Order
from synqro.orders.reading import Sales

MOST_COUNTED = 1000


def bought_before(
    store_id: str, email: str, *, until: datetime, without_quote: str | None = None
) -> Sales:
    """Sum up what was paid under this address before `until`, at most 1,000 orders of it.

    The order of the quote `without_quote` is left out. Totals are minor units.
    """
    mine = select(Order.total).where(
        Order.store_id == store_id,
        Order.customer_email == email,
        Order.paid_at < until,
        Order.quote_id.is_distinct_from(without_quote),
    )
    some = mine.limit(MOST_COUNTED).subquery()
    found = select(func.count(), func.coalesce(func.sum(some.c.total), 0)).select_from(some)
    count, total = db.session.execute(found).one()
    return Sales(int(count), int(total))
