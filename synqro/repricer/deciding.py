"""What a listing's price should be, by the first rule that is for it, and why. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import NamedTuple

from synqro.repricer.facts import Facts, Reason, Ruled, Verdict
from synqro.repricer.floors import Span, span
from synqro.repricer.hours import Time, time_of
from synqro.repricer.reasons import Why
from synqro.repricer.settling import rest_in_war, settle
from synqro.repricer.targets import Aim, aim, fall_back
from synqro.repricer.terms import Fallback, Schedule, Terms

AWAY = {Time.OUTSIDE: Why.OUTSIDE_HOURS, Time.OVER: Why.OVER}
ARRIVED = frozenset({Why.AT_TARGET, Why.TOO_SMALL})


@dataclass(frozen=True, slots=True)
class Ready:
    """A rule with all that does not depend on the listing. An empty set asks for nothing."""

    rule: Ruled
    at: datetime
    time: Time
    aim: Callable[[Terms, Facts, Span, datetime], Aim]
    listings: frozenset[str]
    skus: frozenset[str]
    tags: frozenset[str]
    marketplaces: frozenset[str]

    def fits(self, facts: Facts) -> bool:
        """Say whether the rule is for the listing; one that has ended only for what it priced."""
        return (
            (not self.listings or facts.listing_id in self.listings)
            and (not self.skus or facts.sku in self.skus)
            and (not self.marketplaces or facts.marketplace in self.marketplaces)
            and (not self.tags or not self.tags.isdisjoint(facts.tags))
            and (self.time is not Time.OVER or facts.priced_by == self.rule.id)
        )


class Prepared(NamedTuple):
    """The rules that are there at the moment, in order."""

    rules: tuple[Ready, ...]


def prepare(rules: Sequence[Ruled], at: datetime) -> Prepared:
    """Make ready what `decide` asks of many listings. `rules` are in the order they are asked."""
    found = [(rule, time_of(rule.terms.schedule, at)) for rule in rules]
    return Prepared(tuple(_ready(rule, at, time) for rule, time in found if _there(rule, time)))


def decide(prepared: Prepared, facts: Facts) -> Verdict:
    """Give back the price that the first fitting rule wants, and why; at least one reason.

    A rule that has ended is no longer there once the price is back.
    """
    for ready in prepared.rules:
        if ready.fits(facts):
            verdict = _ask(ready, facts)
            if ready.time is not Time.OVER or verdict.reasons[-1].code not in ARRIVED:
                return verdict
    return Verdict(facts.price, (Reason(Why.NO_RULE, {}),), None)


def _there(rule: Ruled, time: Time) -> bool:
    if time is Time.OVER:
        return _outside(rule.terms.schedule) != Fallback.HOLD
    return time is not Time.OFF


def _outside(schedule: Schedule | None) -> Fallback:
    return schedule.outside if schedule else Fallback.HOLD


def _ready(rule: Ruled, at: datetime, time: Time) -> Ready:
    scope = rule.terms.scope
    return Ready(
        rule,
        at,
        time,
        partial(_aim_outside, AWAY[time]) if time in AWAY else aim,
        frozenset(scope.listing_ids),
        frozenset(scope.skus),
        frozenset(scope.tags),
        frozenset(scope.marketplaces),
    )


def _aim_outside(why: Why, terms: Terms, facts: Facts, found: Span, _at: datetime) -> Aim:
    outside = _outside(terms.schedule)
    return fall_back(outside, facts, found, Reason(why, {"outside": outside}))


def _ask(ready: Ready, facts: Facts) -> Verdict:
    rule, terms = ready.rule, ready.rule.terms
    stopped: Reason | None = None
    if facts.resting and (rule.id, rule.revision) in facts.resting:
        stopped = Reason(Why.UNDONE, {})
    elif facts.currency != terms.currency:
        said = {"rule": terms.currency, "listing": facts.currency}
        stopped = Reason(Why.OTHER_CURRENCY, said)
    elif ready.time is Time.OUTSIDE and _outside(terms.schedule) == Fallback.HOLD:
        stopped = Reason(Why.OUTSIDE_HOURS, {"outside": Fallback.HOLD})
    if stopped is None:
        found = span(terms, facts)
        stopped = found.stopped
    if stopped:
        return Verdict(facts.price, (stopped,), rule)
    at = ready.at
    wanted = rest_in_war(terms, facts, found, at) or ready.aim(terms, facts, found, at)
    price, reasons = settle(terms, facts, found, wanted, at)
    return Verdict(price, tuple(reasons), rule)
