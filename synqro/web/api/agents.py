"""/v1/agents: the automations of a shop, and their runs."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from flask import g
from pydantic import BaseModel, Field

from synqro import agents
from synqro.agents import (
    AgentNotFound,
    AgentRunning,
    Kind,
    PausedReason,
    RunOutcome,
    Shown,
    Trigger,
)
from synqro.core.pages import InvalidCursor, Page, cursor_of, read_cursor
from synqro.web.api.blueprint import bp
from synqro.web.api.lists import ListIn, ListOut, listed
from synqro.web.api.once import once
from synqro.web.contract import Nothing, operation
from synqro.web.times import TimeOut

LIST = "agents"


class IntervalOut(BaseModel):
    """It looks again and again."""

    type: Literal["interval"]
    every_seconds: int


class CronOut(BaseModel):
    """At set times: minute, hour and day of the week as cron writes them."""

    type: Literal["cron"]
    cron: str = Field(examples=["0 6 * * *"])
    timezone: str


class OnEventOut(BaseModel):
    """When these events happen."""

    type: Literal["event"]
    events: list[str] = Field(examples=[["stock.low"]])


class AgentCountsOut(BaseModel):
    """What a run looked at, and what came of it."""

    seen: int
    changed: int
    skipped: int
    failed: int


class ResultOut(BaseModel):
    run_id: str
    outcome: RunOutcome
    trigger: Trigger
    duration_ms: int | None
    counts: AgentCountsOut


class AgentErrorOut(BaseModel):
    """`retryable`: the next run may do better by itself."""

    code: str
    message: str
    at: TimeOut
    retryable: bool | None


class CountersOut(BaseModel):
    """Of the last 24 hours; items are what was changed."""

    runs_24h: int
    failures_24h: int
    items_24h: int


class LinksOut(BaseModel):
    runs: str


class AgentOut(BaseModel):
    """An automation. `status` is active, paused, or error: it failed several times in a row and
    goes on trying. While it is paused `next_run_at` is null. A look that finds nothing to do
    counts as a run in `last_run_at`, and leaves none behind.
    """

    id: str
    object: Literal["agent"]
    kind: Kind
    name: str
    marketplace: str | None
    status: agents.AgentStatus
    running: bool = Field(description="At work, or asked to be.")
    paused_reason: PausedReason | None
    schedule: Annotated[IntervalOut | CronOut | OnEventOut, Field(discriminator="type")]
    cursor: str | None = Field(description="How far it has read where it reads on.")
    last_run_at: TimeOut | None
    last_success_at: TimeOut | None
    next_run_at: TimeOut | None
    last_result: ResultOut | None
    last_error: AgentErrorOut | None
    consecutive_failures: int
    counters: CountersOut
    links: LinksOut


class AgentRunErrorOut(BaseModel):
    code: str
    message: str | None
    retryable: bool | None


class AgentRunOut(BaseModel):
    """One run. `status` is queued or running, and then what came of it: succeeded, partial
    (something failed), failed or skipped.
    """

    id: str
    object: Literal["agent_run"]
    agent_id: str
    kind: Kind
    trigger: Trigger
    status: Literal["queued", "running", "succeeded", "partial", "failed", "skipped"]
    outcome: RunOutcome | None
    counts: AgentCountsOut
    summary: str | None
    error: AgentRunErrorOut | None
    duration_ms: int | None
    created_at: TimeOut
    started_at: TimeOut | None
    ended_at: TimeOut | None


@bp.get("/agents")
@operation(scope="agents:read", query=ListIn, out=ListOut[AgentOut], raises=(InvalidCursor,))
def list_agents(query: ListIn) -> dict[str, Any]:
    """List the automations."""
    return listed(_page(agents.listed(g.store.id), query), agents.as_wire)


@bp.get("/agents/<agent_id>")
@operation(scope="agents:read", out=AgentOut, raises=(AgentNotFound,))
def get_agent(agent_id: str) -> dict[str, Any]:
    """Show one automation."""
    return _shown(agents.find(g.store.id, agent_id))


@bp.get("/agents/<agent_id>/runs")
@operation(
    scope="agents:read",
    query=ListIn,
    out=ListOut[AgentRunOut],
    raises=(AgentNotFound, InvalidCursor),
)
def list_runs(agent_id: str, query: ListIn) -> dict[str, Any]:
    """List the runs of an automation, the newest first."""
    page = agents.runs(g.store.id, agent_id, **query.model_dump())
    return listed(page, agents.run_as_wire)


@bp.post("/agents/<agent_id>/run")
@operation(
    scope="agents:write",
    body=Nothing,
    out=AgentRunOut,
    status=202,
    raises=(AgentNotFound, AgentRunning),
)
def run_agent(agent_id: str, body: Nothing) -> dict[str, Any]:
    """Run an automation now.

    One that is paused runs once. It is never at work twice at the same time.
    """
    asked = once(
        lambda: agents.ask(g.store.id, agent_id, by=g.by),
        lambda run: run.id,
        lambda run_id: agents.find_run(g.store.id, run_id),
    )
    return agents.run_as_wire(asked)


@bp.post("/agents/<agent_id>/pause")
@operation(scope="agents:write", body=Nothing, out=AgentOut, raises=(AgentNotFound,))
def pause_agent(agent_id: str, body: Nothing) -> dict[str, Any]:
    """Pause an automation.

    Its work waits until it is resumed. A run under way goes on to its end.
    """
    return _shown(agents.pause(g.store.id, agent_id, by=g.by))


@bp.post("/agents/<agent_id>/resume")
@operation(scope="agents:write", body=Nothing, out=AgentOut, raises=(AgentNotFound,))
def resume_agent(agent_id: str, body: Nothing) -> dict[str, Any]:
    """Let an automation work again, beginning with what waited."""
    return _shown(agents.resume(g.store.id, agent_id, by=g.by))


def _shown(agent: agents.Agent) -> dict[str, Any]:
    return agents.as_wire(agents.shown(agent))


def _page(found: Sequence[Shown], query: ListIn) -> Page[Shown]:
    """Give back a page of what has an order of its own."""
    after = read_cursor(query.cursor, LIST, str)[0] if query.cursor else None
    ids = [one.agent.id for one in found]
    start = ids.index(after) + 1 if after in ids else 0
    data = found[start : start + query.limit]
    more = start + query.limit < len(found)
    return Page(data, cursor_of(LIST, data[-1].agent.id) if more else None)
