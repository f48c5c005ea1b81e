"""What the rules would change: worked out for every listing, and written down as a plan."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any, NamedTuple, cast

from sqlalchemy import Table, insert

from synqro import stores
from synqro.core.clock import now
from synqro.core.db import db, transaction
from synqro.core.ids import new_id
from synqro.listings import Priced
from synqro.repricer.applying import choose_live
from synqro.repricer.asking import Asked, asked, asked_one, in_order
from synqro.repricer.facts import Verdict
from synqro.repricer.finding import locked
from synqro.repricer.gathering import batches, facts_of, known
from synqro.repricer.leaving import leave_older
from synqro.repricer.models import Cause, Change, ChangeOutcome, Mode, Repricing, RunState
from synqro.repricer.packing import ruled
from synqro.repricer.reasoning import kept
from synqro.repricer.rules import find_rule
from synqro.stores import NOBODY, By, Store

MOST_STAYING = 1_000
"""How many prices that stay are written down; the others are only counted."""
ADD = insert(cast(Table, Change.__table__))
Row = dict[str, Any]


class Plan(NamedTuple):
    id: str
    store_id: str
    cause: Cause


@dataclass
class Counts:
    seen: int = 0
    changed: int = 0
    staying: int = 0
    """Of those that are written down."""
    tally: Counter[str] = field(default_factory=Counter)
    """Of those that stay, by why."""

    def note(self, verdict: Verdict, *, moves: bool) -> None:
        self.seen += 1
        self.changed += moves
        if not moves:
            self.tally[str(verdict.reasons[-1].code)] += 1


def plan(
    store: Store,
    *,
    cause: Cause,
    rule_id: str | None = None,
    by: By = NOBODY,
    run_id: str | None = None,
) -> Repricing:
    """Work out what the store's rules say now, and write it down; no price is changed.

    With `rule_id` of the listings that this rule is for, as if it were on; the rules before
    it go first. What would move is kept; of what stays the first MOST_STAYING, of the timetable
    nothing, and all of it is counted in `tally`.
    An older plan that waits is left. Not inside a transaction. Raises RuleNotFound.
    """
    return planned(store, cause, _asked(store, rule_id), rule_id, by, run_id)


def planned(
    store: Store,
    cause: Cause,
    asking: Asked,
    rule_id: str | None = None,
    by: By = NOBODY,
    run_id: str | None = None,
    live: Collection[str] = (),
) -> Repricing:
    """Write down what is asked as a plan; `run_id` is what it shall be called.

    What the `live` rules say of it is chosen with the last word, before another plan can take
    its place.
    """
    store = stores.by_id(store.id)  # as it is now: its tax counts
    plan = Plan(run_id or new_id("run"), store.id, cause)
    _begin(plan, rule_id, by)
    found = known(store, asking.needs, now())
    counts = Counts()
    for rows in batches(store.id):
        verdicts = [asking.verdict(facts) for facts in facts_of(found, rows)]
        _write(plan, rows, verdicts, counts)
    return _whole(plan, counts, live)


def _asked(store: Store, rule_id: str | None) -> Asked:
    if rule_id is None:
        return asked([ruled(rule) for rule in in_order(store.id)], now())
    rule = find_rule(store.id, rule_id)
    return asked_one([ruled(one) for one in in_order(store.id, rule.id)], rule.id, now())


@transaction()
def _begin(plan: Plan, rule_id: str | None, by: By) -> None:
    run = Repricing(
        id=plan.id,
        store_id=plan.store_id,
        rule_id=rule_id,
        cause=plan.cause,
        mode=Mode.DRY_RUN,
        state=RunState.LEFT,  # so that nobody applies half of it, nor what a dead worker left
        **dict.fromkeys(("seen", "changed", "skipped", "applied", "lost", "undone"), 0),
        tally={},
        person_id=by.person_id,
        key_id=by.key_id,
        created_at=now(),
    )
    db.session.add(run)


def _write(plan: Plan, rows: list[Priced], verdicts: list[Verdict | None], counts: Counts) -> None:
    rows_kept: list[Row] = []
    for row, verdict in zip(rows, verdicts, strict=True):
        if verdict is None:
            continue
        moves = verdict.price != row.price
        counts.note(verdict, moves=moves)
        stays = not moves and plan.cause is not Cause.SCHEDULE and counts.staying < MOST_STAYING
        counts.staying += stays
        if moves or stays:
            rows_kept.append(_row(plan, row, verdict, counts.changed + counts.staying))
    db.session.rollback()  # what was read is no longer needed
    if rows_kept:
        _add(rows_kept)


@transaction()
def _add(rows: list[Row]) -> None:
    db.session.execute(ADD, rows)


def _row(plan: Plan, row: Priced, verdict: Verdict, number: int) -> Row:
    rule, moves = verdict.rule, verdict.price != row.price
    return {
        "id": new_id("chg"),
        "store_id": plan.store_id,
        "run_id": plan.id,
        "number": number,
        "listing_id": row.id,
        "rule_id": rule and rule.id,
        "rule_name": rule and rule.name,
        "rule_revision": rule and rule.revision,
        "old_price": row.price,
        "new_price": verdict.price,
        "currency": row.currency,
        "price_version": row.price_version,
        "outcome": ChangeOutcome.PLANNED if moves else ChangeOutcome.STAYS,
        "reasons": kept(verdict.reasons),
    }


@transaction()
def _whole(plan: Plan, counts: Counts, live: Collection[str]) -> Repricing:
    """Let a plan wait for somebody's yes, now that all of it is written."""
    stores.steady(plan.store_id)
    run = locked(plan.store_id, plan.id)
    run.seen, run.changed = counts.seen, counts.changed
    run.skipped, run.tally = counts.seen - counts.changed, dict(counts.tally)
    run.state = RunState.READY
    leave_older(plan.store_id, plan.cause, but=plan.id)
    if live:
        db.session.flush()
        choose_live(plan.store_id, plan.id, live)
    return run
