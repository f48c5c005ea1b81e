"""Sending again what was sent before, what failed, and what was missed."""

from datetime import datetime
from typing import Any, cast

from sqlalchemy import (
    ColumnElement,
    CursorResult,
    Select,
    String,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
)
from sqlalchemy import cast as as_type
from sqlalchemy.orm import aliased

from synqro.core.clock import now
from synqro.core.db import after_commit, db, transaction
from synqro.core.ids import first_id, id_after
from synqro.events.endpoints import due_at_once, locked, pending_at, start_afresh, turn_on
from synqro.events.errors import (
    DeliveryNotFound,
    EndpointDisabled,
    EndpointNotFound,
    EventGone,
    TooManyEvents,
)
from synqro.events.models import Delivery, DeliveryStatus, Endpoint, Event
from synqro.events.outbox import owe
from synqro.events.retention import KEPT
from synqro.events.schedule import SLACK
from synqro.events.types import TEST

MOST = 100_000  # events at once
DIGITS = 8  # of an id that count within one replay


@transaction()
def replay(store_id: str, delivery_id: str) -> Delivery:
    """Send the event of a delivery once more to its endpoint, however that one ended.

    Gives back a new delivery with `replay_of`. Raises DeliveryNotFound, EndpointDisabled, and
    EventGone for an event older than is kept.
    """
    old = db.session.get(Delivery, delivery_id) if "\0" not in delivery_id else None
    if old is None or old.store_id != store_id:
        raise DeliveryNotFound("There is no such delivery.")
    try:
        found = _open(store_id, old.endpoint_id)
    except EndpointNotFound as gone:
        raise DeliveryNotFound("There is no such delivery.") from gone
    if old.event_id < _oldest():
        raise EventGone(f"This event is older than {KEPT.days} days and is kept no longer.")
    return owe(db.session.get_one(Event, old.event_id), found, replay_of=old.id)


@transaction()
def replay_range(
    store_id: str, endpoint_id: str, *, since: datetime, until: datetime | None = None
) -> int:
    """Send an endpoint every event from `since` on that it asks for, and before `until`.

    Whether it ever got them or not; in their order, after what already waits. Tests are sent
    again where they had been sent to it. Gives back how many that are. Raises EndpointNotFound,
    EndpointDisabled, and TooManyEvents beyond MOST.
    """
    found = _open(store_id, endpoint_id)
    before = _newest_of(found)
    wanted = _asked_for(found, since).where(or_(Event.type != TEST, before.is_not(None)))
    if until is not None:
        wanted = wanted.where(Event.id < first_id("evt", until))
    return _owe_all(found, wanted.add_columns(before.label("replay_of")))


@transaction()
def recover(store_id: str, endpoint_id: str, *, since: datetime) -> int:
    """Try again at once what was given up and was tried last at `since` or later, and what waits.

    Each with a schedule that begins anew. Gives back how many that are. Raises
    EndpointNotFound, EndpointDisabled, and TooManyEvents beyond MOST.
    """
    return _line_up(_open(store_id, endpoint_id), since)


@transaction()
def turn_on_and_recover(store_id: str, endpoint_id: str) -> int:
    """Turn an endpoint on, and send what it did not take since it began to fail.

    That is what was given up, what waits, and what happened while it was disabled. Gives back
    how many that are. Raises EndpointNotFound, and TooManyEvents beyond MOST.
    """
    found = locked(store_id, endpoint_id, alone=True)
    off = found.disabled_at if not found.enabled else None
    since = min(filter(None, (found.failing_since, off)), default=None)
    if off:
        turn_on(found)
        start_afresh(found)
    count = _line_up(found, since)
    if off:
        missed = _asked_for(found, max(off - SLACK, found.created_at))
        never = _newest_of(found).is_(None) & (Event.type != TEST)
        count += _owe_all(found, missed.where(never).add_columns(literal(None).label("replay_of")))
    return count


