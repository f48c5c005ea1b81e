"""/v1/webhooks/{id}/deliveries: what an endpoint was sent, what it answered, and once more."""

from typing import Any, Literal

from flask import g
from pydantic import BaseModel, Field

from synqro import events
from synqro.core.pages import InvalidCursor
from synqro.web.api.blueprint import bp
from synqro.web.api.lists import ListIn, ListOut, listed
from synqro.web.api.moments import TimeIn
from synqro.web.api.once import once
from synqro.web.contract import Nothing, operation
from synqro.web.inputs import StrictIn
from synqro.web.times import TimeOut


class DeliveriesIn(ListIn):
    status: events.DeliveryStatus | None = None
    type: str | None = Field(None, max_length=60, description="Of the event: order.created …")


class SinceIn(StrictIn):
    since: TimeIn = Field(description="Deliveries whose last try was then or later.")


class RangeIn(StrictIn):
    since: TimeIn = Field(description="Events of then or later.")
    until: TimeIn | None = Field(None, description="Events before then; left out: all.")


class QueuedOut(BaseModel):
    queued: int = Field(description="How many deliveries are on their way.", examples=[3])


class AttemptOut(BaseModel):
    """One try. `error` says in words why it was no success; without an answer the response is
    null. Of a body the first 16 KiB are kept.
    """

    at: TimeOut
    response_status: int | None
    response_headers: dict[str, str] | None
    response_body: str | None
    request_headers: dict[str, str] | None
    error: str | None
    duration_ms: int


class DeliveryOut(BaseModel):
    """An event that is owed to an endpoint. `next_attempt_at` is null once it has arrived or is
    given up; `replay_of` is the delivery that this one sends again.
    """

    id: str
    object: Literal["delivery"] = "delivery"
    webhook_id: str
    event_id: str
    event: str
    status: events.DeliveryStatus
    attempts: list[AttemptOut]
    next_attempt_at: TimeOut | None
    replay_of: str | None
    created_at: TimeOut


@bp.get("/webhooks/<webhook_id>/deliveries")
@operation(
    scope="webhooks:read",
    query=DeliveriesIn,
    out=ListOut[DeliveryOut],
    raises=(events.EndpointNotFound, InvalidCursor),
)
def list_deliveries(webhook_id: str, query: DeliveriesIn) -> dict[str, Any]:
    """List what an endpoint was sent, the newest first, for ninety days."""
    page = events.deliveries(g.store.id, webhook_id, tries=True, **query.model_dump())
    return listed(page, _shown)


@bp.get("/webhooks/deliveries/<delivery_id>")
@operation(scope="webhooks:read", out=DeliveryOut, raises=(events.DeliveryNotFound,))
def get_delivery(delivery_id: str) -> DeliveryOut:
    """Show one delivery with every try."""
    return _read(delivery_id)


@bp.post("/webhooks/<webhook_id>/test")
@operation(
    scope="webhooks:write",
    body=Nothing,
    out=DeliveryOut,
    status=202,
    raises=(events.EndpointNotFound, events.EndpointDisabled),
)
def test_webhook(webhook_id: str, body: Nothing) -> DeliveryOut:
    """Send a `webhook.test` to this endpoint, whatever it asked for."""
    send = lambda: events.send_test(g.store.id, webhook_id, mode=g.store.mode).id  # noqa: E731
    return _read(once(send, str, str))


@bp.post("/webhooks/deliveries/<delivery_id>/replay")
@operation(
    scope="webhooks:write",
    body=Nothing,
    out=DeliveryOut,
    status=202,
    raises=(events.DeliveryNotFound, events.EndpointDisabled, events.EventGone),
)
def replay_delivery(delivery_id: str, body: Nothing) -> DeliveryOut:
    """Send an event again, with the same `webhook-id`, however its delivery ended."""
    return _read(once(lambda: events.replay(g.store.id, delivery_id).id, str, str))


@bp.post("/webhooks/<webhook_id>/replay")
@operation(
    scope="webhooks:write",
    body=RangeIn,
    out=QueuedOut,
    status=202,
    raises=(events.EndpointNotFound, events.EndpointDisabled, events.TooManyEvents),
)
def replay_events(webhook_id: str, body: RangeIn) -> dict[str, int]:
    """Send every event of a time again.

    All that the endpoint asks for, whether it got them or not: in their order, with the same
    `webhook-id`, after what waits already. Events are kept for 30 days, and for 90 where they
    were owed to an endpoint; 100,000 are sent at once.
    """
    since, until = body.since, body.until
    send = lambda: events.replay_range(g.store.id, webhook_id, since=since, until=until)  # noqa: E731
    return {"queued": once(send, str, int)}


@bp.post("/webhooks/<webhook_id>/recover")
@operation(
    scope="webhooks:write",
    body=SinceIn,
    out=QueuedOut,
    status=202,
    raises=(events.EndpointNotFound, events.EndpointDisabled, events.TooManyEvents),
)
def recover_webhook(webhook_id: str, body: SinceIn) -> dict[str, int]:
    """Try again what was given up since a time, and bring forward all that waits.

    In their order, with schedules that begin anew.
    """
    again = lambda: events.recover(g.store.id, webhook_id, since=body.since)  # noqa: E731
    return {"queued": once(again, str, int)}


def _read(delivery_id: str) -> DeliveryOut:
    return _shown(events.delivery(g.store.id, delivery_id))


def _shown(delivery: events.Delivery) -> DeliveryOut:
    return DeliveryOut(
        id=delivery.id,
        webhook_id=delivery.endpoint_id,
        event_id=delivery.event_id,
        event=delivery.event.type,
        status=delivery.status,
        attempts=[_try(tried) for tried in delivery.tries],
        next_attempt_at=delivery.next_attempt_at,
        replay_of=delivery.replay_of,
        created_at=delivery.created_at,
    )


def _try(tried: events.Attempt) -> AttemptOut:
    body = tried.response_body
    return AttemptOut(
        at=tried.at,
        response_status=tried.response_status,
        response_headers=tried.response_headers,
        response_body=body.decode(errors="replace") if body is not None else None,
        request_headers=tried.request_headers,
        error=tried.error,
        duration_ms=tried.duration_ms,
    )
