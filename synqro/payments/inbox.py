"""The inbox of Stripe's events: checked, stored once, worked on until it is done."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, or_, select, update

from synqro.core.clock import now
from synqro.core.db import after_commit, db, insert_into, transaction
from synqro.core.ids import first_id, new_id
from synqro.payments.accounts import known
from synqro.payments.client import signed
from synqro.payments.errors import BadEvent, BadSignature
from synqro.payments.models import Provider, StripeEvent
from synqro.payments.providers import configured, hook_secrets, livemode

TOLERANCE = timedelta(minutes=5)
# The first wait is longer than a worker takes to fail: until then the event is its own.
WAITS = tuple(timedelta(seconds=s) for s in (40, 60, 300, 900, 3600, 6 * 3600))
GIVES_UP = timedelta(days=7)
KEPT = timedelta(days=60)


@dataclass(frozen=True)
class Facts:
    """What an event says: ids and a time, never anything to believe about money."""

    type: str
    account_id: str
    livemode: bool
    created: datetime
    object_id: str
    order_id: str | None


def receive(raw: bytes, signature: str, *, thin: bool = False) -> None:
    """Take an event in: verify it, store it once, and ask for a job after the commit.

    What comes again, from an account we do not know or for another mode, is ignored.
    Raises BadSignature, and BadEvent for what is signed but is no event.
    """
    provider = _signer(raw, signature, thin)
    event_id, facts = _read(raw)
    if facts.livemode != livemode(provider) or not known(provider, facts.account_id):
        return
    _store(provider, event_id, facts, raw)


def read(event: StripeEvent) -> Facts:
    """Give back what a stored event says."""
    return _read(event.payload)[1]


def due_events(limit: int = 300) -> list[str]:
    """Give back the ids of events whose job was lost or failed, the longest waiting first."""
    waiting = select(StripeEvent.id).where(StripeEvent.done_at.is_(None), _due())
    return list(db.session.scalars(waiting.order_by(StripeEvent.next_at).limit(limit)))


@transaction()
def claim(event_id: str) -> StripeEvent | None:
    """Take an event that is due, so that nobody else works on it for a while.

    None where it is done, or another worker has it.
    """
    mine = (
        StripeEvent.id == event_id,
        StripeEvent.done_at.is_(None),
        _due(),
    )
    event = db.session.scalar(select(StripeEvent).where(*mine).with_for_update())
    if event is not None:
        event.next_at = now() + WAITS[min(event.attempts, len(WAITS) - 1)]
        event.attempts += 1
    return event


@transaction()
def done(event_id: str) -> None:
    """Work on this event is over."""
    _set(event_id, done_at=now(), error=None)


@transaction()
def failed(event_id: str, error: str) -> None:
    """Remember why the last try failed; after a week nobody tries again."""
    event = db.session.get(StripeEvent, event_id)
    over = event is not None and event.received_at + GIVES_UP <= now()
    _set(event_id, error=error[:500], **({"done_at": now()} if over else {}))


@transaction()
def forget_old() -> int:
    """Drop events that were done two months ago; Stripe repeats none that old."""
    mark = first_id("sev", now() - KEPT)
    gone = delete(StripeEvent).where(StripeEvent.id < mark, StripeEvent.done_at.is_not(None))
    return len(db.session.scalars(gone.returning(StripeEvent.id)).all())


def _due() -> ColumnElement[bool]:
    # One that nobody has tried is due, even if the clock was put back since it came.
    return or_(StripeEvent.next_at <= now(), StripeEvent.attempts == 0)


def _signer(raw: bytes, signature: str, thin: bool) -> Provider:
    for provider in configured():
        secrets = hook_secrets(provider)
        secret = secrets.thin if thin else secrets.snapshot
        at = signed(raw, signature, secret) if secret else None
        if at is not None and abs(now().timestamp() - at) <= TOLERANCE.total_seconds():
            return provider
    raise BadSignature("The signature is missing, wrong, or not of this moment.")


def _read(raw: bytes) -> tuple[str, Facts]:
    try:
        event = json.loads(raw)
        thing = (event.get("data") or {}).get("object") or event.get("related_object") or {}
        account = event.get("account") or event.get("context") or thing.get("id") or ""
        facts = Facts(
            type=_text(event["type"]),
            account_id=_text(account),
            livemode=event["livemode"] is True,
            created=_moment(event["created"]),
            object_id=_text(thing.get("id") or ""),
            order_id=_optional((thing.get("metadata") or {}).get("order_id")),
        )
        return _text(event["id"]), facts
    except (
        AttributeError,
        KeyError,
        OSError,  # a moment beyond what the machine's calendar holds
        OverflowError,
        RecursionError,
        TypeError,
        ValueError,
    ) as error:
        raise BadEvent("This is signed, but it is not an event.") from error


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value.isprintable() or len(value) > 255:
        raise ValueError(value)
    return value


def _optional(value: Any) -> str | None:
    return value if isinstance(value, str) and value.isprintable() else None


def _moment(value: Any) -> datetime:
    if isinstance(value, str):
        return datetime.fromisoformat(value).astimezone(UTC)
    return datetime.fromtimestamp(int(value), UTC)


@transaction()
def _store(provider: Provider, event_id: str, facts: Facts, raw: bytes) -> None:
    insert = insert_into(StripeEvent).values(
        id=new_id("sev"),
        provider=provider,
        event_id=event_id,
        type=facts.type,
        account_id=facts.account_id,
        livemode=facts.livemode,
        payload=raw,
        received_at=now(),
        next_at=now(),
        attempts=0,
    )
    once = insert.on_conflict_do_nothing(index_elements=["provider", "event_id"])
    row_id = db.session.scalar(once.returning(StripeEvent.id))
    if row_id:
        after_commit("stripe_events.work", row_id)


def _set(event_id: str, **values: object) -> None:
    mine = update(StripeEvent).where(StripeEvent.id == event_id, StripeEvent.done_at.is_(None))
    db.session.execute(mine.values(**values))
