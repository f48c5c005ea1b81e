"""Work that happens by itself, written down as runs: a busy stream makes few of them."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from synqro.agents.ending import close, follow
from synqro.agents.finding import locked, of_kind
from synqro.agents.models import Agent, Kind, Run, RunOutcome, RunState, Trigger
from synqro.agents.reporting import Report
from synqro.agents.working import add_run
from synqro.core.db import db, transaction

APART = timedelta(seconds=60)  # between two things that belong to one run
LONGEST = timedelta(hours=1)  # that one run goes on
Words = Callable[[Report], str]


@transaction()
def note(
    store_id: str,
    kind: Kind,
    report: Report,
    began: datetime,
    ended: datetime,
    *,
    words: Words,
) -> Run | None:
    """Write down what happened between two moments: in the last run where that has ended just
    now, else in one of its own. `words` say the summary of what is in the run then.
    """
    found = of_kind(store_id, kind)
    if found is None:
        return None
    agent = locked(found.id)
    run = _last(agent, began, ended)
    before = run.outcome if run else None
    if run is None:
        run = add_run(agent, Trigger.EVENT, RunState.ENDED)
        run.started_at = began
    else:
        report = Report(run.seen, run.changed, run.skipped, run.failed).plus(report)
    close(agent, run, replace(report, summary=words(report)))
    run.ended_at = agent.last_run_at = ended
    if before is not RunOutcome.FAILED or run.outcome is not RunOutcome.FAILED:
        follow(agent, run, report.problem, free=agent.consecutive_failures + 1)
    return run


def _last(agent: Agent, began: datetime, ended: datetime) -> Run | None:
    run = db.session.get(Run, agent.last_run_id or "", populate_existing=True)
    if run is None or run.trigger is not Trigger.EVENT or not run.started_at or not run.ended_at:
        return None
    close_by = began - run.ended_at < APART
    return run if close_by and ended - run.started_at < LONGEST else None
