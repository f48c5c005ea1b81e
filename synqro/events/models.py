"""What happened, who wants to know, and what was tried: the outbox of webhooks."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column

from synqro.core.db import Id, Model, word


class EndpointStatus(StrEnum):
    ENABLED = "enabled"
    DISABLED = "disabled"


class DeliveryStatus(StrEnum):
    PENDING = "pending"
    SUCCEEDED = "succeeded"
    FAILED = "failed"


class Event(Model):
    """`body` holds the bytes that will be signed and sent; they are never serialised again."""

    __tablename__ = "events"
    __table_args__ = (Index("ix_events_store_type", "store_id", "type", "id"),)

    id: Mapped[Id]
    store_id: Mapped[str]
    type: Mapped[str]
    body: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]


class Endpoint(Model):
    __tablename__ = "webhook_endpoints"

    id: Mapped[Id]
    store_id: Mapped[str] = mapped_column(index=True)
    url: Mapped[str]
    description: Mapped[str | None]
    events: Mapped[list[str]]
    """Event types, or ["*"]."""
    secrets: Mapped[list[dict[str, Any]]]
    """Sealed secrets, newest first: [{sealed, valid_until (RFC 3339) or null}]."""
    status: Mapped[EndpointStatus] = mapped_column(word(EndpointStatus))
    next_at: Mapped[datetime | None]
    lease_until: Mapped[datetime | None]
    lease_by: Mapped[str | None]
    failing_since: Mapped[datetime | None]
    created_at: Mapped[datetime]


class Delivery(Model):
    __tablename__ = "webhook_deliveries"
    __table_args__ = (
        Index(
            "ix_webhook_deliveries_due",
            "endpoint_id",
            "id",
            sqlite_where=text("status = 'pending'"),
            postgresql_where=text("status = 'pending'"),
        ),
    )

    id: Mapped[Id]
    event_id: Mapped[str] = mapped_column(ForeignKey("events.id"), index=True)
    endpoint_id: Mapped[str] = mapped_column(ForeignKey("webhook_endpoints.id"))
    status: Mapped[DeliveryStatus] = mapped_column(word(DeliveryStatus))
    attempts: Mapped[int]
    next_at: Mapped[datetime]
    replay_of: Mapped[str | None]


class Attempt(Model):
    __tablename__ = "webhook_attempts"

    id: Mapped[Id]
    delivery_id: Mapped[str] = mapped_column(ForeignKey("webhook_deliveries.id"), index=True)
    at: Mapped[datetime]
    response_status: Mapped[int | None]
    response_headers: Mapped[dict[str, str] | None]
    response_body: Mapped[bytes | None] = mapped_column(LargeBinary)
    error: Mapped[str | None]
    duration_ms: Mapped[int]
