"""Forgetting plans that came to nothing, and what runs left as it was; changes are kept."""

from datetime import timedelta

from sqlalchemy import delete, exists, or_, select

from synqro.core.clock import now
from synqro.core.db import db, transaction
from synqro.core.ids import first_id
from synqro.repricer.finding import KEPT
from synqro.repricer.models import Cause, Change, ChangeOutcome, Repricing, RunState

REPLACED = timedelta(days=1)
"""How long a plan of the timetable or a program is kept once a newer one took its place."""
LOOKED_BACK = timedelta(days=60)
BATCH = 1_000
FORGOTTEN = (ChangeOutcome.STAYS, ChangeOutcome.PLANNED, ChangeOutcome.LEFT_OUT)


def purge() -> None:
    """Forget plans of more than seven days ago of which nothing was applied, and of the runs of
    that age what did not move; those that a newer plan replaced before anybody had read them
    go after a day.
    """
    at = now()
    since = Repricing.id >= first_id("run", at - LOOKED_BACK)
    old = Repricing.id < first_id("run", at - KEPT)
    replaced = (
        (Repricing.id < first_id("run", at - REPLACED))
        & Repricing.cause.in_((Cause.SCHEDULE, Cause.API))
        & (Repricing.state == RunState.LEFT)
    )
    nothing = (Repricing.applied == 0) & (Repricing.lost == 0)
    waiting = old & Repricing.state.in_((RunState.LEFT, RunState.READY))
    gone = select(Repricing.id).where(since, nothing, or_(waiting, replaced))
    for run_id in db.session.scalars(gone.order_by(Repricing.id)).all():
        _forget(run_id)
    some = exists().where(Change.run_id == Repricing.id, Change.outcome.in_(FORGOTTEN))
    done = Repricing.state.in_((RunState.APPLIED, RunState.UNDONE))
    for run_id in db.session.scalars(select(Repricing.id).where(since, old, done, some)).all():
        while _drop(run_id, *FORGOTTEN) == BATCH:
            pass


def _forget(run_id: str) -> None:
    while _drop(run_id, *ChangeOutcome) == BATCH:
        pass
    _drop_run(run_id)


@transaction()
def _drop(run_id: str, *outcomes: ChangeOutcome) -> int:
    mine = (Change.run_id == run_id, Change.outcome.in_(outcomes))
    some = db.session.scalars(select(Change.id).where(*mine).limit(BATCH)).all()
    if some:
        db.session.execute(delete(Change).where(Change.id.in_(some)))
    return len(some)


@transaction()
def _drop_run(run_id: str) -> None:
    db.session.execute(delete(Repricing).where(Repricing.id == run_id))
