"""Runs are kept for a month, and the newest ones of each automation only."""

from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, func, select

from synqro.agents.models import Run, RunState
from synqro.core.clock import now
from synqro.core.db import db, transaction
from synqro.core.ids import first_id

KEPT = timedelta(days=30)
MOST = 500  # runs of an automation
BATCH = 500  # rows in one transaction, so that no writer waits long


def purge(batch: int = BATCH) -> None:
    """Forget runs that are old, or that too many newer ones have followed, batch by batch."""
    _drop_all(Run.id < first_id("run", now() - KEPT), batch)
    many = select(Run.agent_id).group_by(Run.agent_id).having(func.count() > MOST)
    for agent_id in db.session.scalars(many).all():
        mine = select(Run.id).where(Run.agent_id == agent_id)
        last = db.session.scalar(mine.order_by(Run.id.desc()).offset(MOST).limit(1))
        _drop_all((Run.agent_id == agent_id) & (Run.id <= (last or "")), batch)


def _drop_all(which: ColumnElement[bool], batch: int) -> None:
    while _drop(which, batch) == batch:
        pass


@transaction()
def _drop(which: ColumnElement[bool], batch: int) -> int:
    old = select(Run.id).where(which, Run.state == RunState.ENDED).order_by(Run.id).limit(batch)
    gone = delete(Run).where(Run.id.in_(old)).returning(Run.id)
    options: dict[str, Any] = {"synchronize_session": False}
    return len(db.session.scalars(gone, execution_options=options).all())
