"""An automation as people see it: with its sweep, its last run and the day's numbers."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import case, func, select
from sqlalchemy.orm import aliased

from synqro import stores
from synqro.agents.keeping import is_over
from synqro.agents.kinds import KINDS, About
from synqro.agents.models import Agent, Beat, Run, RunOutcome, RunState
from synqro.core.clock import now
from synqro.core.db import db
from synqro.core.ids import first_id

DAY = timedelta(days=1)
MOST_COUNTED = 5_000  # runs of a store in a day, the newest ones


@dataclass(frozen=True)
class Counters:
    """Of the last 24 hours; `items` is what was changed."""

    runs: int = 0
    failures: int = 0
    items: int = 0


@dataclass(frozen=True)
class Shown:
    """`last` is the run that ended last, `open` one that is asked for or under way.

    `looked_at` is when the sweep of its kind last looked; `timezone` is the store's.
    """

    agent: Agent
    last: Run | None
    open: Run | None
    looked_at: datetime | None
    counters: Counters
    timezone: str

    @property
    def about(self) -> About:
        return KINDS[self.agent.kind]

    @property
    def queued(self) -> bool:
        return self.open is not None and self.open.state is RunState.QUEUED

    @property
    def running(self) -> bool:
        """True while it is at work, or about to be."""
        if self.open is None or self.open.state is RunState.ENDED:
            return False
        return self.queued or not is_over(self.open.leased_until)

    @property
    def last_run_at(self) -> datetime | None:
        """When it last ran, or looked and found nothing to do."""
        times = (self.agent.last_run_at, self._looked_at)
        return max((at for at in times if at is not None), default=None)

    @property
    def next_run_at(self) -> datetime | None:
        """None while it is paused, and where it works when something happens."""
        agent, about = self.agent, self.about
        if agent.paused_reason is not None:
            return None
        following = agent.next_run_at
        if following is None and self.looked_at is not None and not about.events:
            following = self.looked_at + timedelta(seconds=about.every)
        if agent.not_before is None or agent.not_before < now():
            return following
        return max(agent.not_before, following or agent.not_before)

    @property
    def _looked_at(self) -> datetime | None:
        """When the sweep last looked at this one; it looks at none that is paused."""
        agent, looked = self.agent, self.looked_at
        if looked is None or self.about.own or self.about.events or looked < agent.created_at:
            return None
        return min(looked, agent.paused_at) if agent.paused_at else looked


def listed(store_id: str) -> list[Shown]:
    """Give back all automations of a store. Three queries."""
    last, open_run = aliased(Run), aliased(Run)
    mine = (
        select(Agent, last, open_run, Beat.at)
        .outerjoin(last, last.id == Agent.last_run_id)
        .outerjoin(open_run, open_run.id == Agent.run_id)
        .outerjoin(Beat, Beat.kind == Agent.kind)
        .where(Agent.store_id == store_id)
    )
    order = list(KINDS)
    rows = sorted(db.session.execute(mine), key=lambda row: order.index(row[0].kind))
    counters, timezone = _counters(store_id), stores.by_id(store_id).timezone
    return [
        Shown(agent, ended, under_way, at, counters.get(agent.id, Counters()), timezone)
        for agent, ended, under_way, at in rows
    ]


def shown(agent: Agent) -> Shown:
    """Give back one automation as `listed` does."""
    return next(one for one in listed(agent.store_id) if one.agent.id == agent.id)


def _counters(store_id: str) -> dict[str, Counters]:
    mine = select(Run.agent_id, Run.outcome, Run.changed).where(
        Run.store_id == store_id, Run.id >= first_id("run", now() - DAY)
    )
    newest = mine.order_by(Run.id.desc()).limit(MOST_COUNTED).subquery()
    failed = func.sum(case((newest.c.outcome == RunOutcome.FAILED, 1), else_=0))
    each = select(newest.c.agent_id, func.count(), failed, func.sum(newest.c.changed))
    rows = db.session.execute(each.group_by(newest.c.agent_id))
    return {agent_id: Counters(*map(int, numbers)) for agent_id, *numbers in rows}
