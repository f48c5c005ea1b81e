"""Taking changes back: the price becomes what it was, while nobody has changed it since."""

from collections.abc import Sequence

from sqlalchemy import delete, select, tuple_

from synqro import listings, stores
from synqro.core.clock import now
from synqro.core.db import db, transaction
from synqro.listings import Charge, Listing, Made, PriceCause, Status, Why
from synqro.repricer.applying import CHUNK, next_of
from synqro.repricer.errors import ChangeNotUndoable, RunNotReady
from synqro.repricer.finding import find_change, locked
from synqro.repricer.leaving import left_out
from synqro.repricer.models import Change, ChangeOutcome, Repricing, Rest, Rule, RunState
from synqro.repricer.telling import tell
from synqro.stores import By, Store

NOT_YET = {
    ChangeOutcome.STAYS: "This changed nothing.",
    ChangeOutcome.PLANNED: "This change was not applied.",
    ChangeOutcome.CHOSEN: "This change is being applied.",
    ChangeOutcome.LEFT_OUT: "This change was not applied.",
    ChangeOutcome.LOST: "This change was not applied.",
    ChangeOutcome.UNDONE: "This change was undone already.",
}
SINCE = "The price was changed since."


@transaction()
def undo(store_id: str, change_id: str, *, by: By) -> Change:
    """Let a price be what it was before a change; its rule then leaves the listing alone.

    Raises ChangeNotFound, and ChangeNotUndoable saying why.
    """
    store = stores.steady(store_id)
    run = locked(store_id, find_change(store_id, change_id).run_id)
    [change] = next_of(run, Change.id == change_id, 1)
    if change.outcome is not ChangeOutcome.APPLIED:
        raise ChangeNotUndoable(NOT_YET[change.outcome])
    _undo(store, run, [change], by)
    if change.problem:
        raise ChangeNotUndoable(change.problem)
    return change


@transaction()
def begin_undoing(store_id: str, run_id: str, by: By) -> Repricing:
    """Let the changes of a run be undone from now on; of its plan nothing more is applied.

    Raises RunNotFound, RunNotReady.
    """
    stores.steady(store_id)
    run = locked(store_id, run_id)
    if run.state in (RunState.UNDOING, RunState.UNDONE):
        raise RunNotReady("Somebody has undone this run already.")
    if run.state is RunState.APPLYING:
        raise RunNotReady("This run is still being applied. Wait until it is done.")
    if run.applied == run.undone:
        raise RunNotReady("There is nothing to undo.")
    left_out(run)
    run.state, run.person_id, run.key_id = RunState.UNDOING, by.person_id, by.key_id
    return run


@transaction()
def undo_some(store_id: str, run_id: str, limit: int = CHUNK) -> bool:
    """Undo the next changes of a run, each once; True while there are more.

    One that cannot be undone stays applied, and its `problem` says why.
    """
    store = stores.steady(store_id)
    run = locked(store_id, run_id)
    if run.state is not RunState.UNDOING:
        return False
    which = (Change.outcome == ChangeOutcome.APPLIED) & Change.problem.is_(None)
    due = next_of(run, which, limit + 1)
    done = _undo(store, run, due[:limit], By(run.person_id, run.key_id))
    return len(due) > done


def _undo(store: Store, run: Repricing, due: Sequence[Change], by: By) -> int:
    """Undo what can be undone of these; give back for how many it is known."""
    held = listings.hold(store.id, [change.listing_id for change in due])
    mine = [change for change in due if change.listing_id in held]
    made = listings.last_made([change.listing_id for change in mine])
    charges: list[tuple[Change, Charge]] = []
    for change in mine:
        listing = held[change.listing_id]
        change.problem = _why_not(change, listing, made.get(listing.id))
        if change.problem is None:
            line = f"The change by “{change.rule_name}” was undone."
            why = Why(PriceCause.UNDONE, by, line, change.rule_id, run.id)
            charges.append((change, Charge(listing, change.old_price, why)))
    _charge(store, run, charges)
    run.undone += len(charges)
    if run.state is RunState.APPLIED and run.undone == run.applied:
        run.state = RunState.UNDONE
    return len(mine)


def _why_not(change: Change, listing: Listing, made: Made | None) -> str | None:
    if listing.status is Status.ENDED:
        return "This listing is over."
    ours = made and made.cause is PriceCause.REPRICED and made.run_id == change.run_id
    if listing.price_version != change.applied_version or not ours:
        return SINCE
    return listings.why_not(listing, change.old_price)


def _charge(store: Store, run: Repricing, charges: Sequence[tuple[Change, Charge]]) -> None:
    shown = listings.charge([charge for _, charge in charges])
    for (change, charge), offered in zip(charges, shown, strict=True):
        change.outcome, change.undone_at = ChangeOutcome.UNDONE, now()
        tell(store, offered, change.new_price, charge.why)
    _rest([(change, charge.listing) for change, charge in charges])


def _rest(undone: Sequence[tuple[Change, Listing]]) -> None:
    """Let each rule that is still there leave the listing alone until either is edited."""
    there = select(Rule.id, Rule.revision).where(Rule.id.in_({c.rule_id for c, _ in undone}))
    revisions = {rule_id: revision for rule_id, revision in db.session.execute(there)}
    rests = [
        Rest(
            listing_id=listing.id,
            rule_id=change.rule_id,
            store_id=listing.store_id,
            rule_revision=revisions[change.rule_id],
            base_version=listing.base_version,
            at=now(),
        )
        for change, listing in undone
        if change.rule_id in revisions
    ]
    pairs = [(one.listing_id, one.rule_id) for one in rests]
    db.session.execute(delete(Rest).where(tuple_(Rest.listing_id, Rest.rule_id).in_(pairs)))
    db.session.add_all(rests)
