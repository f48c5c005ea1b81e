"""What was tried of late, added up for each store."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import case, func, select

from synqro.core.db import db
from synqro.core.ids import first_id
from synqro.events.models import Attempt, Delivery


class Tally(NamedTuple):
    """How many tries of a store's deliveries arrived and failed, from the first to the last.

    `last_error` is what the last that failed says, None where none did.
    """

    store_id: str
    arrived: int
    failed: int
    last_error: str | None
    began: datetime
    ended: datetime


def tally(after: str | None, until: datetime) -> tuple[list[Tally], str]:
    """Add up what was tried since the last time, and give back the cursor for the next.

    `after` is the cursor that was given back then; None counts nothing, and begins at `until`.
    That lies some seconds back, for a try is written down a little after it was made, and one
    that comes too late is counted in no tally.
    """
    end = first_id("att", until)
    if after is None or after >= end:
        return [], max(end, after or "")
    last = func.max(case((Attempt.error.is_not(None), Attempt.id)))
    sums = (
        select(
            Delivery.store_id,
            func.count(),
            func.count(Attempt.error),
            last,
            func.min(Attempt.at),
            func.max(Attempt.at),
        )
        .join(Delivery, Delivery.id == Attempt.delivery_id)
        .where(Attempt.id >= after, Attempt.id < end)
        .group_by(Delivery.store_id)
    )
    rows = db.session.execute(sums).all()
    errors = select(Attempt.id, Attempt.error).where(Attempt.id.in_([row[3] for row in rows]))
    said = dict(db.session.execute(errors).all())
    return [
        Tally(store_id, count - bad, bad, said.get(last_id), began, ended)
        for store_id, count, bad, last_id, began, ended in rows
    ], end
