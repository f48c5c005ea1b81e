"""What was sent to a shop's endpoints, written as the pump writes it."""

from datetime import timedelta
from typing import Any

from synqro import events, stores
from synqro.core.clock import now
from synqro.core.db import db, transaction
from synqro.core.ids import new_id

URL = "https://93.184.215.14/synqro"
HEADERS = {"Content-Type": "application/json", "Server": "gunicorn"}
BROKEN = b'{"error": "KeyError: \'deposit\'", "file": "hooks.py"}'
ORDER = {"id": "ord_1", "number": 1001, "total": 24.9, "currency": "EUR"}


def endpoint(store: stores.Store, url: str = URL, **given: Any) -> events.Endpoint:
    """An endpoint for every event; further facts are written onto its row."""
    types = given.pop("types", ["*"])
    made = events.add_endpoint(store.id, url=url, types=types).endpoint
    return changed(made, **given)


@transaction()
def changed(found: events.Endpoint, **facts: Any) -> events.Endpoint:
    """The endpoint, once these facts are written onto its row."""
    row = db.session.get_one(events.Endpoint, found.id)
    for name, value in facts.items():
        setattr(row, name, value)
    return row


@transaction()
def delivery(
    to: events.Endpoint,
    *answers: int | str,
    type: str = "order.created",
    ago: float = 0,
    data: dict[str, Any] = ORDER,
    body: bytes = BROKEN,
    headers: dict[str, str] = HEADERS,
) -> events.Delivery:
    """An event and its delivery, answered so: with a status, or a word on why none came."""
    event = events.emit(to.store_id, type, data, mode="live")
    db.session.flush()
    found = db.session.query(events.Delivery).filter_by(event_id=event.id, endpoint_id=to.id).one()
    at = now() - timedelta(seconds=ago)
    event.created_at = found.created_at = at
    for one in answers:
        answer(found, one, body=body, headers=headers)
    return found


@transaction()
def answer(
    to: events.Delivery, said: int | str, *, body: bytes = BROKEN, headers: dict[str, str] = HEADERS
) -> None:
    """One more try of a delivery, answered so; a failed one is due again in half an hour."""
    found = db.session.get_one(events.Delivery, to.id)
    code, error = (said, _fault(said)) if isinstance(said, int) else (None, said)
    tried = events.Attempt(
        id=new_id("att"),
        delivery_id=found.id,
        at=found.created_at,
        response_status=code,
        response_headers=headers if code else None,
        response_body=body if code else None,
        error=error,
        duration_ms=84 if code else 10_000,
    )
    db.session.add(tried)
    found.attempts += 1
    found.response_status, found.error, found.tried_at = code, error, tried.at
    found.status = _status(code)
    found.next_at = now() + timedelta(minutes=30)


def _fault(code: int) -> str | None:
    return None if 200 <= code < 300 else f"It answered {code}."


def _status(code: int | None) -> events.DeliveryStatus:
    done = code is not None and 200 <= code < 300
    return events.DeliveryStatus.SUCCEEDED if done else events.DeliveryStatus.PENDING
