"""Automations and their runs as the outside reads them, in /v1."""

from datetime import timedelta
from typing import Any

from synqro.agents.models import Agent, Run, RunState
from synqro.agents.showing import Shown
from synqro.core.times import moment
from synqro.core.wiring import settings

MILLISECOND = timedelta(milliseconds=1)


def as_wire(shown: Shown) -> dict[str, Any]:
    """Give back an automation as `/v1/agents/{id}` shows it, ready for JSON."""
    agent, counters = shown.agent, shown.counters
    return {
        "id": agent.id,
        "object": "agent",
        "kind": agent.kind.value,
        "name": shown.about.name,
        "marketplace": agent.marketplace or None,
        "status": agent.status.value,
        "running": shown.running,
        "paused_reason": agent.paused_reason and agent.paused_reason.value,
        "schedule": _schedule(shown),
        "cursor": agent.cursor,
        "last_run_at": moment(shown.last_run_at),
        "last_success_at": moment(agent.last_success_at),
        "next_run_at": moment(shown.next_run_at),
        "last_result": _result(shown.last) if shown.last else None,
        "last_error": _error(agent),
        "consecutive_failures": agent.consecutive_failures,
        "counters": {
            "runs_24h": counters.runs,
            "failures_24h": counters.failures,
            "items_24h": counters.items,
        },
        "links": {"runs": f"{settings().public_url}/v1/agents/{agent.id}/runs"},
    }


def run_as_wire(run: Run) -> dict[str, Any]:
    """Give back a run, ready for JSON.

    Its status is queued or running, and then what came of it.
    """
    error = {
        "code": run.error_code,
        "message": run.error_message,
        "retryable": run.error_retryable,
    }
    return {
        "id": run.id,
        "object": "agent_run",
        "agent_id": run.agent_id,
        "kind": run.kind.value,
        "trigger": run.trigger.value,
        "status": run.outcome.value if run.outcome else run.state.value,
        "outcome": run.outcome and run.outcome.value,
        "counts": _counts(run),
        "summary": run.summary,
        "error": error if run.error_code else None,
        "duration_ms": _duration(run),
        "created_at": moment(run.created_at),
        "started_at": moment(run.started_at),
        "ended_at": moment(run.ended_at),
    }


def _schedule(shown: Shown) -> dict[str, Any]:
    agent, about = shown.agent, shown.about
    if agent.cron:
        return {"type": "cron", "cron": agent.cron, "timezone": shown.timezone}
    if about.events:
        return {"type": "event", "events": list(about.events)}
    return {"type": "interval", "every_seconds": agent.every_seconds or about.every}


def _result(run: Run) -> dict[str, Any] | None:
    if run.state is not RunState.ENDED or run.outcome is None:
        return None
    return {
        "run_id": run.id,
        "outcome": run.outcome.value,
        "trigger": run.trigger.value,
        "duration_ms": _duration(run),
        "counts": _counts(run),
    }


def _error(agent: Agent) -> dict[str, Any] | None:
    if agent.error_code is None:
        return None
    return {
        "code": agent.error_code,
        "message": agent.error_message,
        "at": moment(agent.error_at),
        "retryable": agent.error_retryable,
    }


def _counts(run: Run) -> dict[str, int]:
    return {name: getattr(run, name) for name in ("seen", "changed", "skipped", "failed")}


def _duration(run: Run) -> int | None:
    if run.started_at is None or run.ended_at is None:
        return None
    return max(0, (run.ended_at - run.started_at) // MILLISECOND)
