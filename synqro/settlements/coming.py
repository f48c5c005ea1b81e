"""The next payout that is on its way, and those that do not add up."""

from datetime import date

from sqlalchemy import ColumnElement, func, or_, select, text

from synqro.core.db import db
from synqro.settlements.models import TO_LOOK_AT, Settlement, Status

MOST_COUNTED = 100


def next_payout(store_id: str, today: date) -> Settlement | None:
    """Give back the payout that is at the bank next after the store's day `today`, or today if
    it has not been confirmed; None where none is on its way.
    """
    day = today.isoformat()
    on_its_way = or_(
        Settlement.status == Status.PENDING,
        (Settlement.status == Status.COMPLETED) & (Settlement.arrival_date > day),
    )
    mine = (Settlement.store_id == store_id, Settlement.arrival_date >= day, on_its_way)
    wanted = select(Settlement).where(*mine)
    return db.session.scalar(
        wanted.order_by(Settlement.arrival_date, Settlement.id.desc()).limit(1)
    )


def to_look_at(store_id: str) -> tuple[ColumnElement[int], ColumnElement[str]]:
    """Give back how many settlements do not add up and nobody accepted, up to MOST_COUNTED, and
    the id of the newest, for a query that asks for more.
    """
    mine = select(Settlement.id).where(Settlement.store_id == store_id, text(TO_LOOK_AT))
    counted = select(func.count()).select_from(mine.limit(MOST_COUNTED).subquery())
    newest = mine.order_by(Settlement.id.desc()).limit(1)
    return counted.scalar_subquery(), newest.scalar_subquery()
