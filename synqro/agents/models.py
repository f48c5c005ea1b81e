"""Automations of a store, and what came of each run."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from synqro.core.db import Id, Model, word

RESTING = "paused_reason IS NOT NULL OR not_before IS NOT NULL"
OPEN_RUN = "state <> 'ended'"


class Kind(StrEnum):
    """What an agent does. Those of marketplaces come with their connectors."""

    WEBHOOK_DELIVERY = "webhook_delivery"
    RESERVATION_SWEEPER = "reservation_sweeper"
    QUOTE_FOLLOWUP = "quote_followup"
    REPRICER = "repricer"
    STOCK_WATCH = "stock_watch"
    SETTLEMENT_SYNC = "settlement_sync"
    RETENTION = "retention"
    ORDER_SYNC = "order_sync"
    LISTING_SYNC = "listing_sync"
    STOCK_SYNC = "stock_sync"
    SHIPMENT_PUSH = "shipment_push"


class AgentStatus(StrEnum):
    """`error`: it failed several times in a row, and goes on trying."""

    ACTIVE = "active"
    PAUSED = "paused"
    ERROR = "error"


class PausedReason(StrEnum):
    MERCHANT = "merchant"
    AUTH_EXPIRED = "auth_expired"
    TOO_MANY_FAILURES = "too_many_failures"
    PLAN = "plan"


class Trigger(StrEnum):
    SCHEDULE = "schedule"
    MANUAL = "manual"
    EVENT = "event"


class RunState(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    ENDED = "ended"


class RunOutcome(StrEnum):
    """`partial`: something was done and something failed; `skipped`: there was nothing to do,
    or it was taken from its worker before it began.
    """

    SUCCEEDED = "succeeded"
    PARTIAL = "partial"
    FAILED = "failed"
    SKIPPED = "skipped"


class Agent(Model):
    """One automation of a store. `run_id` is the run that is under way or asked for, which
    nobody else begins while `leased_until` is to come.

    `every_seconds` or `cron` ("minute hour * * day", day 0 to 6 from Sunday or *, in the
    store's zone) say when it runs where that is its own matter; else its kind does.
    `not_before` holds it back after failures. `marketplace` is "" where there is none.
    """

    __tablename__ = "agents"
    __table_args__ = (
        UniqueConstraint("store_id", "kind", "marketplace", name="uq_agents_kind"),
        Index(
            "ix_agents_due",
            "kind",
            "next_run_at",
            sqlite_where=text("next_run_at IS NOT NULL"),
            postgresql_where=text("next_run_at IS NOT NULL"),
        ),
        Index(
            "ix_agents_resting",
            "kind",
            "store_id",
            sqlite_where=text(RESTING),
            postgresql_where=text(RESTING),
        ),
    )

    id: Mapped[Id]
    store_id: Mapped[str] = mapped_column(ForeignKey("stores.id"))
    kind: Mapped[Kind] = mapped_column(word(Kind))
    marketplace: Mapped[str]
    status: Mapped[AgentStatus] = mapped_column(word(AgentStatus))
    paused_reason: Mapped[PausedReason | None] = mapped_column(word(PausedReason))
    paused_at: Mapped[datetime | None]
    every_seconds: Mapped[int | None]
    cron: Mapped[str | None]
    cursor: Mapped[str | None]
    run_id: Mapped[str | None]
    leased_until: Mapped[datetime | None]
    last_run_id: Mapped[str | None]
    """The last run that ended."""
    last_run_at: Mapped[datetime | None]
    last_success_at: Mapped[datetime | None]
    next_run_at: Mapped[datetime | None]
    not_before: Mapped[datetime | None]
    consecutive_failures: Mapped[int]
    error_code: Mapped[str | None]
    error_message: Mapped[str | None]
    """The last error, as a sentence for the merchant; None once a run succeeded."""
    error_at: Mapped[datetime | None]
    error_retryable: Mapped[bool]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class Run(Model):
    """One run of an agent: what it saw, changed, left as it was and failed at.

    `summary` says in a sentence what came of it. `person_id` or `key_id` asked for it.
    """

    __tablename__ = "agent_runs"
    __table_args__ = (
        Index("ix_agent_runs_agent", "agent_id", "id"),
        Index("ix_agent_runs_store", "store_id", "id"),
        Index(
            "ix_agent_runs_open",
            "leased_until",
            sqlite_where=text(OPEN_RUN),
            postgresql_where=text(OPEN_RUN),
        ),
    )

    id: Mapped[Id]
    store_id: Mapped[str] = mapped_column(ForeignKey("stores.id"))
    agent_id: Mapped[str] = mapped_column(ForeignKey("agents.id"))
    kind: Mapped[Kind] = mapped_column(word(Kind))
    trigger: Mapped[Trigger] = mapped_column(word(Trigger))
    state: Mapped[RunState] = mapped_column(word(RunState))
    outcome: Mapped[RunOutcome | None] = mapped_column(word(RunOutcome))
    leased_until: Mapped[datetime | None]
    seen: Mapped[int]
    changed: Mapped[int]
    skipped: Mapped[int]
    failed: Mapped[int]
    summary: Mapped[str | None]
    error_code: Mapped[str | None]
    error_message: Mapped[str | None]
    error_retryable: Mapped[bool]
    person_id: Mapped[str | None]
    key_id: Mapped[str | None]
    created_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class Beat(Model):
    """When the sweep of a kind last looked, over all stores, and who looks now."""

    __tablename__ = "agent_beats"

    kind: Mapped[Kind] = mapped_column(word(Kind), primary_key=True)
    at: Mapped[datetime | None]
    holder: Mapped[str | None]
    leased_until: Mapped[datetime | None]
    cursor: Mapped[str | None]
