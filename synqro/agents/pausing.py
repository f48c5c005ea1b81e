"""Pausing and resuming: whoever does the work is told in the same transaction."""

from structlog import get_logger

from synqro.agents.finding import find, locked
from synqro.agents.kinds import KINDS
from synqro.agents.models import Agent, AgentStatus, PausedReason
from synqro.core.clock import now
from synqro.core.db import after_commit, db, transaction
from synqro.core.wiring import plugged
from synqro.stores import NOBODY, By

log = get_logger()


@transaction()
def pause(store_id: str, agent_id: str, *, by: By = NOBODY) -> Agent:
    """Let an automation begin nothing any more; a run under way goes on to its end.

    One that is paused stays as it is. Raises AgentNotFound.
    """
    agent = locked(find(store_id, agent_id).id)
    if agent.paused_reason is None:
        hold(agent, PausedReason.MERCHANT)
        _note(agent, by)
    return agent


@transaction()
def resume(store_id: str, agent_id: str, *, by: By = NOBODY) -> Agent:
    """Let an automation work again, and at once: also one that failures hold back.

    Raises AgentNotFound.
    """
    agent = locked(find(store_id, agent_id).id)
    was_paused = agent.paused_reason is not None
    if not was_paused and agent.status is AgentStatus.ACTIVE and agent.not_before is None:
        return agent
    at = now()
    agent.status, agent.paused_reason, agent.paused_at = AgentStatus.ACTIVE, None, None
    agent.not_before, agent.consecutive_failures, agent.updated_at = None, 0, at
    if KINDS[agent.kind].own:
        agent.next_run_at = at
    db.session.flush()
    if was_paused:
        _tell(agent, paused=False)
    after_commit(f"agents.{agent.kind}")
    _note(agent, by)
    return agent


def hold(agent: Agent, reason: PausedReason) -> None:
    """Pause an automation whose row is locked."""
    at = now()
    agent.status, agent.paused_reason, agent.paused_at = AgentStatus.PAUSED, reason, at
    agent.next_run_at, agent.not_before, agent.updated_at = None, None, at
    db.session.flush()
    _tell(agent, paused=True)


def _tell(agent: Agent, *, paused: bool) -> None:
    for follow in plugged("agent_listeners"):
        follow(agent.store_id, agent.kind, paused)


def _note(agent: Agent, by: By) -> None:
    who = by.person_id or by.key_id
    log.info("an agent was set", agent=agent.id, kind=agent.kind, status=agent.status, by=who)