def _open(store_id: str, endpoint_id: str) -> Endpoint:
    found = locked(store_id, endpoint_id)
    if not found.enabled:
        raise EndpointDisabled("This endpoint gets nothing now. Turn it on again first.")
    return found


def _line_up(found: Endpoint, since: datetime | None) -> int:
    which = pending_at(found)
    if since is not None:
        which = or_(which, _given_up(found, since))
    _refuse_more(select(literal(1)).where(which))
    return due_at_once(found, which)


def _given_up(found: Endpoint, since: datetime) -> ColumnElement[bool]:
    later = aliased(Delivery)
    again = exists().where(
        later.event_id == Delivery.event_id,
        _is_to(found, later.endpoint_id),
        later.id > Delivery.id,
        later.status != DeliveryStatus.FAILED,
    )
    return (
        (Delivery.store_id == found.store_id)
        & (Delivery.endpoint_id == found.id)
        & (Delivery.status == DeliveryStatus.FAILED)
        & (Delivery.tried_at >= since)
        & ~again
    )


def _asked_for(found: Endpoint, since: datetime) -> Select[Any]:
    """Select the store's events that are kept, since then, of the types the endpoint asks for."""
    first = max(first_id("evt", since), _oldest())
    wanted = select(Event.id).where(Event.store_id == found.store_id, Event.id >= first)
    return wanted if found.events == ["*"] else wanted.where(Event.type.in_(found.events))


def _newest_of(found: Endpoint) -> Any:
    """Select the newest delivery of an event to the endpoint."""
    newest = select(func.max(Delivery.id)).where(
        Delivery.event_id == Event.id, _is_to(found, Delivery.endpoint_id)
    )
    return newest.correlate(Event).scalar_subquery()


def _is_to(found: Endpoint, column: Any) -> ColumnElement[bool]:
    # Never by its index: an event has few deliveries, an endpoint has very many.
    return cast("ColumnElement[bool]", column.concat("") == found.id)


def _owe_all(found: Endpoint, wanted: Select[Any]) -> int:
    """Owe the endpoint what `wanted` (event id, replay_of) selects: one statement, however many.

    The new ids count up in the events' order, and come after those that wait.
    """
    _refuse_more(wanted)
    number = func.row_number().over(order_by=Event.id)
    some = wanted.add_columns(number.label("number")).subquery()
    counted = func.substr(as_type(some.c.number + 10**DIGITS, String), 2)
    row = {
        Delivery.id: literal(_head(found)).concat(counted),
        Delivery.store_id: literal(found.store_id),
        Delivery.event_id: some.c.id,
        Delivery.endpoint_id: literal(found.id),
        Delivery.status: literal(DeliveryStatus.PENDING, Delivery.status.type),
        Delivery.attempts: literal(0),
        Delivery.next_at: literal(now(), Delivery.next_at.type),
        Delivery.replay_of: some.c.replay_of,
        Delivery.created_at: literal(now(), Delivery.created_at.type),
    }
    new = insert(Delivery).from_select([*row], select(*row.values()))
    counted_too = {"preserve_rowcount": True}
    made = cast("CursorResult[Any]", db.session.execute(new, execution_options=counted_too))
    if made.rowcount:
        after_commit("webhooks.pump")
    return made.rowcount


def _head(found: Endpoint) -> str:
    """Give back how the new ids begin: the time, and 40 random bits."""
    last = db.session.scalar(select(func.max(Delivery.id)).where(pending_at(found)))
    return id_after(last, "dlv", now())[:-DIGITS]


def _refuse_more(wanted: Select[Any]) -> None:
    counted = wanted.with_only_columns(literal(1)).limit(MOST + 1).subquery()
    if (db.session.scalar(select(func.count()).select_from(counted)) or 0) > MOST:
        raise TooManyEvents(f"These are more than {MOST:,}. Choose a later time to begin with.")


def _oldest() -> str:
    return first_id("evt", now() - KEPT)
