"""The merchants' Stripe accounts, and the inbox of Stripe's events."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, LargeBinary, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from synqro.core.db import Id, Model, word


class Provider(StrEnum):
    """Which Stripe serves a store: the operator's keys, or the built-in sandbox."""

    STRIPE = "stripe"
    STRIPE_TEST = "stripe_test"
    SANDBOX = "sandbox"


class Link(StrEnum):
    """How an account came to us, and so what disconnecting it means."""

    ONBOARDING = "onboarding"
    OAUTH = "oauth"
    OPERATOR = "operator"


class Standing(StrEnum):
    """How a connected account stands; stopped: it was charged on before, or never will be."""

    UNFINISHED = "unfinished"
    UNDER_REVIEW = "under_review"
    STOPPED = "stopped"
    READY = "ready"


# Stripe's words, of v2 (status_details) and of v1 (disabled_reason).
UNDER_REVIEW = frozenset(
    {
        "determining_status",
        "requirements_pending_verification",
        "requirements.pending_verification",
        "under_review",
    }
)
MORE_NEEDED = frozenset(
    {"requirements_past_due", "requirements.past_due", "action_required.requested_capabilities"}
)


class Account(Model):
    """A connected account of a store. Ready means that it may be charged on now.

    A store has one that is connected; those it had before stay, for their late money.
    """

    __tablename__ = "payment_accounts"
    __table_args__ = (
        Index(
            "uq_payment_accounts_connected",
            "store_id",
            unique=True,
            sqlite_where=text("disconnected_at IS NULL"),
            postgresql_where=text("disconnected_at IS NULL"),
        ),
        Index(
            "ix_payment_accounts_leaving",
            "account_id",
            sqlite_where=text("leaving"),
            postgresql_where=text("leaving"),
        ),
    )

    store_id: Mapped[str] = mapped_column(ForeignKey("stores.id"), primary_key=True)
    account_id: Mapped[str] = mapped_column(primary_key=True, index=True)
    provider: Mapped[Provider] = mapped_column(word(Provider))
    link: Mapped[Link] = mapped_column(word(Link), server_default=Link.ONBOARDING.value)
    ready: Mapped[bool]
    missing: Mapped[list[str]]
    """What Stripe still asks for, in plain words."""
    reason: Mapped[str | None]
    """Stripe's word for why it may not be charged on, as in `rejected_other`."""
    ready_since: Mapped[datetime | None]
    """When it could be charged on for the first time."""
    connected_at: Mapped[datetime]
    checked_at: Mapped[datetime]
    disconnected_at: Mapped[datetime | None]
    lost: Mapped[bool] = mapped_column(server_default=false(), default=False)
    """True where it was disconnected at Stripe, not here."""
    leaving: Mapped[bool] = mapped_column(server_default=false(), default=False)
    """True while Stripe has still to be told that our access is over."""

    @property
    def standing(self) -> Standing:
        """How it stands, for a person to read."""
        if self.ready:
            return Standing.READY
        if self.reason in UNDER_REVIEW and not self.missing:
            return Standing.UNDER_REVIEW
        if self.ready_since or (self.reason and self.reason not in MORE_NEEDED):
            return Standing.STOPPED
        return Standing.UNFINISHED


class StripeEvent(Model):
    """An event as it came in, stored before any work; worked on once `done_at` is set."""

    __tablename__ = "stripe_events"
    __table_args__ = (
        UniqueConstraint("provider", "event_id", name="uq_stripe_events_event"),
        Index(
            "ix_stripe_events_due",
            "next_at",
            sqlite_where=text("done_at IS NULL"),
            postgresql_where=text("done_at IS NULL"),
        ),
    )

    id: Mapped[Id]
    provider: Mapped[Provider] = mapped_column(word(Provider))
    event_id: Mapped[str]
    type: Mapped[str]
    account_id: Mapped[str | None]
    livemode: Mapped[bool]
    payload: Mapped[bytes] = mapped_column(LargeBinary)
    received_at: Mapped[datetime]
    next_at: Mapped[datetime]
    attempts: Mapped[int]
    error: Mapped[str | None]
    done_at: Mapped[datetime | None]
