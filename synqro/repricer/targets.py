"""The price that a strategy wants, before anything limits it. Pure."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from synqro.core.dividing import up
from synqro.repricer.facts import Facts, Reason
from synqro.repricer.floors import Span, leaving
from synqro.repricer.reasons import Why
from synqro.repricer.rivals import against
from synqro.repricer.terms import (
    Age,
    Band,
    Competitor,
    Fallback,
    Fixed,
    Margin,
    StockBands,
    Terms,
    Velocity,
)
from synqro.repricer.whole import adjusted


class Aim(NamedTuple):
    """The price wanted, None where it holds the one it has. `as_written`: a person wrote that
    very price, so that it gets no other ending.
    """

    price: int | None
    reasons: list[Reason]
    as_written: bool = False


def fall_back(to: Fallback, facts: Facts, span: Span, reason: Reason) -> Aim:
    """Give back what a price does where the strategy does not hold.

    `max` where nobody set a highest price holds.
    """
    if to == Fallback.BASE:
        return Aim(facts.base_price, [reason], as_written=True)
    if to == Fallback.MAX and span.ceiling_by == "stripe":
        return Aim(None, [reason, Reason(Why.NO_CEILING, {})])
    if to == Fallback.MAX:
        return Aim(span.ceiling, [reason], as_written=True)
    return Aim(None, [reason])


def aim(terms: Terms, facts: Facts, span: Span, at: datetime) -> Aim:
    """Give back the price that the rule's strategy wants."""
    match terms.strategy:
        case StockBands() as found:
            return by_stock(found, facts)
        case Velocity() as found:
            return by_velocity(found, facts)
        case Age() as found:
            return by_age(found, facts, at)
        case Margin() as found:
            return by_margin(found, facts)
        case Fixed() as found:
            return by_fixed(found, facts)
        case found:
            return by_rivals(found, terms, facts, span, at)


def by_stock(found: StockBands, facts: Facts) -> Aim:
    """Give back the price by how many are left."""
    left = facts.available
    if left is None:
        return Aim(facts.base_price, [Reason(Why.STOCK_UNCOUNTED, {})])
    said = {"available": left}
    return _by_band(found.bands, left, facts, said, (Why.STOCK_BAND, Why.STOCK_ABOVE))


def by_velocity(found: Velocity, facts: Facts) -> Aim:
    """Give back the price by how many were sold."""
    sold = facts.sold.get(found.window_days, 0)
    said = {"sold": sold, "days": found.window_days}
    return _by_band(found.bands, sold, facts, said, (Why.VELOCITY_BAND, Why.VELOCITY_ABOVE))


def by_age(found: Age, facts: Facts, at: datetime) -> Aim:
    """Give back the price by whole days without a sale."""
    since = max(facts.listed_at, facts.last_sold_at or facts.listed_at)
    days = max(0, (at - since).days)
    if days < found.start_days:
        said = {"days": days, "start_days": found.start_days}
        return Aim(facts.base_price, [Reason(Why.AGE_YOUNG, said)])
    steps = 1 + (days - found.start_days) // found.every_days
    bp = max(steps * found.step_bp, found.max_total_bp)
    # Sales are looked for as far back as they matter: further away it is at least so long.
    said = {"days": min(days, reach(found)), "adjust_bp": bp}
    return Aim(adjusted(facts.base_price, bp), [Reason(Why.AGE, said)])


def reach(age: Age) -> int:
    """Give back after how many days a price no longer falls."""
    return age.start_days + (up(age.max_total_bp, age.step_bp) - 1) * age.every_days


def by_margin(found: Margin, facts: Facts) -> Aim:
    """Give back the least price that leaves the margin."""
    price, stopped = leaving(found.target_bp, facts)
    if stopped:
        return Aim(None, [stopped])
    said = {"margin_bp": found.target_bp, "cost": facts.cost, "price": price}
    return Aim(price, [Reason(Why.MARGIN, said)])


def by_fixed(found: Fixed, facts: Facts) -> Aim:
    """Give back the price that was set."""
    return Aim(found.price, [Reason(Why.FIXED, {"price": found.price})])


def by_rivals(found: Competitor, terms: Terms, facts: Facts, span: Span, at: datetime) -> Aim:
    """Give back the price against what others ask."""
    price, reason, fallback = against(found, terms.filters, facts, span.floor, at)
    if fallback is not None:
        return fall_back(fallback, facts, span, reason)
    return Aim(price, [reason])


def _by_band(
    bands: Sequence[Band], count: int, facts: Facts, said: dict[str, Any], why: tuple[Why, Why]
) -> Aim:
    for band in bands:
        if count <= band.most:
            told = {**said, "most": band.most, "adjust_bp": band.adjust_bp}
            return Aim(adjusted(facts.base_price, band.adjust_bp), [Reason(why[0], told)])
    return Aim(facts.base_price, [Reason(why[1], {**said, "most": bands[-1].most})])
