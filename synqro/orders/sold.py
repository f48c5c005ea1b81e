"""How much of each variant was sold, and when last."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select

from synqro.core.db import db
from synqro.orders.models import Line, Order, Status

CALLED_OFF = (Status.CANCELLED, Status.REFUNDED)


class Sold(NamedTuple):
    pieces: int
    last: datetime


def sold(store_id: str, since: datetime) -> dict[str, Sold]:
    """Give back what was paid for at `since` or later, by variant id, in one query.

    Orders that were cancelled or given back in whole are left out, and so is what was never in
    the catalogue.
    """
    counted = (
        select(Line.variant_id, func.sum(Line.quantity), func.max(Order.paid_at))
        .join(Order, Order.id == Line.order_id)
        .where(
            Order.store_id == store_id,
            Order.paid_at >= since,
            Order.status.not_in(CALLED_OFF),
            Line.variant_id.is_not(None),
        )
        .group_by(Line.variant_id)
    )
    found = db.session.execute(counted)
    return {id: Sold(int(pieces), last) for id, pieces, last in found if id and last}
