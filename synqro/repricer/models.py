"""Rules for prices, what they would change, what they changed. Amounts are minor units."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from synqro.core.db import Id, Model, word

WORKING = "state IN ('applying', 'undoing')"
MOVES = "outcome <> 'stays'"


class Mode(StrEnum):
    DRY_RUN = "dry_run"
    LIVE = "live"


class Rule(Model):
    """What a merchant wrote, packed: `document` holds scope, strategy, filters, bounds, rounding,
    guards and schedule with money in minor units and percentages in basis points.

    `revision` counts the edits of what it says: after an undo it leaves a listing alone until
    that moves on.
    """

    __tablename__ = "repricer_rules"
    __table_args__ = (Index("ix_repricer_rules_store", "store_id", "priority", "id"),)

    id: Mapped[Id]
    store_id: Mapped[str] = mapped_column(ForeignKey("stores.id"))
    name: Mapped[str]
    enabled: Mapped[bool]
    mode: Mapped[Mode] = mapped_column(word(Mode))
    priority: Mapped[int]
    currency: Mapped[str]
    document: Mapped[dict[str, Any]]
    revision: Mapped[int]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class RunState(StrEnum):
    """`ready`: planned, and nothing has changed yet. `left`: the merchant left prices alone,
    or a newer plan took its place.
    """

    READY = "ready"
    LEFT = "left"
    APPLYING = "applying"
    APPLIED = "applied"
    UNDOING = "undoing"
    UNDONE = "undone"


class Cause(StrEnum):
    MANUAL = "manual"
    API = "api"
    SCHEDULE = "schedule"


class Repricing(Model):
    """One run of the rules: a plan, and what was applied of it.

    On the timetable its id is that of the agent's run. `rule_id` is set where only one rule was
    asked. `tally` counts why prices stayed: {reason code: listings}. `changed` and `skipped`
    count the plan; `applied`, `lost` (somebody else was first, or it holds no more) and
    `undone` what came of it.
    """

    __tablename__ = "repricer_runs"
    __table_args__ = (
        Index("ix_repricer_runs_store", "store_id", "id"),
        Index(
            "ix_repricer_runs_working",
            "id",
            sqlite_where=text(WORKING),
            postgresql_where=text(WORKING),
        ),
    )

    id: Mapped[Id]
    store_id: Mapped[str] = mapped_column(ForeignKey("stores.id"))
    rule_id: Mapped[str | None]
    cause: Mapped[Cause] = mapped_column(word(Cause))
    mode: Mapped[Mode] = mapped_column(word(Mode))
    """`live` where any of its changes applied by itself."""
    state: Mapped[RunState] = mapped_column(word(RunState))
    seen: Mapped[int]
    changed: Mapped[int]
    skipped: Mapped[int]
    applied: Mapped[int]
    lost: Mapped[int]
    undone: Mapped[int]
    tally: Mapped[dict[str, Any]]
    person_id: Mapped[str | None]
    key_id: Mapped[str | None]
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class ChangeOutcome(StrEnum):
    """`stays`: the plan keeps the price; `planned`: it would move; `chosen`: it is to be applied;
    `left_out`: the merchant did not want it; `lost`: it could no longer be applied.
    """

    STAYS = "stays"
    PLANNED = "planned"
    CHOSEN = "chosen"
    APPLIED = "applied"
    LEFT_OUT = "left_out"
    LOST = "lost"
    UNDONE = "undone"


class Change(Model):
    """What a run says of one listing. `price_version` is the one it was planned on, and
    `applied_version` the one it made. `reasons` is [{code, …facts}], in order.

    `rule_id` and `rule_name` are copied, so that it reads on when the rule is gone; both are
    None where no rule fits the listing. `problem` says why it was lost, in a sentence.
    """

    __tablename__ = "repricer_changes"
    __table_args__ = (
        UniqueConstraint("run_id", "number", name="uq_repricer_changes_number"),
        Index("ix_repricer_changes_listing", "listing_id", "id"),
        Index("ix_repricer_changes_outcome", "run_id", "outcome", "number"),
        Index(
            "ix_repricer_changes_moves",
            "store_id",
            "id",
            sqlite_where=text(MOVES),
            postgresql_where=text(MOVES),
        ),
    )

    id: Mapped[Id]
    store_id: Mapped[str] = mapped_column(ForeignKey("stores.id"))
    run_id: Mapped[str] = mapped_column(ForeignKey("repricer_runs.id"))
    number: Mapped[int]
    listing_id: Mapped[str] = mapped_column(ForeignKey("listings.id"))
    rule_id: Mapped[str | None]
    rule_name: Mapped[str | None]
    rule_revision: Mapped[int | None]
    old_price: Mapped[int]
    new_price: Mapped[int]
    currency: Mapped[str]
    price_version: Mapped[int]
    applied_version: Mapped[int | None]
    outcome: Mapped[ChangeOutcome] = mapped_column(word(ChangeOutcome))
    reasons: Mapped[list[dict[str, Any]]]
    problem: Mapped[str | None]
    applied_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]


class Rest(Model):
    """A change was undone: the rule leaves the listing alone until either is edited, the rule
    (its `revision`) or the listing's base price (its `base_version`).
    """

    __tablename__ = "repricer_rests"

    listing_id: Mapped[str] = mapped_column(ForeignKey("listings.id"), primary_key=True)
    rule_id: Mapped[str] = mapped_column(primary_key=True)
    store_id: Mapped[str] = mapped_column(ForeignKey("stores.id"), index=True)
    rule_revision: Mapped[int]
    base_version: Mapped[int]
    at: Mapped[datetime]


class CompetitorPrice(Model):
    """What another seller asks for the same thing, typed in or imported: the latest of each.

    `shipping` is None where nobody knows it. `source` says where it was seen, in the merchant's
    words. `feedback_bp` are basis points.
    """

    __tablename__ = "competitor_prices"
    __table_args__ = (
        UniqueConstraint("variant_id", "seller", name="uq_competitor_prices_seller"),
        Index("ix_competitor_prices_store", "store_id", "id"),
    )

    id: Mapped[Id]
    store_id: Mapped[str] = mapped_column(ForeignKey("stores.id"))
    variant_id: Mapped[str] = mapped_column(ForeignKey("variants.id"))
    seller: Mapped[str]
    price: Mapped[int] = mapped_column(BigInteger)
    shipping: Mapped[int | None] = mapped_column(BigInteger)
    currency: Mapped[str]
    condition: Mapped[str | None]
    country: Mapped[str | None]
    feedback_score: Mapped[int | None]
    feedback_bp: Mapped[int | None]
    source: Mapped[str]
    url: Mapped[str | None]
    seen_at: Mapped[datetime]
    person_id: Mapped[str | None]
    key_id: Mapped[str | None]
    created_at: Mapped[datetime]
