"""An automation of a shop, and looking at it anew."""

import pytest

from synqro import agents
from synqro.agents import Agent, Kind
from synqro.core.db import db

SWEEPER = Kind.RESERVATION_SWEEPER


def of(store, kind: Kind = SWEEPER) -> agents.Shown:
    """The automation as a person would find it now."""
    db.session.rollback()
    db.session.expire_all()
    return next(s for s in agents.listed(store.id) if s.agent.kind is kind)


@pytest.fixture
def sweeper(store) -> Agent:
    return of(store).agent


@pytest.fixture
def repricer(store) -> Agent:
    return of(store, Kind.REPRICER).agent


@pytest.fixture
def told(app) -> list[tuple[str, Kind, bool]]:
    """What the listeners were told of pauses."""
    heard: list[tuple[str, Kind, bool]] = []
    app.extensions["agent_listeners"] = [lambda *told: heard.append(told)]
    return heard
