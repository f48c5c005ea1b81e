"""What is added to a cost, and by how many pieces. Pure."""

from dataclasses import dataclass

from synqro.core.dividing import up
from synqro.costing.rates import MarginKind, Rates
from synqro.costing.spending import Spent
from synqro.costing.weighing import ALL


@dataclass(frozen=True)
class Marked:
    """The margin of one part. `held` is the smaller quantity whose price holds, because by its
    own break this one would be cheaper; None where its own holds.
    """

    amount: int
    bp: int
    held: int | None = None


def margin(cost: int, bp: int, kind: MarginKind, unit: int) -> int:
    """Give back what a mark-up, or a margin below 100%, adds to a cost, rounded up."""
    return up(cost * bp, ALL if kind == MarginKind.MARKUP else ALL - bp, unit)


def mark(rates: Rates, spent: Spent) -> Marked:
    """Give back the margin of a part: never such that fewer pieces of it cost more."""
    count = spent.made.part.quantity
    before = {one.quantity - 1 for one in rates.breaks if 1 < one.quantity <= count}
    price, held = max((_price(rates, spent, fewer), fewer) for fewer in {*before, count})
    own = None if held == count else held
    return Marked(price - spent.cost(count), margin_bp(rates, count), own)


def margin_bp(rates: Rates, count: int) -> int:
    """Give back the basis points for so many pieces of one part."""
    reached = [(one.quantity, one.margin_bp) for one in rates.breaks if one.quantity <= count]
    return max(reached)[1] if reached else rates.margin_bp


def _price(rates: Rates, spent: Spent, count: int) -> int:
    cost = spent.cost(count)
    return cost + margin(cost, margin_bp(rates, count), rates.margin_kind, spent.unit)
