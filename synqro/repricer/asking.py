"""Which rules are asked of a store's listings, and of which of them the answer is wanted."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select

from synqro.core.db import db
from synqro.repricer.deciding import Prepared, Ready, decide, prepare
from synqro.repricer.errors import RuleNotFound
from synqro.repricer.facts import Facts, Reason, Ruled, Verdict
from synqro.repricer.hours import Time, time_of
from synqro.repricer.models import Rule
from synqro.repricer.needing import Needs, needs
from synqro.repricer.reasons import Why
from synqro.repricer.rules import NO_RULE
from synqro.repricer.terms import Fallback


@dataclass(frozen=True)
class Asked:
    """Rules that are ready to be asked; with `only` just of the listings that this one is for.

    `off`: that one is turned off, and its answer is that.
    """

    prepared: Prepared
    needs: Needs
    only: Ready | None = None
    off: bool = False

    def verdict(self, facts: Facts) -> Verdict | None:
        """Give back what becomes of a price; None where the listing is nothing to the rule."""
        if self.only is None:
            return decide(self.prepared, facts)
        if not self.only.fits(facts):
            return None
        rule = self.only.rule
        if self.off:
            return Verdict(facts.price, (Reason(Why.RULE_OFF, {}),), rule)
        found = decide(self.prepared, facts)
        if found.rule is None:
            return Verdict(facts.price, (_not_there(self.only),), rule)
        if found.rule.id == rule.id:
            return found
        said = {"rule": found.rule.name}
        return Verdict(facts.price, (Reason(Why.ANOTHER_FIRST, said),), found.rule)


def asked(rules: Sequence[Ruled], at: datetime) -> Asked:
    """Make these rules ready, which are in the order they are asked."""
    return Asked(prepare(rules, at), needs(rules, at))


def asked_one(rules: Sequence[Ruled], rule_id: str, at: datetime, *, off: bool = False) -> Asked:
    """Make one of these rules ready, and those before it, which go first. Raises RuleNotFound."""
    place = next((place for place, rule in enumerate(rules) if rule.id == rule_id), None)
    if place is None:  # deleted just now
        raise RuleNotFound(NO_RULE)
    mine = rules[: place + 1]
    return Asked(prepare(mine, at), needs(mine, at), _always(mine[-1], at), off)


def in_order(store_id: str, also: str | None = None) -> list[Rule]:
    """Give back the rules that are on, and `also` this one, in the order they are asked."""
    mine = select(Rule).where(Rule.store_id == store_id, Rule.enabled | (Rule.id == also))
    return list(db.session.scalars(mine.order_by(Rule.priority, Rule.id)))


def _always(rule: Ruled, at: datetime) -> Ready:
    """Give back the rule as if it had no hours, to ask which listings it is for."""
    terms = replace(rule.terms, schedule=None)
    [ready] = prepare([rule._replace(terms=terms)], at).rules
    return replace(ready, rule=rule)


def _not_there(ready: Ready) -> Reason:
    """Say why a rule says nothing of a listing that it is for: it has not begun, or is over."""
    over = time_of(ready.rule.terms.schedule, ready.at) is Time.OVER
    return Reason(Why.OVER if over else Why.OUTSIDE_HOURS, {"outside": Fallback.HOLD.value})
