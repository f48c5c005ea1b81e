"""One run at a time of each automation, whatever machine it is on."""

from collections.abc import Callable
from functools import partial

from sqlalchemy import Update, update
from structlog import get_logger

from synqro.agents.ending import BROKEN, end, end_stopped
from synqro.agents.finding import locked, locked_with, of_kind
from synqro.agents.keeping import is_over, kept, lease_end
from synqro.agents.kinds import KINDS
from synqro.agents.models import Agent, Kind, Run, RunOutcome, RunState, Trigger
from synqro.agents.reporting import Problem, Report
from synqro.core.clock import now
from synqro.core.db import db, transaction
from synqro.core.errors import DomainError
from synqro.core.ids import new_id
from synqro.stores import NOBODY, By

log = get_logger()
Work = Callable[[Run], Report]


def work(store_id: str, kind: Kind, trigger: Trigger, do: Work) -> Run | None:
    """Do the work of a store's automation, outside any transaction, and write down the run.

    None where it is at work already, and where the clock asks and it is paused, held back, or
    there was nothing to do: such a look leaves no run behind. Whatever `do` raises is a run
    that failed.
    """
    run = _begin(store_id, kind, trigger)
    return _carry_out(run, do) if run else None


def take_up(run_id: str, do: Work) -> Run | None:
    """Do the work of a run that was asked for; None where somebody else has it, or had it."""
    run = _take(run_id)
    return _carry_out(run, do) if run else None


def is_busy(agent: Agent) -> bool:
    """True while a locked agent has a run that is asked for, or that its worker holds.

    One whose worker died is ended here.
    """
    open_run = db.session.get(Run, agent.run_id, populate_existing=True) if agent.run_id else None
    if open_run is None or open_run.state is RunState.ENDED:
        return False
    if open_run.state is RunState.QUEUED or not is_over(agent.leased_until):
        return True
    end_stopped(agent, open_run)
    return False


def add_run(agent: Agent, trigger: Trigger, state: RunState, by: By = NOBODY) -> Run:
    """Add a run of a locked agent, and let it hold the agent unless it has ended."""
    at = now()
    run = Run(
        id=new_id("run"),
        store_id=agent.store_id,
        agent_id=agent.id,
        kind=agent.kind,
        trigger=trigger,
        state=state,
        **dict.fromkeys(("seen", "changed", "skipped", "failed"), 0),
        error_retryable=False,
        person_id=by.person_id,
        key_id=by.key_id,
        created_at=at,
        started_at=None if state is RunState.QUEUED else at,
    )
    db.session.add(run)
    if state is not RunState.ENDED:
        agent.run_id = run.id
        agent.leased_until = run.leased_until = lease_end()
    return run


@transaction()
def _begin(store_id: str, kind: Kind, trigger: Trigger) -> Run | None:
    found = of_kind(store_id, kind)
    if found is None:
        return None
    agent = locked(found.id)
    if is_busy(agent):
        return None
    if trigger is Trigger.SCHEDULE and not _is_time(agent):
        return None
    return add_run(agent, trigger, RunState.RUNNING)


def _is_time(agent: Agent) -> bool:
    at = now()
    if agent.paused_reason is not None or (agent.not_before or at) > at:
        return False
    return not KINDS[agent.kind].own or (agent.next_run_at is not None and agent.next_run_at <= at)


@transaction()
def _take(run_id: str) -> Run | None:
    found = locked_with(run_id)
    if found is None:
        return None
    agent, run = found
    if run.state is not RunState.QUEUED or agent.run_id != run.id:
        return None
    run.state, run.started_at = RunState.RUNNING, now()
    agent.leased_until = run.leased_until = lease_end()
    return run


def _carry_out(run: Run, do: Work) -> Run | None:
    db.session.expunge(run)  # it stays readable, and holds no read open
    with kept(partial(_renewals, run.id, run.agent_id)):
        report = _report(run, do)
    return _end(run.id, run.agent_id, report)


def _report(run: Run, do: Work) -> Report:
    try:
        return do(run)
    except DomainError as error:
        log.warning("a run failed", run=run.id, kind=run.kind, code=error.code)
        return Report(failed=1, problem=Problem(error.code, str(error)))
    except Exception:
        log.exception("a run stumbled", run=run.id, kind=run.kind, store=run.store_id)
        return Report(failed=1, problem=BROKEN)
    finally:
        db.session.rollback()


@transaction()
def _end(run_id: str, agent_id: str, report: Report) -> Run | None:
    agent = locked(agent_id)
    run = db.session.get_one(Run, run_id, populate_existing=True)
    if run.state is RunState.ENDED:
        log.warning("a run outlived its lease", run=run.id, kind=run.kind)
        return run
    last_run_id = agent.last_run_id
    end(agent, run, report)
    if run.trigger is not Trigger.SCHEDULE or run.outcome is not RunOutcome.SKIPPED:
        return run
    agent.last_run_id = last_run_id
    db.session.delete(run)
    return None


def _renewals(run_id: str, agent_id: str) -> list[Update]:
    until = lease_end()
    mine = update(Agent).where(Agent.id == agent_id, Agent.run_id == run_id)
    running = update(Run).where(Run.id == run_id, Run.state == RunState.RUNNING)
    return [mine.values(leased_until=until), running.values(leased_until=until)]
