"""Every store begins with one agent of each kind."""

from datetime import datetime, timedelta

from sqlalchemy import insert

from synqro.agents.kinds import KINDS
from synqro.agents.models import Agent, AgentStatus, Kind
from synqro.core.clock import now
from synqro.core.db import db
from synqro.core.ids import new_id
from synqro.stores import Store


def follow_opening(store: Store) -> None:
    """Give a new store its agents, in the transaction that opens it."""
    at = now()
    db.session.execute(insert(Agent), [row(store.id, kind, at) for kind in KINDS])


def row(store_id: str, kind: Kind, at: datetime) -> dict[str, object]:
    """Give back the columns of an agent of `kind` that has never run."""
    about = KINDS[kind]
    return {
        "id": new_id("agt"),
        "store_id": store_id,
        "kind": kind,
        "marketplace": "",
        "status": AgentStatus.ACTIVE,
        "every_seconds": about.every if about.own else None,
        "next_run_at": at + timedelta(seconds=about.every) if about.own else None,
        "consecutive_failures": 0,
        "error_retryable": False,
        "created_at": at,
        "updated_at": at,
        "version": 1,
    }
