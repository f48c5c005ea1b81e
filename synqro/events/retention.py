"""Forgetting old events and what was tried with them."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, exists, select

from synqro.core.clock import now
from synqro.core.db import db, transaction
from synqro.core.ids import first_id
from synqro.events.happened import LISTED
from synqro.events.models import Attempt, Delivery, Endpoint, Event

KEPT = timedelta(days=90)  # deliveries, their attempts, and the events they carry
BATCH = 500  # rows in one transaction, so that no writer waits long


def purge() -> None:
    """Drop what is older than is kept, batch after batch."""
    _all(lambda: _drop(Attempt, Attempt.id < _mark("att", KEPT)))
    _purge_replays()
    # A delivery's last try may be younger than the delivery.
    untried = ~exists().where(Attempt.delivery_id == Delivery.id)
    _all(lambda: _drop(Delivery, (Delivery.id < _mark("dlv", KEPT)) & untried))
    _purge_events()
    unused = ~exists().where(Delivery.endpoint_id == Endpoint.id)
    _all(lambda: _drop(Endpoint, Endpoint.deleted_at.is_not(None) & unused))


def _purge_replays() -> None:
    """Drop a replay with its event, or each would keep that for another ninety days."""
    wanted = select(Delivery.id).where(
        Delivery.event_id < _mark("evt", KEPT), Delivery.replay_of.is_not(None)
    )
    while ids := db.session.scalars(wanted.order_by(Delivery.event_id).limit(BATCH)).all():
        _drop_with_tries(ids)


@transaction()
def _drop_with_tries(ids: Sequence[str]) -> None:
    quiet = {"synchronize_session": False}
    for gone in (
        delete(Attempt).where(Attempt.delivery_id.in_(ids)),
        delete(Delivery).where(Delivery.id.in_(ids)),
    ):
        db.session.execute(gone, execution_options=quiet)


def _purge_events() -> None:
    """Walk over the events once: many of those past their month are kept for their deliveries."""
    last, end = "", _mark("evt", LISTED)
    while True:
        walk = select(Event.id).where(Event.id > last, Event.id < end)
        ids = db.session.scalars(walk.order_by(Event.id).limit(BATCH)).all()
        if not ids:
            return
        last = ids[-1]
        unused = ~exists().where(Delivery.event_id == Event.id)
        _drop(Event, Event.id.in_(ids) & unused)


def _all(drop: Callable[[], int]) -> None:
    while drop() == BATCH:
        pass


@transaction()
def _drop(model: Any, which: Any) -> int:
    ids = select(model.id).where(which).order_by(model.id).limit(BATCH)
    gone = delete(model).where(model.id.in_(ids)).returning(model.id)
    quiet = {"synchronize_session": False}
    return len(db.session.scalars(gone, execution_options=quiet).all())


def _mark(prefix: str, kept: timedelta) -> str:
    return first_id(prefix, now() - kept)
