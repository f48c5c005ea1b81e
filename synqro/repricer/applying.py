"""Applying a plan a few changes at a time: each once, and only what still holds."""

from collections.abc import Collection, Mapping, Sequence
from typing import cast

from sqlalchemy import ColumnElement, CursorResult, select, true, update

from synqro import listings, stores
from synqro.core.clock import now
from synqro.core.db import db, transaction
from synqro.core.money import Money
from synqro.listings import Charge, Listing, Made, PriceCause, Status, Why
from synqro.repricer.errors import RunNotReady
from synqro.repricer.facts import Facts, Ruled
from synqro.repricer.finding import locked
from synqro.repricer.floors import span
from synqro.repricer.gathering import NOTHING, facts_of, known
from synqro.repricer.leaving import leave_older, left_out
from synqro.repricer.models import Change, ChangeOutcome, Mode, Repricing, Rule, RunState
from synqro.repricer.packing import ruled
from synqro.repricer.reasoning import reason_line
from synqro.repricer.telling import tell
from synqro.repricer.wording import words
from synqro.stores import NOBODY, By, Store

CHUNK = 20  # changes in one transaction
NAMED = 500  # ids in one statement
NOT_READY = {
    RunState.LEFT: "This plan was left, or a newer one took its place. Look at the newest.",
    RunState.APPLYING: "Somebody is applying this plan already.",
    RunState.APPLIED: "Somebody has applied this plan already.",
    RunState.UNDOING: "This run is being undone.",
    RunState.UNDONE: "This run was undone.",
}


class Lost(Exception):
    """The change must not be applied any more; the message says why."""


@transaction()
def choose(store_id: str, run_id: str, only: Collection[str] | None, by: By) -> Repricing:
    """Choose what of a plan is to be applied: these changes or all; the rest is left out.

    Raises RunNotFound, RunNotReady.
    """
    run = _ready(store_id, run_id)
    named = None if only is None else [id for id in only if id.isprintable()]
    parts = (
        [true()]
        if named is None
        else [Change.id.in_(named[at : at + NAMED]) for at in range(0, len(named), NAMED)]
    )
    if not sum(_chosen(run, part) for part in parts):
        raise RunNotReady("There is nothing to change.")
    left_out(run)
    if by != NOBODY:
        run.person_id, run.key_id = by.person_id, by.key_id
    return _begin(run)


@transaction()
def choose_live(store_id: str, run_id: str, rule_ids: Collection[str]) -> int:
    """Choose what of a plan these rules apply by themselves; the rest goes on waiting.

    Gives back how many changes these are.
    """
    run = _ready(store_id, run_id)
    count = _chosen(run, Change.rule_id.in_(rule_ids))
    if count:
        run.mode = Mode.LIVE
        _begin(run)
    return count


@transaction()
def apply_some(store_id: str, run_id: str, limit: int = CHUNK) -> bool:
    """Apply the next chosen changes of a run, each once; True while there are more."""
    store = stores.steady(store_id)
    run = locked(store_id, run_id)
    if run.state is not RunState.APPLYING:
        return False
    due = next_of(run, Change.outcome == ChangeOutcome.CHOSEN, limit + 1)
    rules = _rules(due[:limit])  # locked before the listings are, as an edit of one does
    held = listings.hold(store_id, [change.listing_id for change in due[:limit]])
    mine = [change for change in due[:limit] if change.listing_id in held]
    _apply(store, run, mine, held, rules)
    return len(due) > len(mine)


def next_of(run: Repricing, which: ColumnElement[bool], limit: int) -> list[Change]:
    """Give back the next changes of a locked run that are so, anew."""
    mine = select(Change).where(Change.run_id == run.id, which)
    wanted = mine.order_by(Change.number).limit(limit)
    return list(db.session.scalars(wanted.execution_options(populate_existing=True)))


def _ready(store_id: str, run_id: str) -> Repricing:
    stores.steady(store_id)
    run = locked(store_id, run_id)
    if run.state is not RunState.READY:
        raise RunNotReady(NOT_READY[run.state])
    return run


