"""The sweeps over all stores: who looks for a kind now, how far, and whose turn comes first."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import Select, Update, func, select, update

from synqro.agents.finding import RESTS, locked
from synqro.agents.keeping import kept, lease_end, over
from synqro.agents.kinds import KINDS
from synqro.agents.models import Agent, AgentStatus, Beat, Kind
from synqro.core.clock import now
from synqro.core.db import db, insert_into, transaction
from synqro.core.ids import new_id

SILENT = timedelta(days=1)


@contextmanager
def beating(kind: Kind) -> Iterator[Beat | None]:
    """Look for a kind over all stores, alone; None where somebody else does it now.

    A holder that dies keeps the others out no longer than its lease.
    """
    began, me = now(), new_id("beat")
    beat = _take(kind, me)
    if beat is None:
        yield None
        return
    looked: datetime | None = None
    try:
        with kept(partial(_renewal, kind, me)):
            yield beat
        looked = began
    finally:
        _let_go(kind, me, looked)


def looked_at() -> dict[Kind, datetime | None]:
    """Give back when each kind was last looked for, over all stores."""
    beats: dict[Kind, datetime | None] = dict(db.session.execute(select(Beat.kind, Beat.at)).all())
    return {kind: beats.get(kind) for kind in KINDS}


@transaction()
def move_on(kind: Kind, cursor: str) -> None:
    """Write down how far a sweep has come."""
    mine = update(Beat).where(Beat.kind == kind).values(cursor=cursor)
    db.session.execute(mine, execution_options={"synchronize_session": False})


def due(kind: Kind, skip: Collection[str], limit: int) -> list[str]:
    """Give back the ids of stores whose own timetable says that it is time, longest due first."""
    mine = select(Agent.store_id).where(
        Agent.kind == kind, Agent.next_run_at.is_not(None), Agent.next_run_at <= now()
    )
    some = db.session.scalars(mine.order_by(Agent.next_run_at).limit(limit + len(skip)))
    return [store_id for store_id in some if store_id not in skip][:limit]


def longest_waiting(
    whose: Any, places: Iterable[tuple[Select[Any], Any]], skip: Collection[str], limit: int
) -> list[str]:
    """Give back the ids of stores that have rows in any of these places: the longest waiting
    first, none of `skip`.

    `whose` is the column with the store's id; each place is what is due there, and the column
    that says since when.
    """
    since: dict[str, datetime] = {}
    store = whose.concat("")  # never by the stores' index: they have many rows, few of them due
    for due_ones, when in places:
        first = func.min(when)
        waiting = due_ones.with_only_columns(store, first).where(store.not_in(skip))
        waiting = waiting.group_by(store).order_by(first).limit(limit)
        for store_id, at in db.session.execute(waiting):
            since[store_id] = min(filter(None, (at, since.get(store_id))))
    return sorted(since, key=since.__getitem__)[:limit]


def in_turn(kind: Kind, store_ids: Sequence[str]) -> list[str]:
    """Give these back with those first that ran the longest ago, so that nobody starves."""
    mine = select(Agent.store_id, Agent.last_run_at).where(
        Agent.kind == kind, Agent.store_id.in_(store_ids)
    )
    ran = {store_id: at for store_id, at in db.session.execute(mine) if at is not None}
    never = [store_id for store_id in store_ids if store_id not in ran]
    return never + sorted((s for s in store_ids if s in ran), key=ran.__getitem__)


def calm(kind: Kind, troubled: Collection[str]) -> None:
    """Forget the failures of stores whose wait is over and that have nothing to do any more.

    `troubled` are those that have.
    """
    mine = select(Agent.id, Agent.store_id).where(
        Agent.kind == kind,
        RESTS,
        Agent.paused_reason.is_(None),
        Agent.not_before <= now(),
    )
    for agent_id, store_id in db.session.execute(mine).all():
        if store_id not in troubled:
            _calm(agent_id)


def calm_silent() -> None:
    """Forget the failures of what works when something happens, where nothing has for long."""
    mine = select(Agent.id).where(
        Agent.kind.in_([kind for kind, about in KINDS.items() if about.events]),
        Agent.status == AgentStatus.ERROR,
        Agent.not_before.is_(None),
        Agent.last_run_at < now() - SILENT,
    )
    for agent_id in db.session.scalars(mine).all():
        _calm(agent_id)


@transaction()
def _calm(agent_id: str) -> None:
    agent = locked(agent_id)
    at = now()
    if agent.paused_reason is None and (agent.not_before or at) <= at:
        agent.status, agent.consecutive_failures = AgentStatus.ACTIVE, 0
        agent.not_before, agent.updated_at = None, at


@transaction()
def _take(kind: Kind, me: str) -> Beat | None:
    mine = update(Beat).where(Beat.kind == kind, over(Beat.leased_until))
    taken = mine.values(holder=me, leased_until=lease_end()).returning(Beat)
    options = {"populate_existing": True}
    beat = db.session.scalar(taken, execution_options=options)
    if beat is None and db.session.get(Beat, kind) is None:
        first = insert_into(Beat).on_conflict_do_nothing()
        db.session.execute(first.values(kind=kind))
        beat = db.session.scalar(taken, execution_options=options)
    return beat


@transaction()
def _let_go(kind: Kind, me: str, looked: datetime | None) -> None:
    mine = update(Beat).where(Beat.kind == kind, Beat.holder == me)
    done: dict[str, object] = {"holder": None, "leased_until": None}
    if looked is not None:
        done["at"] = looked
    db.session.execute(mine.values(done), execution_options={"synchronize_session": False})


def _renewal(kind: Kind, me: str) -> list[Update]:
    mine = update(Beat).where(Beat.kind == kind, Beat.holder == me)
    return [mine.values(leased_until=lease_end())]
