"""The automations of all shops: a sweep for each kind, and what people ask for."""

from datetime import datetime
from time import monotonic

from synqro import agents
from synqro.agents import Kind
from synqro.core.db import db
from synqro.jobs import automations
from synqro.jobs.job import job

TURN = 5.0  # seconds


@job
def run(run_id: str) -> None:
    """Do what somebody asked for, unless another worker has."""
    agents.take_up(run_id, automations.take_up)


@job
def take_up() -> None:
    """End the runs whose worker died, and do what was asked for and whose job was lost.

    Here and now, for as long as a turn lasts: bells would stand in the queue behind others.
    """
    agents.end_lost()
    end = monotonic() + TURN
    waiting = agents.waiting()
    db.session.rollback()  # no read stays open meanwhile
    for run_id in waiting:
        if monotonic() > end:
            break
        run(run_id)


@job
def purge() -> None:
    """Forget old runs, and old trouble where nothing has happened since."""
    agents.purge()
    agents.calm_silent()


@job
def webhook_delivery() -> None:
    """Write down what was sent to each shop's endpoints."""
    automations.sweep(Kind.WEBHOOK_DELIVERY)


@job
def reservation_sweeper() -> None:
    """Free the pieces of checkouts that nobody finished, and ask about those that wait."""
    automations.sweep(Kind.RESERVATION_SWEEPER)


@job
def quote_followup() -> None:
    """End prices whose last day is over, and remind customers of those that end soon."""
    automations.sweep(Kind.QUOTE_FOLLOWUP)


@job
def repricer() -> None:
    """Let the price rules work of shops whose time has come."""
    automations.sweep(Kind.REPRICER)


@job
def stock_watch() -> None:
    """Tell shops what ran low while nobody was to be told."""
    automations.sweep(Kind.STOCK_WATCH)


@job
def note_low(store_id: str, count: str, at: str) -> None:
    """Write down that a shop was told, in the moment of a move, of so many that run low."""
    automations.note_low(store_id, int(count), datetime.fromisoformat(at))


@job
def settlement_sync() -> None:
    """Ring for every account whose payouts are to be read."""
    automations.sweep(Kind.SETTLEMENT_SYNC)


@job
def retention() -> None:
    """Let go of the files and drafts whose time is over."""
    automations.sweep(Kind.RETENTION)
