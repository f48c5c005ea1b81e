"""What happened, who wants to know, and what was tried: the outbox of webhooks."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from synqro.core.clock import now
from synqro.core.db import Id, Model, word


class EndpointStatus(StrEnum):
    ENABLED = "enabled"
    DISABLED = "disabled"


class Reason(StrEnum):
    """Why an endpoint is disabled: by a person, by a 410, or after a week without a success."""

    PAUSED = "paused"
    GONE = "gone"
    FAILING = "failing"


class DeliveryStatus(StrEnum):
    PENDING = "pending"
    SUCCEEDED = "succeeded"
    FAILED = "failed"


class Event(Model):
    """`body` holds the bytes that will be signed and sent; they are never serialised again."""

    __tablename__ = "events"
    __table_args__ = (
        Index("ix_events_store", "store_id", "id"),
        Index("ix_events_store_type", "store_id", "type", "id"),
    )

    id: Mapped[Id]
    store_id: Mapped[str]
    type: Mapped[str]
    body: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]


class Endpoint(Model):
    """An address that wants events, and how it has answered of late.

    `next_at` holds it back until then. `doubt` names a delivery that failed three times and
    stepped aside; when the next one fails too the endpoint is `down` until one succeeds.
    """

    __tablename__ = "webhook_endpoints"
    __table_args__ = (
        Index(
            "ix_webhook_endpoints_failing",
            "failing_since",
            sqlite_where=text("failing_since IS NOT NULL"),
            postgresql_where=text("failing_since IS NOT NULL"),
        ),
        Index(
            "ix_webhook_endpoints_untold",
            "id",
            sqlite_where=text("untold IS NOT NULL"),
            postgresql_where=text("untold IS NOT NULL"),
        ),
    )

    id: Mapped[Id]
    store_id: Mapped[str] = mapped_column(index=True)
    url: Mapped[str]
    description: Mapped[str | None]
    events: Mapped[list[str]]
    """Event types, or ["*"]."""
    secrets: Mapped[list[dict[str, Any]]]
    """Sealed secrets, newest first: [{sealed, valid_until (RFC 3339) or null}]."""
    status: Mapped[EndpointStatus] = mapped_column(word(EndpointStatus))
    disabled_reason: Mapped[Reason | None] = mapped_column(word(Reason))
    disabled_at: Mapped[datetime | None]
    next_at: Mapped[datetime | None]
    lease_until: Mapped[datetime | None]
    lease_by: Mapped[str | None]
    failing_since: Mapped[datetime | None]
    doubt: Mapped[str | None]
    down: Mapped[bool] = mapped_column(server_default=text("false"))
    held: Mapped[bool] = mapped_column(server_default=text("false"), default=False)
    """True while the store has its deliveries wait: they pile up, and nothing is lost."""
    warned: Mapped[int] = mapped_column(server_default="0")
    """How many warnings the owners got since `failing_since`."""
    untold: Mapped[str | None]
    """What the owners must still be told, a name below templates/mail/webhooks."""
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    deleted_at: Mapped[datetime | None]

    @property
    def enabled(self) -> bool:
        return self.status is EndpointStatus.ENABLED

    @property
    def old_secret_until(self) -> datetime | None:
        """Until when an older secret signs beside the newest; None where none does."""
        ends = (secret["valid_until"] for secret in self.secrets)
        until = [datetime.fromisoformat(end) for end in ends if end]
        return max((end for end in until if end > now()), default=None)


class Delivery(Model):
    """One event owed to one endpoint. `attempts` counts the tries since its schedule began, which
    it does anew when it is recovered; what the last one found stands in `tried_at`,
    `response_status` and `error`."""

    __tablename__ = "webhook_deliveries"
    __table_args__ = (
        Index(
            "ix_webhook_deliveries_due",
            "endpoint_id",
            "id",
            sqlite_where=text("status = 'pending'"),
            postgresql_where=text("status = 'pending'"),
        ),
        Index(
            "ix_webhook_deliveries_open",
            "store_id",
            "id",
            sqlite_where=text("status <> 'succeeded'"),
            postgresql_where=text("status <> 'succeeded'"),
        ),
        Index("ix_webhook_deliveries_store", "store_id", "id"),
        Index("ix_webhook_deliveries_endpoint", "endpoint_id", "id"),
    )

    id: Mapped[Id]
    store_id: Mapped[str]
    event_id: Mapped[str] = mapped_column(ForeignKey("events.id"), index=True)
    endpoint_id: Mapped[str] = mapped_column(ForeignKey("webhook_endpoints.id"))
    status: Mapped[DeliveryStatus] = mapped_column(word(DeliveryStatus))
    attempts: Mapped[int]
    next_at: Mapped[datetime]
    replay_of: Mapped[str | None]
    created_at: Mapped[datetime]
    first_at: Mapped[datetime | None]
    """The first try, from which the days until giving up count."""
    tried_at: Mapped[datetime | None]
    response_status: Mapped[int | None]
    error: Mapped[str | None]

    event: Mapped[Event] = relationship(viewonly=True, lazy="raise")
    endpoint: Mapped[Endpoint] = relationship(viewonly=True, lazy="raise")
    tries: Mapped[list["Attempt"]] = relationship(
        viewonly=True, lazy="raise", order_by="Attempt.id"
    )

    @property
    def next_attempt_at(self) -> datetime | None:
        """When it is tried again, None where it is over."""
        return self.next_at if self.status is DeliveryStatus.PENDING else None


class Attempt(Model):
    """One try. `response_body` holds the first 16 KiB of the answer, as they came."""

    __tablename__ = "webhook_attempts"

    id: Mapped[Id]
    delivery_id: Mapped[str] = mapped_column(ForeignKey("webhook_deliveries.id"), index=True)
    at: Mapped[datetime]
    request_headers: Mapped[dict[str, str] | None]
    response_status: Mapped[int | None]
    response_headers: Mapped[dict[str, str] | None]
    response_body: Mapped[bytes | None] = mapped_column(LargeBinary)
    error: Mapped[str | None]
    duration_ms: Mapped[int]
