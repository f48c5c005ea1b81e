"""Applying a run, or undoing it: killed at any point, and gone on with."""

from collections.abc import Collection
from time import monotonic

from synqro import stores
from synqro.core.clock import now
from synqro.core.db import after_commit, db, transaction
from synqro.repricer.applying import CHUNK, apply_some, choose, next_of
from synqro.repricer.finding import find_run, locked
from synqro.repricer.models import Change, ChangeOutcome, Repricing, RunState
from synqro.repricer.undoing import begin_undoing, undo_some
from synqro.stores import NOBODY, By

AT_ONCE = 100  # changes that are made in the request itself
PATIENCE = 20.0  # seconds
WORK = {RunState.APPLYING: apply_some, RunState.UNDOING: undo_some}


def apply(
    store_id: str, run_id: str, *, only: Collection[str] | None = None, by: By = NOBODY
) -> Repricing:
    """Apply a plan, or `only` these of its changes: the first hundred at once, more by a job.

    What no longer holds is `lost` and says why. Of two people one wins. Raises RunNotFound,
    RunNotReady.
    """
    choose(store_id, run_id, only, by)
    return at_once(store_id, run_id)


def undo_run(store_id: str, run_id: str, *, by: By) -> Repricing:
    """Undo the changes of a run in the same way; those that cannot be undone say why.

    Raises RunNotFound, RunNotReady.
    """
    begin_undoing(store_id, run_id, by)
    return at_once(store_id, run_id)


def at_once(store_id: str, run_id: str) -> Repricing:
    """Work on the first of a run's changes; a job goes on with the rest."""
    go_on(store_id, run_id, PATIENCE, most=AT_ONCE)
    run = find_run(store_id, run_id)
    if run.state in WORK:
        _ring(store_id, run_id)
    return run


def go_on(store_id: str, run_id: str, seconds: float = 0.0, most: int | None = None) -> None:
    """Work on a run for so long, or so many changes, and end it behind the last of them.

    One transaction at least. Raises RunNotFound.
    """
    until, left = monotonic() + seconds, most
    state = find_run(store_id, run_id).state
    if state not in WORK:
        return
    while WORK[state](store_id, run_id):
        left = None if left is None else left - CHUNK
        if monotonic() > until or (left is not None and left <= 0):
            return
    _end(store_id, run_id, state)


@transaction()
def _ring(store_id: str, run_id: str) -> None:
    after_commit("repricer.go_on", store_id, run_id)


@transaction()
def _end(store_id: str, run_id: str, state: RunState) -> None:
    """Close a run where it still is what it was; what waits in it goes on waiting."""
    stores.steady(store_id)
    run = locked(store_id, run_id)
    if run.state is not state:
        return
    waits = next_of(run, Change.outcome == ChangeOutcome.PLANNED, 1)
    if state is RunState.UNDOING:
        run.state = RunState.UNDONE
    else:
        run.state = RunState.READY if waits else RunState.APPLIED
    run.ended_at = None if waits else now()
    db.session.flush()