def _chosen(run: Repricing, which: ColumnElement[bool]) -> int:
    mine = (Change.run_id == run.id, Change.outcome == ChangeOutcome.PLANNED, which)
    said = update(Change).where(*mine).values(outcome=ChangeOutcome.CHOSEN)
    done = db.session.execute(said, execution_options={"synchronize_session": False})
    return int(cast(CursorResult[object], done).rowcount)


def _begin(run: Repricing) -> Repricing:
    run.state = RunState.APPLYING
    leave_older(run.store_id, run.cause, but=run.id)
    return run


def _rules(due: Sequence[Change]) -> dict[str, Rule]:
    ids = {change.rule_id for change in due}
    wanted = select(Rule).where(Rule.id.in_(ids)).order_by(Rule.id).with_for_update(read=True)
    found = db.session.scalars(wanted.execution_options(populate_existing=True))
    return {rule.id: rule for rule in found}


def _apply(
    store: Store,
    run: Repricing,
    mine: Sequence[Change],
    held: Mapping[str, Listing],
    rules: Mapping[str, Rule],
) -> None:
    ids = [change.listing_id for change in mine]
    rows = listings.priced_of(store.id, ids)
    facts = {one.listing_id: one for one in facts_of(known(store, NOTHING, now()), rows)}
    made, asked = listings.last_made(ids), {id: ruled(rule) for id, rule in rules.items()}
    by = By(run.person_id, run.key_id)
    charges: list[tuple[Change, Charge]] = []
    for change in mine:
        listing = held[change.listing_id]
        try:
            _check_rule(run, change, rules)
            _check_price(run, change, listing, made.get(listing.id))
            _check_span(change, listing, asked[change.rule_id or ""], facts[listing.id])
        except Lost as lost:
            change.outcome, change.problem = ChangeOutcome.LOST, str(lost)
        else:
            line = reason_line(change)
            why = Why(PriceCause.REPRICED, by, line, change.rule_id, run.id)
            charges.append((change, Charge(listing, change.new_price, why)))
    _charge(store, run, charges)
    run.applied += len(charges)
    run.lost += len(mine) - len(charges)


def _charge(store: Store, run: Repricing, charges: Sequence[tuple[Change, Charge]]) -> None:
    shown = listings.charge([charge for _, charge in charges])
    for (change, charge), offered in zip(charges, shown, strict=True):
        change.outcome, change.applied_at = ChangeOutcome.APPLIED, now()
        change.applied_version = charge.listing.price_version
        tell(store, offered, change.old_price, charge.why)


def _check_rule(run: Repricing, change: Change, rules: Mapping[str, Rule]) -> None:
    rule = rules.get(change.rule_id or "")
    if rule is None:
        raise Lost("The rule was deleted.")
    if not rule.enabled:
        raise Lost("The rule was turned off.")
    if rule.revision != change.rule_revision:
        raise Lost("The rule was edited since.")
    by_itself = run.mode == Mode.LIVE and run.person_id is None and run.key_id is None
    if by_itself and rule.mode != Mode.LIVE:
        raise Lost("The rule only suggests by now.")


def _check_price(run: Repricing, change: Change, listing: Listing, made: Made | None) -> None:
    if listing.price_version != change.price_version:
        raise Lost("The price was changed since.")
    # Set to what it was it has the same version, but is the base of now.
    if made and made.by_person and made.at > run.created_at:
        raise Lost("The price was set since.")
    if listing.status is not Status.ACTIVE:
        raise Lost("It is not on sale any more.")


def _check_span(change: Change, listing: Listing, rule: Ruled, facts: Facts) -> None:
    found = span(rule.terms, facts)
    if found.stopped:
        raise Lost(words(found.stopped, change.currency))
    if not found.allows(listing.price, change.new_price):
        low = change.new_price < found.floor
        bound = Money(found.floor if low else found.ceiling, change.currency)
        raise Lost(f"The {'lowest' if low else 'highest'} price is {bound} by now.")
    if why := listings.why_not(listing, change.new_price):
        raise Lost(why)
