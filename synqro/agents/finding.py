"""Finding automations, and which of them rest or fail."""

from collections.abc import Sequence

from sqlalchemy import or_, select, text

from synqro.agents.errors import AgentNotFound
from synqro.agents.models import RESTING, Agent, AgentStatus, Kind, PausedReason, Run
from synqro.core.clock import now
from synqro.core.db import db
from synqro.core.pages import Page, page

# Word for word the condition of the index, else SQLite reads every agent there is.
RESTS = text(f"({RESTING})")
STUCK = (PausedReason.AUTH_EXPIRED, PausedReason.TOO_MANY_FAILURES)


def find(store_id: str, agent_id: str) -> Agent:
    """Give back an automation of the store. Raises AgentNotFound."""
    found = db.session.get(Agent, agent_id) if "\0" not in agent_id else None
    if found is None or found.store_id != store_id:
        raise AgentNotFound("There is no such agent in this shop.")
    return found


def of_kind(store_id: str, kind: Kind) -> Agent | None:
    """Give back the store's automation of a kind that has one for all marketplaces."""
    return db.session.scalar(select(Agent).filter_by(store_id=store_id, kind=kind, marketplace=""))


def runs(store_id: str, agent_id: str, *, cursor: str | None = None, limit: int = 25) -> Page[Run]:
    """Give back a page of an automation's runs, the newest first.

    Raises AgentNotFound, InvalidCursor.
    """
    wanted = select(Run).where(Run.agent_id == find(store_id, agent_id).id)
    return page(wanted, Run.id, cursor=cursor, limit=limit, newest_first=True)


def find_run(store_id: str, run_id: str) -> Run:
    """Give back one run of the store's automations. Raises AgentNotFound."""
    found = db.session.get(Run, run_id)
    if found is None or found.store_id != store_id:
        raise AgentNotFound("There is no such run in this shop.")
    return found


def latest_runs(store_id: str, limit: int = 10) -> Sequence[Run]:
    """Give back the newest runs of all the store's automations, the newest first."""
    mine = select(Run).where(Run.store_id == store_id)
    return db.session.scalars(mine.order_by(Run.id.desc()).limit(limit)).all()


def is_on(store_id: str, kind: Kind, *, steady: bool = False) -> bool:
    """False while the store's automation of this kind is paused.

    `steady`: nobody pauses it, or lets it go on, until the transaction ends.
    """
    mine = select(Agent.paused_reason).filter_by(store_id=store_id, kind=kind, marketplace="")
    return db.session.scalar(mine.with_for_update(read=True) if steady else mine) is None


def resting(kind: Kind) -> frozenset[str]:
    """Give back the ids of stores that a sweep leaves out: paused, or held back for a while."""
    held_back = or_(Agent.paused_reason.is_not(None), Agent.not_before > now())
    mine = select(Agent.store_id).where(Agent.kind == kind, RESTS, held_back)
    return frozenset(db.session.scalars(mine))


def failing(store_id: str) -> list[Agent]:
    """Give back the automations that fail again and again, or that a failure has stopped."""
    stuck = or_(Agent.status == AgentStatus.ERROR, Agent.paused_reason.in_(STUCK))
    mine = select(Agent).where(Agent.store_id == store_id, stuck)
    return list(db.session.scalars(mine.order_by(Agent.error_at.desc(), Agent.id)))


def locked(agent_id: str) -> Agent:
    """Give back an automation anew, which nobody else changes until the transaction ends."""
    mine = select(Agent).where(Agent.id == agent_id).with_for_update()
    return db.session.scalars(mine, execution_options={"populate_existing": True}).one()


def locked_with(run_id: str) -> tuple[Agent, Run] | None:
    """Give back a run anew, and before it the automation it is of, locked; None without it."""
    agent_id = db.session.scalar(select(Run.agent_id).where(Run.id == run_id))
    if agent_id is None:
        return None
    return locked(agent_id), db.session.get_one(Run, run_id, populate_existing=True)
