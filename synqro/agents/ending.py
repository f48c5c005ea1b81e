"""What a run leaves behind: its counts, the error, and how long the next one waits."""

from datetime import datetime, timedelta

from synqro.agents.kinds import KINDS
from synqro.agents.models import Agent, AgentStatus, PausedReason, Run, RunOutcome, RunState
from synqro.agents.pausing import hold
from synqro.agents.reporting import Problem, Report
from synqro.agents.timetables import next_run
from synqro.core.clock import now

FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=1)
# What customers wait for is not put off so long for one thing that is stuck.
QUICK, QUICK_WAIT = 60, timedelta(minutes=5)
MOST_DOUBLED = 10
IN_ERROR = 3  # failures in a row
BROKEN = Problem("internal_error", "Something went wrong on our side. It is tried again.")
STOPPED = Problem("interrupted", "The machine stopped in the middle. It is tried again.")


def outcome_of(report: Report) -> RunOutcome:
    """Say in a word what came of a run."""
    if report.failed or report.problem:
        return RunOutcome.PARTIAL if report.changed else RunOutcome.FAILED
    return RunOutcome.SUCCEEDED if report.seen or report.changed else RunOutcome.SKIPPED


def back_off(failures: int, longest: timedelta = LONGEST_WAIT) -> timedelta:
    """Give back how long to wait after so many failures in a row: 1, 2, 4 … 60 minutes."""
    if failures < 1:
        return timedelta()
    doubled: int = 2 ** min(failures - 1, MOST_DOUBLED)
    return min(FIRST_WAIT * doubled, longest)


def end(agent: Agent, run: Run, report: Report) -> None:
    """Write down what came of a run. The rows are locked."""
    close(agent, run, report)
    follow(agent, run, report.problem)


def end_stopped(agent: Agent, run: Run) -> None:
    """End a run whose worker died: the next one begins at once, and waits if that dies too."""
    close(agent, run, Report(failed=1, problem=STOPPED))
    follow(agent, run, STOPPED, free=1)


def close(agent: Agent, run: Run, report: Report) -> None:
    """Write a run's counts, and let its agent go."""
    problem = report.problem
    run.state, run.outcome, run.leased_until = RunState.ENDED, outcome_of(report), None
    run.ended_at = now()
    run.started_at = run.started_at or run.ended_at
    run.seen, run.changed = report.seen, report.changed
    run.skipped, run.failed = report.skipped, report.failed
    run.summary = report.summary
    run.error_code = problem.code if problem else None
    run.error_message = problem.message if problem else None
    run.error_retryable = problem is not None and problem.retryable
    if agent.run_id == run.id:
        agent.run_id = agent.leased_until = None
    agent.last_run_id, agent.last_run_at = run.id, run.started_at


def follow(agent: Agent, run: Run, problem: Problem | None, *, free: int = 0) -> None:
    """Let an agent know how a run ended; the first `free` failures hold nothing back."""
    at = agent.updated_at = now()
    began = run.started_at or at
    if run.outcome is RunOutcome.FAILED:
        agent.consecutive_failures += 1
        agent.not_before = _held_back(agent, at, free)
    else:
        agent.consecutive_failures, agent.not_before = 0, None
    if problem is not None:
        _write_error(agent, problem, at)
    elif run.outcome is not RunOutcome.FAILED:
        agent.error_code = agent.error_message = agent.error_at = None
        agent.error_retryable, agent.last_success_at = False, began
    if agent.paused_reason is not None:
        return
    in_error = agent.consecutive_failures >= IN_ERROR
    agent.status = AgentStatus.ERROR if in_error else AgentStatus.ACTIVE
    following = next_run(agent, began)
    if following is not None and run.outcome is RunOutcome.FAILED:
        following = agent.not_before or at
    agent.next_run_at = following
    if problem is not None and problem.code == PausedReason.AUTH_EXPIRED:
        hold(agent, PausedReason.AUTH_EXPIRED)


def _held_back(agent: Agent, at: datetime, free: int) -> datetime | None:
    longest = QUICK_WAIT if KINDS[agent.kind].every <= QUICK else LONGEST_WAIT
    wait = back_off(agent.consecutive_failures - free, longest)
    return at + wait if wait and agent.paused_reason is None else None


def _write_error(agent: Agent, problem: Problem, at: datetime) -> None:
    agent.error_code, agent.error_message = problem.code, problem.message
    agent.error_at, agent.error_retryable = at, problem.retryable
