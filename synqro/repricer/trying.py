"""What a rule would do that nobody has saved yet. Nothing is written."""

from collections import Counter
from dataclasses import dataclass
from typing import NamedTuple

from synqro import stores
from synqro.core.clock import now
from synqro.core.db import db
from synqro.listings import Priced
from synqro.repricer.asking import Asked, asked_one, in_order
from synqro.repricer.facts import Ruled, Verdict
from synqro.repricer.gathering import batches, facts_of, known
from synqro.repricer.packing import ruled
from synqro.repricer.showing import ShownListing, shown_listings
from synqro.repricer.terms import Terms
from synqro.stores import Store

NEW = "rule_new"
MOST_SEEN = 5_000


class Tried(NamedTuple):
    """A listing, at the price it has, and what the rule says of it."""

    listing: ShownListing
    verdict: Verdict


@dataclass(frozen=True)
class Trial:
    """How many prices would move and stay, why the latter stay ({reason code: listings}), and
    the first of them, those that move before those that do not.

    `whole` is False where the store has more listings than were looked at.
    """

    changed: int
    tally: Counter[str]
    shown: list[Tried]
    whole: bool = True

    @property
    def skipped(self) -> int:
        return self.tally.total()


def try_terms(
    store: Store, terms: Terms, *, name: str, rule_id: str | None = None, most: int = 20
) -> Trial:
    """Say what a rule would do that says this: in the place of `rule_id`, or behind all others.

    It is asked as if it were on and new: nothing that was undone rests from it.
    """
    store = stores.by_id(store.id)
    asking = _asked(store.id, terms, name, rule_id)
    found, seen, whole = known(store, asking.needs, now()), 0, True
    moving: list[tuple[Priced, Verdict]] = []
    staying: list[tuple[Priced, Verdict]] = []
    changed, tally = 0, Counter[str]()
    for rows in batches(store.id):
        if seen >= MOST_SEEN:
            whole = False
            break
        seen += len(rows)
        for row, facts in zip(rows, facts_of(found, rows), strict=True):
            verdict = asking.verdict(facts)
            if verdict is None:
                continue
            moves = verdict.price != row.price
            changed += moves
            if not moves:
                tally[str(verdict.reasons[-1].code)] += 1
            kept = moving if moves else staying
            if len(kept) < most:
                kept.append((row, verdict))
    first = (moving + staying)[:most]
    listings = shown_listings(store.id, [row.id for row, _ in first])
    shown = [Tried(listings[row.id], verdict) for row, verdict in first]
    db.session.rollback()  # nothing is left open
    return Trial(changed, tally, shown, whole)


def _asked(store_id: str, terms: Terms, name: str, rule_id: str | None) -> Asked:
    rules = [ruled(rule) for rule in in_order(store_id, rule_id)]
    place = next((at for at, rule in enumerate(rules) if rule.id == rule_id), len(rules))
    revision = rules[place].revision + 1 if place < len(rules) else 1
    rules[place : place + 1] = [Ruled(rule_id or NEW, name, revision, terms)]
    return asked_one(rules, rule_id or NEW, now())
