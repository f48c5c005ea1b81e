"""From what each part takes to the lines of a price. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from synqro.core.currencies import digits
from synqro.core.dividing import split, up
from synqro.costing import explaining
from synqro.costing.making import Made
from synqro.costing.marking_up import margin, mark
from synqro.costing.rates import Rates, Rounding, Rush
from synqro.costing.shapes import COSTS, Estimate, Item, Line, LineKind
from synqro.costing.spending import PER_PART, Spent, own_line, tell
from synqro.costing.weighing import ALL

ALWAYS = frozenset({LineKind.MATERIAL, LineKind.MACHINE, LineKind.MARGIN})
HUNDRED = 100


class Lines:
    """The lines so far; an amount that a person set holds instead of what was worked out."""

    def __init__(self, overrides: Mapping[LineKind, int]) -> None:
        self.overrides = overrides
        self.found: list[Line] = []

    def add(self, kind: LineKind, worked_out: int, facts: dict[str, Any]) -> None:
        amount = self.overrides.get(kind, worked_out)
        if kind in ALWAYS or kind in self.overrides or worked_out:
            self.found.append(Line(kind, amount, worked_out, facts))

    @property
    def sum(self) -> int:
        return sum(line.amount for line in self.found)


def add_up(
    rates: Rates,
    made: Sequence[Made],
    *,
    unit: int,
    currency: str,
    days_left: int | None,
    tax_bp: int,
    overrides: Mapping[LineKind, int],
) -> Estimate:
    """Give back the price with every line of its working. `overrides` are multiples of `unit`."""
    lines = Lines(overrides)
    parts = _costs(lines, rates, made, unit)
    cost = lines.sum
    marked = [mark(rates, one) for one in parts]
    rest = cost - sum(one.cost(one.made.part.quantity) for one in parts)
    of_rest = margin(rest, rates.margin_bp, rates.margin_kind, unit)
    amount = sum(one.amount for one in marked) + of_rest
    lines.add(LineKind.MARGIN, amount, explaining.margins(rates, made, marked, rest, of_rest))
    if rush := rush_for(rates, days_left):
        extra = up(lines.sum * rush.surcharge_bp, ALL, unit)
        lines.add(LineKind.RUSH, extra, explaining.rush(rush, days_left))
    elif LineKind.RUSH in overrides:
        lines.add(LineKind.RUSH, 0, {})
    short = max(0, up(rates.minimum, 1, unit) - lines.sum)
    lines.add(LineKind.MINIMUM, short, {"minimum": rates.minimum})
    lines.add(LineKind.TAX, up(lines.sum * tax_bp, ALL, unit), {"bp": tax_bp})
    ending = missing_to(rates.rounding, lines.sum, currency)
    lines.add(LineKind.ROUNDING, ending, {"ending": str(rates.rounding)})
    weights = [
        one.cost(one.made.part.quantity) + its.amount
        for one, its in zip(parts, marked, strict=True)
    ]
    items = _items(made, weights, lines.sum, unit)
    return Estimate(currency, tuple(lines.found), cost, lines.sum, items)


def rush_for(rates: Rates, days_left: int | None) -> Rush | None:
    """Give back the tightest surcharge that holds with so many days left."""
    if days_left is None:
        return None
    near = [one for one in rates.rush if one.days >= days_left]
    return min(near, key=lambda one: (one.days, -one.surcharge_bp), default=None)


def missing_to(rounding: Rounding, amount: int, currency: str) -> int:
    """Give back what is missing to the next amount that ends as wanted."""
    whole = int(10 ** (digits(currency) or 2))
    match rounding:
        case Rounding.WHOLE:
            return -amount % whole
        case Rounding.HALF:
            return -amount % (whole // 2)
        case Rounding.NINETY_NINE:
            return (whole * 99 // HUNDRED - amount) % whole
        case _:
            return 0


def _costs(lines: Lines, rates: Rates, made: Sequence[Made], unit: int) -> list[Spent]:
    parts = [Spent(rates, one, unit) for one in made]
    facts = explaining.costs(rates, made)
    for kind in PER_PART:
        lines.add(kind, sum(own_line(one, kind) for one in parts), facts[kind])
        if kind in lines.overrides:
            parts = tell(parts, kind, lines.overrides[kind], unit)
    for kind, fixed in zip(COSTS[len(PER_PART) :], (rates.setup, rates.packing), strict=True):
        lines.add(kind, up(fixed, 1, unit), {})
    return parts


def _items(made: Sequence[Made], weights: Sequence[int], price: int, unit: int) -> tuple[Item, ...]:
    quantities = [one.part.quantity for one in made]
    shares = split(price, weights if any(weights) else quantities, unit)
    return tuple(
        Item(
            id=one.part.id,
            name=one.part.name,
            quantity=one.part.quantity,
            unit_price=up(share, one.part.quantity, unit),
            material=one.chosen.material.name,
            machine_id=one.chosen.machine.id,
            milligrams=one.milligrams,
            seconds=one.seconds,
        )
        for one, share in zip(made, shares, strict=True)
    )
