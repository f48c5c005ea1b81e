"""How far and how often a price may move. Pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from synqro.core.dividing import up
from synqro.repricer.facts import Facts, Moved, Reason
from synqro.repricer.reasons import Why
from synqro.repricer.terms import Guards, PriceWar
from synqro.repricer.whole import ALL

DAY = timedelta(days=1)


class Room(NamedTuple):
    """The prices that are in reach; the one it has always is. `day` says which end the day sets."""

    low: int
    high: int
    day_low: bool
    day_high: bool


def room(guards: Guards, facts: Facts, at: datetime) -> Room:
    """Give back how far the price may go in this run.

    The day counts from what the price was 24 hours ago, or from what a person set since. Where
    it is further away than a day allows it may still come back.
    """
    price = facts.price
    low, high = up(price * (ALL - guards.per_run_bp), ALL), _more(price, guards.per_run_bp)
    was = _a_day_ago(facts, at)
    least = min(price, up(was * (ALL - guards.per_day_bp), ALL))
    most = max(price, _more(was, guards.per_day_bp))
    return Room(max(low, least), min(high, most), least > low, most < high)


def war(found: PriceWar, moves: Sequence[Moved], at: datetime) -> datetime | None:
    """Give back until when it rests; None: there is no price war."""
    drops = [one.at for one in moves if one.rule_id is not None and one.after < one.before]
    window, rest = timedelta(hours=found.window_hours), timedelta(hours=found.rest_hours)
    for last, first in zip(drops, drops[found.max_drops - 1 :], strict=False):
        if last + rest <= at:
            return None
        if last - first <= window:
            return last + rest
    return None


def waits(guards: Guards, moves: Sequence[Moved], at: datetime) -> Reason | None:
    """Say what a price that rules moved lately waits for."""
    made = [one.at for one in moves if one.rule_id is not None]
    if not made:
        return None
    until = made[0] + timedelta(minutes=guards.cooldown_minutes)
    if until > at:
        said = {"until": until.isoformat(), "minutes": guards.cooldown_minutes}
        return Reason(Why.COOLING_DOWN, said)
    most = guards.changes_per_day
    if len(made) >= most and made[most - 1] + DAY > at:
        said = {"until": (made[most - 1] + DAY).isoformat(), "most": most}
        return Reason(Why.TOO_MANY, said)
    return None


def _more(price: int, bp: int) -> int:
    return price * (ALL + bp) // ALL


def _a_day_ago(facts: Facts, at: datetime) -> int:
    was = facts.price
    for one in facts.moves:
        if one.at + DAY <= at:
            break
        if one.rule_id is None:
            return one.after
        was = one.before
    return was
