"""What in the rates, or in what a person set, allows no price. Pure."""

from collections.abc import Iterator, Mapping

from synqro.core.currencies import CURRENCIES, MAXIMUM
from synqro.core.money import Money
from synqro.costing.rates import MarginKind, Rates
from synqro.costing.shapes import Estimate, LineKind, Reason
from synqro.costing.weighing import ALL


def wrong_in_rates(rates: Rates, currency: str) -> list[Reason]:
    """Give back every reason why these rates price nothing in this currency."""
    if not rates.materials and not rates.machines:
        return [Reason("no_rates", "No rates are set up yet.")]
    if rates.currency not in CURRENCIES:
        return [Reason("bad_rates", "The rates are in a currency that nothing is sold in.")]
    found = []
    if rates.currency != currency:
        words = f"The rates are in {rates.currency}, and this price has to be in {currency}."
        found.append(Reason("currency_differs", words))
    if not rates.materials:
        found.append(Reason("no_rates", "The rates have no material yet."))
    if not rates.machines:
        found.append(Reason("no_rates", "The rates have no machine yet."))
    return [*found, *_margins(rates), *_shares(rates), *_amounts(rates)]


def wrong_in_overrides(overrides: Mapping[LineKind, int]) -> list[Reason]:
    """Give back why an amount that a person set cannot stand."""
    if all(amount >= 0 for amount in overrides.values()):
        return []
    return [Reason("bad_override", "A line of the price can't be below 0.")]


def wrong_in_price(found: Estimate) -> list[Reason]:
    """Give back why a price cannot be charged."""
    if found.charged <= MAXIMUM:
        return []
    most = Money(MAXIMUM, found.currency)
    return [Reason("too_much", f"It comes to more than {most}, the most a quote can be worth.")]


def _margins(rates: Rates) -> Iterator[Reason]:
    named = {"": rates.margin_bp}
    named |= {f" from {one.quantity:,} pieces on": one.margin_bp for one in rates.breaks}
    for where, bp in named.items():
        if bp < 0:
            yield Reason("bad_margin", f"The margin{where} is below 0%.")
        elif bp >= ALL and rates.margin_kind == MarginKind.MARGIN:
            words = f"The margin{where} has to be less than 100% of the price."
            yield Reason("bad_margin", words)


def _shares(rates: Rates) -> Iterator[Reason]:
    if not 0 <= rates.failure_bp < ALL:
        yield Reason("bad_failures", "The share of failed prints has to be from 0 to below 100%.")
    if any(one.surcharge_bp < 0 for one in rates.rush):
        yield Reason("bad_rates", "The surcharge of a rush is below 0%.")


def _amounts(rates: Rates) -> Iterator[Reason]:
    named = {
        "price of an hour's labour": rates.labour_rate,
        "handwork of a piece": rates.labour_seconds,
        "setup": rates.setup,
        "packing": rates.packing,
        "minimum charge": rates.minimum,
    }
    for what, amount in named.items():
        if amount < 0:
            yield Reason("bad_rates", f"The {what} is below 0 in the rates.")
