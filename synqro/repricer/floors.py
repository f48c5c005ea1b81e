"""Between which prices a rule may set one. Pure."""

from typing import NamedTuple

from synqro.core.currencies import MAXIMUM, minimum, step
from synqro.core.dividing import up
from synqro.costing import least_price
from synqro.repricer.facts import Facts, Reason
from synqro.repricer.reasons import Why
from synqro.repricer.terms import Terms


class Span(NamedTuple):
    """The least and the highest price, multiples of the currency's step, and what sets them:
    min, listing_min, cost or stripe; max, listing_max or stripe. `stopped` is why there is
    nothing between them: then the price stays, whatever it is.
    """

    floor: int
    floor_by: str
    ceiling: int
    ceiling_by: str
    stopped: Reason | None = None

    def allows(self, price: int, new_price: int) -> bool:
        """Say whether the price may become that: one above the ceiling only comes down to it."""
        return not self.stopped and self.floor <= new_price <= max(self.ceiling, price)


def span(terms: Terms, facts: Facts) -> Span:
    """Give back the span with the cost, fees, tax and limits that the facts have now."""
    bounds, unit = terms.bounds, step(facts.currency)
    floor, by = minimum(facts.currency), "stripe"
    if facts.min_price is not None and facts.min_price >= floor:
        floor, by = facts.min_price, "listing_min"
    if bounds.min is not None and bounds.min >= floor:
        floor, by = bounds.min, "min"
    stopped = None
    if bounds.min_margin_bp is not None:
        cost, stopped = leaving(bounds.min_margin_bp, facts)
        if cost >= floor:
            floor, by = cost, "cost"
    ceiling, ceiling_by = MAXIMUM, "stripe"
    if facts.max_price is not None and facts.max_price <= ceiling:
        ceiling, ceiling_by = facts.max_price, "listing_max"
    if bounds.max is not None and bounds.max <= ceiling:
        ceiling, ceiling_by = bounds.max, "max"
    floor, ceiling = up(floor, 1, unit), ceiling // unit * unit
    if floor > ceiling and not stopped:
        said = {"floor": floor, "by": by, "ceiling": ceiling, "ceiling_by": ceiling_by}
        stopped = Reason(Why.FLOOR_ABOVE, said)
    return Span(floor, by, ceiling, ceiling_by, stopped)


def leaving(margin_bp: int, facts: Facts) -> tuple[int, Reason | None]:
    """Give back the least price that leaves the margin, or why there is none."""
    if facts.cost is None:
        return 0, Reason(Why.NO_COST, {})
    found = least_price(facts.cost, margin_bp, facts.fees, facts.tax_bp, facts.tax_included)
    if found is None:
        return 0, Reason(Why.OUT_OF_REACH, {"margin_bp": margin_bp})
    return found, None
