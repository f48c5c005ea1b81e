"""Plans that come to nothing: somebody left the prices alone, or a newer plan took their place."""

from sqlalchemy import update

from synqro import stores
from synqro.core.clock import now
from synqro.core.db import db, transaction
from synqro.repricer.errors import RunNotReady
from synqro.repricer.finding import locked, ready
from synqro.repricer.models import Cause, Change, ChangeOutcome, Repricing, RunState


@transaction()
def leave(store_id: str, run_id: str) -> Repricing:
    """Leave the prices of a plan as they are. Raises RunNotFound, RunNotReady."""
    stores.steady(store_id)
    run = locked(store_id, run_id)
    if run.state is not RunState.READY:
        raise RunNotReady("This plan waits no longer.")
    close(run)
    return run


def leave_older(store_id: str, cause: Cause, but: str | None = None) -> None:
    """Let the plans that wait wait no longer, all but one.

    One of the timetable or of a program takes the place only of such: a person may be reading
    the others.
    """
    older = ready(store_id).where(Repricing.id != but)
    if cause is not Cause.MANUAL:
        older = older.where(Repricing.cause == cause)
    # One that is locked is being worked on, and whoever does may wait for this one.
    free = older.with_for_update(skip_locked=True)
    for run in db.session.scalars(free.execution_options(populate_existing=True)).all():
        close(run)


def close(run: Repricing) -> None:
    """End a locked run of which some changes were not wanted."""
    left_out(run)
    run.state = RunState.APPLIED if run.applied else RunState.LEFT
    run.ended_at = now()


def left_out(run: Repricing) -> None:
    """Let the changes of a locked run that nobody chose be those that were not wanted."""
    mine = (Change.run_id == run.id, Change.outcome == ChangeOutcome.PLANNED)
    said = update(Change).where(*mine).values(outcome=ChangeOutcome.LEFT_OUT)
    db.session.execute(said, execution_options={"synchronize_session": False})
