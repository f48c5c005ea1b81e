"""The rooms behind each automation: which stores have something to do, and who does it."""

from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from functools import partial
from time import monotonic
from typing import NamedTuple

from synqro import agents, catalogue, events, orders, quotes, repricer, settlements, uploads
from synqro.agents import Beat, Kind, Problem, Report, Run, Trigger
from synqro.core.clock import now
from synqro.core.db import db, transaction
from synqro.core.queue import push
from synqro.core.words import sentence, several

TURN = 5.0  # seconds
STORES = 200  # that are looked at together
LATE = timedelta(seconds=5)  # until what was tried is written down

Work = Callable[[str, Run], Report]
Due = Callable[[Collection[str], int], list[str]]
Look = Callable[[Beat], None]


class Automation(NamedTuple):
    """`work` is one run, and gets a store's id; `due` gives back the stores that have something
    to do, of none of these, so many at most. Where it has a `look`, that is its sweep.
    """

    work: Work
    due: Due | None = None
    look: Look | None = None


def sweep(kind: Kind) -> None:
    """Look for a kind over all stores, unless somebody else does, for as long as a turn lasts."""
    left = False
    with agents.beating(kind) as beat:
        if beat is None:
            return
        found = AUTOMATIONS[kind]
        if found.look is not None:
            found.look(beat)
        if found.due is not None:
            left = _take_turns(kind, found.due, found.work)
    if left:
        push(f"agents.{kind}")  # behind all that others have rung for meanwhile


def take_up(run: Run) -> Report:
    """Do the work of a run that somebody asked for."""
    return AUTOMATIONS[run.kind].work(run.store_id, run)


def _take_turns(kind: Kind, due: Due, work: Work) -> bool:
    """Let every store have its turn, and those another that got on and are not done; True where
    the time was too short.
    """
    end, done = monotonic() + TURN, set[str]()
    while True:
        ready = due(agents.resting(kind) | done, STORES)
        if not done and len(ready) < STORES:
            agents.calm(kind, ready)
        ready = agents.in_turn(kind, ready)
        db.session.rollback()  # no read stays open meanwhile
        for store_id in ready:
            if monotonic() > end:
                return True
            run = agents.work(store_id, kind, Trigger.SCHEDULE, partial(work, store_id))
            if run is None or not run.changed:
                done.add(store_id)
        if not ready:
            return False


def note_low(store_id: str, count: int, at: datetime) -> None:
    """Write down that the stock watch told of `count` variants, at `at`."""
    agents.note(store_id, Kind.STOCK_WATCH, Report(count, count), at, at, words=_told)


def _told(report: Report) -> str:
    say = several(report.changed, "variant that runs", "variants that run")
    return str(sentence(f"told you of {say} low"))


def _look_at_payouts(_beat: Beat) -> None:
    """Ring for every account whose payouts are to be read: Stripe may take its time with one."""
    for pair in settlements.due_syncs(skip=agents.resting(Kind.SETTLEMENT_SYNC)):
        push("settlements.sync", *pair)


def _look_at_deliveries(beat: Beat) -> None:
    """Write down what the pumps sent since the last look."""
    found, cursor = events.tally(beat.cursor, now() - LATE)
    with transaction():
        for one in found:
            _note(one)
        agents.move_on(Kind.WEBHOOK_DELIVERY, cursor)


def _note(one: events.Tally) -> None:
    failed = Problem("delivery_failed", one.last_error or "") if one.failed else None
    report = Report(one.arrived + one.failed, one.arrived, 0, one.failed, problem=failed)
    kind = Kind.WEBHOOK_DELIVERY
    agents.note(one.store_id, kind, report, one.began, one.ended, words=_sent)


def _sent(report: Report) -> str:
    said = sentence(
        report.changed and f"delivered {several(report.changed, 'event', 'events')}",
        report.failed and several(report.failed, "try failed", "tries failed"),
    )
    return said or ""


def _bring_forward(store_id: str, _run: Run) -> Report:
    count = events.bring_forward(store_id)
    if count:
        return Report(seen=count, summary=f"Sends {several(count, 'event', 'events')} that waited")
    is_on = agents.is_on(store_id, Kind.WEBHOOK_DELIVERY)
    return Report(summary="Nothing waits" if is_on else "Everything waits until this is resumed")


def _stores_to_clear(skip: Collection[str], limit: int) -> list[str]:
    found = quotes.stores_to_clear(skip, limit) + uploads.stores_to_purge(skip, limit)
    return list(dict.fromkeys(found))[:limit]


def _clear(store_id: str, _run: Run) -> Report:
    return quotes.clear(store_id).plus(uploads.purge_of(store_id))


def _reprice(store_id: str, run: Run) -> Report:
    return repricer.run_scheduled(store_id, run.id)


def _alone(work: Callable[[str], Report]) -> Work:
    return lambda store_id, _run: work(store_id)


AUTOMATIONS = {
    Kind.WEBHOOK_DELIVERY: Automation(_bring_forward, look=_look_at_deliveries),
    Kind.RESERVATION_SWEEPER: Automation(_alone(orders.sweep), orders.stores_to_sweep),
    Kind.QUOTE_FOLLOWUP: Automation(_alone(quotes.follow_up), quotes.stores_to_follow_up),
    Kind.REPRICER: Automation(_reprice, partial(agents.due, Kind.REPRICER)),
    Kind.STOCK_WATCH: Automation(_alone(catalogue.tell_low), catalogue.stores_to_tell),
    Kind.SETTLEMENT_SYNC: Automation(_alone(settlements.sync_now), look=_look_at_payouts),
    Kind.RETENTION: Automation(_clear, _stores_to_clear),
}
