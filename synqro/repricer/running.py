"""Rules that run: one because somebody asks for it, all of them by the timetable."""

from synqro import stores
from synqro.agents import Report
from synqro.core.clock import now
from synqro.core.db import db, transaction
from synqro.core.words import sentence, several
from synqro.repricer.asking import asked, asked_one, in_order
from synqro.repricer.finding import find_run, locked, outcomes_of
from synqro.repricer.models import Cause, ChangeOutcome, Mode, Repricing, RunState
from synqro.repricer.packing import ruled
from synqro.repricer.planning import planned
from synqro.repricer.rules import find_rule
from synqro.repricer.turns import at_once, go_on
from synqro.stores import By, Store

LONG = 60.0  # seconds; the sweep goes on with what is left


def run(store: Store, rule_id: str, *, by: By) -> Repricing:
    """Let one rule work now: a live one changes prices, one on trial leaves a plan.

    One that is off changes nothing, and says so of every listing it is for. Not inside a
    transaction. Raises RuleNotFound.
    """
    rule = find_rule(store.id, rule_id)
    live = [rule.id] if rule.enabled and rule.mode == Mode.LIVE else []
    off = not rule.enabled
    rules = [ruled(one) for one in in_order(store.id, rule_id)]
    asking = asked_one(rules, rule_id, now(), off=off)
    cause = Cause.API if by.key_id else Cause.MANUAL
    made = planned(store, cause, asking, rule_id, by, live=live)
    return at_once(store.id, made.id) if made.state is RunState.APPLYING else made


def run_scheduled(store_id: str, run_id: str) -> Report:
    """Let all rules of a store work, as its timetable asks; the run is called `run_id`.

    What live rules say is applied, what those on trial say waits for somebody's yes. An
    empty report where no rule is on. Of what changes nothing and asks nothing no row is kept.
    """
    rules = in_order(store_id)
    if not rules:
        return Report()
    live = [rule.id for rule in rules if rule.mode == Mode.LIVE]
    asking = asked([ruled(rule) for rule in rules], now())
    made = planned(stores.by_id(store_id), Cause.SCHEDULE, asking, run_id=run_id, live=live)
    seen, changed = made.seen, made.changed
    if not changed:
        _forget(store_id, run_id)
        return Report(seen=seen, skipped=seen)
    if made.state is RunState.APPLYING:
        go_on(store_id, run_id, LONG)
    return _report(find_run(store_id, run_id))


def _report(made: Repricing) -> Report:
    count = outcomes_of(made)
    waits, chosen = count[ChangeOutcome.PLANNED], count[ChangeOutcome.CHOSEN]
    said = (
        made.applied and f"{several(made.applied, 'price', 'prices')} changed",
        chosen and f"{chosen:,} on their way",
        waits and f"{waits:,} {'waits' if waits == 1 else 'wait'} for your yes",
        made.lost and f"{made.lost:,} left as they were, for something changed meanwhile",
    )
    skipped = made.seen - made.applied
    return Report(made.seen, made.applied, skipped, summary=sentence(*said))


@transaction()
def _forget(store_id: str, run_id: str) -> None:
    found = locked(store_id, run_id)
    if found.state is RunState.READY:
        db.session.delete(found)
