"""Finding runs of the rules and the changes they made or would make."""

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import timedelta

from sqlalchemy import Select, func, or_, select, text

from synqro.core.clock import now
from synqro.core.db import db
from synqro.core.ids import first_id
from synqro.core.pages import Page, page
from synqro.repricer.errors import ChangeNotFound, RunNotFound
from synqro.repricer.models import (
    MOVES,
    WORKING,
    Cause,
    Change,
    ChangeOutcome,
    Repricing,
    RunState,
)

KEPT = timedelta(days=7)
"""How long a plan is there of which nothing was applied."""
# Word for word the conditions of the indexes, else SQLite reads every row there is.
MOVING = text(f"repricer_changes.{MOVES}")
AT_WORK = text(f"repricer_runs.{WORKING}")
PLANNED = or_(Repricing.state != RunState.LEFT, Repricing.ended_at.is_not(None))
"""Not one that is still being worked out, which is `left` until it is whole."""
NO_RUN = "There is no such run of the price rules in this shop."
NO_CHANGE = "There is no such change of a price in this shop."


def find_run(store_id: str, run_id: str) -> Repricing:
    """Give back one run of the store's rules. Raises RunNotFound."""
    found = db.session.get(Repricing, run_id) if run_id.isprintable() else None
    if found is None or found.store_id != store_id:
        raise RunNotFound(NO_RUN)
    return found


def locked(store_id: str, run_id: str) -> Repricing:
    """Give back a run anew that nobody else works on until the transaction ends.

    Raises RunNotFound.
    """
    mine = select(Repricing).where(Repricing.id == run_id, Repricing.store_id == store_id)
    wanted = mine.with_for_update().execution_options(populate_existing=True)
    found = db.session.scalar(wanted) if run_id.isprintable() else None
    if found is None:
        raise RunNotFound(NO_RUN)
    return found


def runs(
    store_id: str, *, made: bool = False, cursor: str | None = None, limit: int = 25
) -> Page[Repricing]:
    """Give back a page of the runs of a store's rules, the newest first; with `made` only those
    that changed a price, or are about to. Raises InvalidCursor.
    """
    mine = select(Repricing).where(Repricing.store_id == store_id, PLANNED)
    if made:
        mine = mine.where(or_(Repricing.applied > 0, AT_WORK))
    return page(mine, Repricing.id, cursor=cursor, limit=limit, newest_first=True)


def newest_plan(store_id: str, *, still: bool = False) -> Repricing | None:
    """Give back the newest plan that waits for somebody's yes, None where none does.

    With `still` one that would move no price counts too. What a program asked about is its own:
    nobody has to answer that.
    """
    mine = ready(store_id).where(Repricing.cause != Cause.API)
    if not still:
        mine = mine.where(Repricing.changed > 0)
    return db.session.scalar(mine.limit(1))


def ready(store_id: str) -> Select[Repricing]:
    """Ask for the plans that wait, the newest first; older ones are gone."""
    return (
        select(Repricing)
        .where(
            Repricing.store_id == store_id,
            Repricing.id >= first_id("run", now() - 2 * KEPT),
            Repricing.state == RunState.READY,
        )
        .order_by(Repricing.id.desc())
    )


def half_done(limit: int = 20) -> Sequence[Repricing]:
    """Give back runs in the middle of being applied or undone, the oldest first."""
    working = (RunState.APPLYING, RunState.UNDOING)
    wanted = select(Repricing).where(AT_WORK, Repricing.state.in_(working))
    return db.session.scalars(wanted.order_by(Repricing.id).limit(limit)).all()


def find_change(store_id: str, change_id: str) -> Change:
    """Give back one change of the store's prices. Raises ChangeNotFound."""
    found = db.session.get(Change, change_id) if change_id.isprintable() else None
    if found is None or found.store_id != store_id:
        raise ChangeNotFound(NO_CHANGE)
    return found


def changes(
    store_id: str,
    *,
    listing_id: str | None = None,
    run_id: str | None = None,
    outcomes: Collection[ChangeOutcome] | None = None,
    cursor: str | None = None,
    limit: int = 25,
) -> Page[Change]:
    """Give back a page of changes, made or planned, the newest first; those of one run in its
    order, and with them what it left as it was. Raises InvalidCursor.
    """
    wanted = select(Change).where(Change.store_id == store_id)
    for column, id in ((Change.listing_id, listing_id), (Change.run_id, run_id)):
        if id is not None:
            wanted = wanted.where(column == (id if id.isprintable() else ""))
    if outcomes is not None:
        wanted = wanted.where(Change.outcome.in_(outcomes))
    if run_id is not None:
        return page(wanted, Change.number, cursor=cursor, limit=limit)
    wanted = wanted.where(MOVING)
    return page(wanted, Change.id, cursor=cursor, limit=limit, newest_first=True)


def outcomes_of(run: Repricing) -> Counter[ChangeOutcome]:
    """Count what became of a run's changes."""
    count = select(Change.outcome, func.count()).where(Change.run_id == run.id)
    found = db.session.execute(count.group_by(Change.outcome))
    return Counter({outcome: int(number) for outcome, number in found})


def first_changes(run: Repricing, most: int = 100) -> list[Change]:
    """Give back the first changes of a run, those that move a price before those that do not."""
    mine = select(Change).where(Change.run_id == run.id).order_by(Change.number)
    stays = Change.outcome == ChangeOutcome.STAYS
    moving = [one for one in ChangeOutcome if one is not ChangeOutcome.STAYS]
    found = list(db.session.scalars(mine.where(Change.outcome.in_(moving)).limit(most)))
    left = most - len(found)
    return found + list(db.session.scalars(mine.where(stays).limit(left))) if left else found
