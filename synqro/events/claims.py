"""Which endpoints have something due, and taking them on lease."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import monotonic
from typing import Any

from sqlalchemy import ColumnElement, exists, func, or_, select, update

from synqro.core.clock import now
from synqro.core.db import db, transaction
from synqro.core.wiring import settings
from synqro.events.models import Delivery, DeliveryStatus, Endpoint, EndpointStatus, Event
from synqro.events.schedule import SLACK, horizon
from synqro.events.signing import Key, valid_until
from synqro.events.turns import Parcel, Standing

DEADLINE = 10.0  # seconds for one POST
LEASE = 15.0  # seconds, longer than a POST, so that nobody else begins one beside it
SCOUTS = 5  # deliveries at most that are tried while an endpoint is down
HEED = 0.25  # seconds at most until a try heeds what a person changed
MARGIN = 1.0  # seconds between looking at the lease and the POST's first byte


@dataclass
class Claim:
    """An endpoint that this process alone may call while the lease holds."""

    id: str
    url: str
    secrets: list[dict[str, Any]]
    standing: Standing
    seen: datetime
    """Its row's `updated_at`; another by now means that a person changed it."""
    keys: tuple[Key, ...] = ()
    """Its secrets unsealed, from the first try on."""
    renewed: float = field(default_factory=monotonic)
    lost: bool = False
    looked: float = field(default_factory=monotonic)

    @property
    def holds(self) -> bool:
        """True while the lease outlasts one more POST."""
        return not self.lost and monotonic() - self.renewed < LEASE - DEADLINE - MARGIN


def claim(
    me: str, limit: int, *, healthy: bool = False, without: Collection[str] = ()
) -> list[Claim]:
    """Take up to `limit` endpoints on lease, those that waited longest first.

    `healthy` leaves out those that failed of late; `without` those that this process still
    serves, for a lease runs out under a try that hangs in a resolver, or in a machine asleep.
    """
    wanted = _due(now()).where(Endpoint.id.not_in(without))
    if healthy:
        wanted = wanted.where(Endpoint.failing_since.is_(None))
    with db.engine.connect() as connection:
        ids = connection.scalars(
            wanted.order_by(Endpoint.lease_until.nulls_first()).limit(limit)
        ).all()
    return _take(me, ids) if ids else []


def parcels(claim: Claim, limit: int) -> list[Parcel]:
    """Give back what is due at an endpoint, in order.

    Where it is down: the oldest one that was tried and is due. The one after it was never
    tried; it is for where that one fails with an answer, so that a few bad events cannot
    hold up the rest of a good endpoint for ever.
    """
    at = now()
    with db.engine.connect() as connection:
        if not claim.standing.down:
            return _read(connection, claim, _is_due(at), limit)
        tried = _read(connection, claim, _is_due(at) & (Delivery.attempts > 0), 1)
        oldest, count = connection.execute(
            select(func.min(Delivery.id), func.count()).where(
                _pending(claim), Delivery.attempts > 0
            )
        ).one()
        if tried and (tried[0].id != oldest or count >= SCOUTS):
            return tried
        return tried + _read(connection, claim, Delivery.attempts == 0, 1)


def next_try(claim: Claim) -> datetime | None:
    """Give back when the first of those that were tried is due again."""
    with db.engine.connect() as connection:
        wanted = select(func.min(Delivery.next_at)).where(_pending(claim), Delivery.attempts > 0)
        return connection.scalar(wanted)


def changed(claim: Claim) -> bool:
    """True where a person changed the endpoint: paused it, moved it, gave it another secret, or
    has all deliveries of the store wait.

    Looked up at most every HEED seconds; before each try while an old secret signs, for that
    may be ended at any moment.
    """
    at = now()
    old = any((until := valid_until(secret)) and at < until for secret in claim.secrets)
    began = monotonic()
    if not old and began - claim.looked < HEED:
        return False
    with db.engine.connect() as connection:
        seen = connection.scalar(select(Endpoint.updated_at).where(Endpoint.id == claim.id))
    claim.looked = began
    return seen != claim.seen


def lease_end() -> datetime:
    """Give back until when a lease lasts that begins now."""
    return now() + timedelta(seconds=LEASE)


@transaction()
def _take(me: str, ids: Sequence[str]) -> list[Claim]:
    began = monotonic()
    # Whoever owes an endpoint something holds a key share of it, and need not wait for us.
    rows = db.session.execute(
        select(
            Endpoint.id,
            Endpoint.url,
            Endpoint.secrets,
            Endpoint.failing_since,
            Endpoint.doubt,
            Endpoint.down,
            Endpoint.updated_at,
        )
        .where(Endpoint.id.in_(ids), _is_free(now()))
        .with_for_update(skip_locked=True, key_share=True)
    ).all()
    taken = [
        Claim(id, url, secrets, Standing(since, doubt, down), seen, renewed=began, looked=began)
        for id, url, secrets, since, doubt, down, seen in rows
    ]
    mine = update(Endpoint).where(Endpoint.id.in_([found.id for found in taken]))
    db.session.execute(
        mine.values(lease_by=me, lease_until=lease_end()),
        execution_options={"synchronize_session": False},
    )
    return taken


def _due(at: datetime) -> Any:
    owed = exists().where(
        Delivery.endpoint_id == Endpoint.id,
        Delivery.status == DeliveryStatus.PENDING,
        _is_due(at),
    )
    return select(Endpoint.id).where(_is_free(at), owed)


def _is_free(at: datetime) -> ColumnElement[bool]:
    ahead = horizon(settings().webhook_waits)
    lease = timedelta(seconds=LEASE) + SLACK
    return (
        (Endpoint.status == EndpointStatus.ENABLED)
        & ~Endpoint.held
        & _is_past(Endpoint.next_at, at, ahead)
        & _is_past(Endpoint.lease_until, at, lease)
    )


def _is_due(at: datetime) -> ColumnElement[bool]:
    ahead = at + horizon(settings().webhook_waits)
    return or_(Delivery.attempts == 0, Delivery.next_at <= at, Delivery.next_at > ahead)


def _is_past(column: Any, at: datetime, ahead: timedelta) -> ColumnElement[bool]:
    return or_(column.is_(None), column <= at, column > at + ahead)


def _pending(claim: Claim) -> ColumnElement[bool]:
    return (Delivery.endpoint_id == claim.id) & (Delivery.status == DeliveryStatus.PENDING)


def _read(connection: Any, claim: Claim, which: ColumnElement[bool], limit: int) -> list[Parcel]:
    wanted = (
        select(Delivery.id, Delivery.event_id, Delivery.attempts, Delivery.first_at, Event.body)
        .join(Event, Event.id == Delivery.event_id)
        .where(_pending(claim), which)
        .order_by(Delivery.id)
        .limit(limit)
    )
    return [Parcel(*row) for row in connection.execute(wanted)]
