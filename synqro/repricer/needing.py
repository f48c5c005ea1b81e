"""What has to be known of listings before rules can be asked. Pure."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from synqro.repricer.facts import Ruled
from synqro.repricer.hours import Time, time_of
from synqro.repricer.limits import DAY
from synqro.repricer.targets import reach
from synqro.repricer.terms import Age, Competitor, Guards, Terms, Velocity


class Needs(NamedTuple):
    """`windows`: in how many days pieces sold are counted. `sold_back`: how many days back the
    last sale is looked for, None where nobody asks. `moves_back`: how far changes of the price
    go back.
    """

    windows: frozenset[int]
    sold_back: int | None
    moves_back: timedelta
    rivals: bool


def needs(rules: Sequence[Ruled], at: datetime) -> Needs:
    """Give back what the rules that are there at the moment look at."""
    there = [one.terms for one in rules if time_of(one.terms.schedule, at) != Time.OFF]
    strategies = [one.strategy for one in there]
    return Needs(
        windows=frozenset(one.window_days for one in strategies if isinstance(one, Velocity)),
        # A day more: of the oldest that still matters, only whole days count.
        sold_back=max((reach(one) + 1 for one in strategies if isinstance(one, Age)), default=None),
        moves_back=max(_guarded(there), default=DAY),
        rivals=any(isinstance(one, Competitor) for one in strategies),
    )


def _guarded(there: Iterable[Terms]) -> Iterable[timedelta]:
    for one in there:
        yield max(DAY, timedelta(minutes=one.guards.cooldown_minutes), _war(one.guards))


def _war(guards: Guards) -> timedelta:
    found = guards.price_war
    return timedelta(hours=found.window_hours + found.rest_hours) if found else DAY
