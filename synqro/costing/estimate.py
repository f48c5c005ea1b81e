"""From facts to a price with its working: one pure function, in integers."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from synqro.core.currencies import step
from synqro.core.dividing import up
from synqro.costing.adding_up import add_up
from synqro.costing.explaining import cautions
from synqro.costing.making import Made, make
from synqro.costing.rates import Rates
from synqro.costing.refusing import wrong_in_overrides, wrong_in_price, wrong_in_rates
from synqro.costing.shapes import CannotSuggest, Estimate, LineKind, Part, Reason


def estimate(
    rates: Rates,
    parts: Sequence[Part],
    *,
    currency: str,
    days_left: int | None = None,
    tax_bp: int = 0,
    overrides: Mapping[LineKind, int] = {},
) -> Estimate | CannotSuggest:
    """Give back what these parts should cost, with every line of the working, or every reason
    why there is no price. Pure, and refuses rather than raises, whatever the rates say.

    `days_left` are those until it is needed. `tax_bp` is the tax that the price is to include:
    rates are without, so it is added, or it would be paid from the margin. `overrides` are
    amounts in minor units, rounded up to what can be charged, that hold instead of what a line
    comes to; the lines after it follow from them.
    """
    wrong = [*wrong_in_rates(rates, currency), *wrong_in_overrides(overrides)]
    if not parts:
        wrong.append(Reason("no_parts", "There is nothing to price."))
    pieces = [make(rates, part) for part in parts] if rates.materials and rates.machines else []
    made = [one for one in pieces if isinstance(one, Made)]
    wrong += [reason for one in pieces if not isinstance(one, Made) for reason in one]
    if wrong:
        return CannotSuggest(tuple(dict.fromkeys(wrong)))
    unit = step(currency)
    told = {kind: up(amount, 1, unit) for kind, amount in overrides.items()}
    found = add_up(
        rates,
        made,
        unit=unit,
        currency=currency,
        days_left=days_left,
        tax_bp=max(0, tax_bp),
        overrides=told,
    )
    if wrong := wrong_in_price(found):
        return CannotSuggest(tuple(wrong))
    firm = all(one.firm for one in made)
    return replace(found, cautions=cautions(made, days_left), firm=firm)
