"""A price against what other sellers ask. Pure."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from synqro.repricer.facts import Facts, Reason, Rival
from synqro.repricer.reasons import Why
from synqro.repricer.terms import Action, Basis, Competitor, Fallback, Filters, Target
from synqro.repricer.whole import ALL, adjusted

OLDEST = timedelta(days=30)
"""Where a rule has no filters."""


class Asked(NamedTuple):
    """What counts of a rival's price, and whose it is."""

    amount: int
    rival: Rival


def against(
    found: Competitor, filters: Filters | None, facts: Facts, floor: int, at: datetime
) -> tuple[int, Reason, Fallback | None]:
    """Give back the price that keeps the distance to the others, why, and the fallback where there
    is none to compare with or it would be below the floor.

    With the basis `landed` their price counts with its shipping, as far as that is known, and is
    set against ours as it stands: what we add for shipping is not part of a listing's price.
    """
    asked = counted(found, filters, facts, at)
    aimed = _aimed_at(found, asked)
    if aimed is None:
        said: dict[str, Any] = {
            "target": found.target,
            "seller": found.seller,
            "if_none": found.if_none,
        }
        return 0, Reason(Why.NO_COMPETITOR, said), found.if_none
    amount, rival = aimed
    wanted = _kept(found, amount)
    if wanted < floor and found.if_below_floor != Fallback.FLOOR:
        said = {"wanted": wanted, "floor": floor, "if_below_floor": found.if_below_floor}
        return 0, Reason(Why.BELOW_FLOOR, said), found.if_below_floor
    said = {
        "action": found.action, "target": found.target, "seller": rival.seller if rival else None,
        "price": amount, "amount": found.amount, "by_bp": found.by_bp, "wanted": wanted,
    }  # fmt: skip
    return wanted, Reason(Why.COMPETITOR, said), None


def counted(found: Competitor, filters: Filters | None, facts: Facts, at: datetime) -> list[Asked]:
    """Give back the prices of others that count, the lowest first; of equal ones by seller."""
    landed = found.basis == Basis.LANDED
    asked = [
        Asked(one.price + (one.shipping or 0 if landed else 0), one)
        for one in _fresh(facts.rivals, filters, at)
        if filters is None or _fits(filters, one)
    ]
    if filters is not None and filters.ignore_below_base_bp is not None:
        least = facts.base_price * filters.ignore_below_base_bp
        asked = [one for one in asked if one.amount * ALL >= least]
    return sorted(asked, key=lambda one: (one.amount, one.rival.seller))


def _fresh(rivals: Iterable[Rival], filters: Filters | None, at: datetime) -> list[Rival]:
    oldest = at - (timedelta(minutes=filters.max_age_minutes) if filters else OLDEST)
    return [one for one in rivals if one.seen_at >= oldest]


def _fits(filters: Filters, one: Rival) -> bool:
    if named(one.seller, filters.exclude_sellers):
        return False
    if filters.include_sellers and not named(one.seller, filters.include_sellers):
        return False
    if filters.conditions and not named(one.condition, filters.conditions):
        return False
    if filters.countries and not named(one.country, filters.countries):
        return False
    return _well_rated(filters, one)


def _well_rated(filters: Filters, one: Rival) -> bool:
    # What nobody knows is not enough where a least is asked for.
    least, share = filters.min_feedback_score, filters.min_feedback_bp
    if least is not None and (one.feedback_score is None or one.feedback_score < least):
        return False
    return share is None or (one.feedback_bp is not None and one.feedback_bp >= share)


def named(name: str | None, names: Iterable[str]) -> bool:
    """Say whether a name is among those, without regard to case."""
    return name is not None and name.casefold() in {one.casefold() for one in names}


def _aimed_at(found: Competitor, asked: list[Asked]) -> tuple[int, Rival | None] | None:
    if found.target == Target.SELLER:
        asked = [one for one in asked if named(one.rival.seller, [found.seller or ""])]
    at = 1 if found.target == Target.SECOND_LOWEST else 0
    if len(asked) <= at:
        return None
    if found.target == Target.MEDIAN:
        low, high = asked[(len(asked) - 1) // 2], asked[len(asked) // 2]
        return (low.amount + high.amount + 1) // 2, None
    return asked[at].amount, asked[at].rival


def _kept(found: Competitor, amount: int) -> int:
    if found.action == Action.MATCH:
        return amount
    sign = -1 if found.action == Action.BEAT else 1
    return adjusted(amount, sign * found.by_bp) + sign * found.amount
