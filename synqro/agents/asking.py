"""Runs that somebody asked for, and those whose worker died."""

from datetime import timedelta

from sqlalchemy import select, text

from synqro.agents.ending import end_stopped
from synqro.agents.errors import AgentRunning
from synqro.agents.finding import find, locked, locked_with
from synqro.agents.keeping import is_over, over
from synqro.agents.models import OPEN_RUN, Run, RunState, Trigger
from synqro.agents.working import add_run, is_busy
from synqro.core.clock import now
from synqro.core.db import after_commit, db, transaction
from synqro.stores import NOBODY, By

PATIENCE = timedelta(seconds=10)  # until a run that nobody took is taken by the sweep
RUNNING = "This agent is at work already. Wait until it is done."


@transaction()
def ask(store_id: str, agent_id: str, *, by: By = NOBODY) -> Run:
    """Ask for a run now, also of an automation that is paused: it runs once.

    Raises AgentNotFound, AgentRunning.
    """
    agent = locked(find(store_id, agent_id).id)
    if is_busy(agent):
        raise AgentRunning(RUNNING, run_id=agent.run_id)
    run = add_run(agent, Trigger.MANUAL, RunState.QUEUED, by)
    agent.leased_until = run.leased_until = now() + PATIENCE
    after_commit("agents.run", run.id)
    return run


def waiting(limit: int = 50) -> list[str]:
    """Give back the ids of runs that were asked for and that nobody took, the oldest first."""
    return _overdue(RunState.QUEUED, limit)


def end_lost(limit: int = 50) -> int:
    """End up to `limit` runs whose worker died, and say how many."""
    return sum(map(_end_lost, _overdue(RunState.RUNNING, limit)))


def _overdue(state: RunState, limit: int) -> list[str]:
    mine = select(Run.id).where(text(OPEN_RUN), Run.state == state, over(Run.leased_until))
    return list(db.session.scalars(mine.order_by(Run.leased_until).limit(limit)))


@transaction()
def _end_lost(run_id: str) -> bool:
    found = locked_with(run_id)
    if found is None:
        return False
    agent, run = found
    if run.state is not RunState.RUNNING or not is_over(run.leased_until):
        return False
    end_stopped(agent, run)
    return True
