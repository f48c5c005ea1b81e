"""What a part costs to make, line by line, at any quantity. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from synqro.core.dividing import split, up
from synqro.costing.making import Made
from synqro.costing.rates import Rates
from synqro.costing.shapes import LineKind
from synqro.costing.timing import HOUR
from synqro.costing.weighing import ALL

KILOGRAM = 1_000_000  # mg
PER_PART = (LineKind.MATERIAL, LineKind.MACHINE, LineKind.FAILURES, LineKind.LABOUR)


@dataclass(frozen=True)
class Spent:
    """The costs of one part in steps of `unit`; `told` is its share of what a person set."""

    rates: Rates
    made: Made
    unit: int
    told: Mapping[LineKind, int] = field(default_factory=dict)

    def cost(self, count: int) -> int:
        """Give back what so many pieces cost, without what comes once a quote."""
        return sum(self.line(kind, count) for kind in PER_PART)

    def line(self, kind: LineKind, count: int) -> int:
        """Give back one line of it; what a person set goes with the pieces as the rates do."""
        found = self._worked_out(kind, count)
        if kind not in self.told:
            return found
        pieces = self.made.part.quantity
        whole = self._worked_out(kind, pieces)
        found, whole = (found, whole) if whole else (count, pieces)
        return up(self.told[kind] * found, whole, self.unit)

    def _worked_out(self, kind: LineKind, count: int) -> int:
        made, chosen, rates = self.made, self.made.chosen, self.rates
        match kind:
            case LineKind.MATERIAL:
                worth = made.milligrams * count * chosen.material.price_per_kg
                return up(worth, KILOGRAM, self.unit)
            case LineKind.MACHINE:
                return up(made.seconds * count * chosen.machine.rate, HOUR, self.unit)
            case LineKind.LABOUR:
                return up(rates.labour_seconds * count * rates.labour_rate, HOUR, self.unit)
            case _:
                tried = sum(self.line(one, count) for one in PER_PART[:2])
                return up(tried * rates.failure_bp, ALL - rates.failure_bp, self.unit)


def own_line(spent: Spent, kind: LineKind) -> int:
    """Give back one line for all pieces of the part."""
    return spent.line(kind, spent.made.part.quantity)


def tell(parts: Sequence[Spent], kind: LineKind, amount: int, unit: int) -> list[Spent]:
    """Give back the parts with `amount` shared out as that line of theirs."""
    weights = [own_line(one, kind) for one in parts]
    if not any(weights):
        weights = [one.made.part.quantity for one in parts]
    shares = split(amount, weights, unit)
    return [
        replace(one, told={**one.told, kind: share})
        for one, share in zip(parts, shares, strict=True)
    ]
