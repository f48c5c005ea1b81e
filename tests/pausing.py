"""A person pauses an automation of a shop and lets it go on; and its sweep comes by."""

from synqro import agents, stores
from synqro.agents import Kind, Run
from synqro.core.db import db
from synqro.jobs import automations


def pause(store: stores.Store, kind: Kind) -> None:
    agents.pause(store.id, _of(store, kind).id)


def resume(store: stores.Store, kind: Kind) -> None:
    agents.resume(store.id, _of(store, kind).id)


def sweep(kind: Kind) -> None:
    """Let the clock look after all stores, as a worker does."""
    automations.sweep(kind)
    db.session.rollback()
    db.session.expire_all()


def runs(store: stores.Store, kind: Kind) -> list[Run]:
    """What came of it, the oldest first."""
    db.session.rollback()
    return list(reversed(agents.runs(store.id, _of(store, kind).id).data))


def _of(store: stores.Store, kind: Kind) -> agents.Agent:
    found = agents.of_kind(store.id, kind)
    assert found
    return found
