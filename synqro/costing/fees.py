"""What it costs to be paid: Stripe's published prices, or what a merchant pays instead.

Stripe's standard prices for an online payment with a card of the account's own country (in the
EEA any standard card of it), from its pages on prices and the notices of April and October 2023.
Where an account has no published price in the currency, the fixed part is the one that Stripe
publishes for accounts of that currency's own country.
"""

from typing import NamedTuple

from synqro.costing.keeping import card_of
from synqro.stores import Store


class Fees(NamedTuple):
    """A share of what the customer pays, in basis points, and a fixed amount in minor units."""

    bp: int
    fixed: int


EEA = frozenset(
    "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IS IT LI LT LU LV MT NL PL PT RO SE SI SK".split()
)
SHARES = dict.fromkeys(EEA, 150) | {
    "AU": 170, "BR": 399, "CA": 290, "CH": 290, "GB": 150, "HK": 340, "JP": 360, "MX": 360,
    "NO": 240, "NZ": 270, "SG": 340, "US": 290,
}  # fmt: skip
OTHER = 290
"""Where we know of no price: that of the United States."""

FIXED = {
    "AUD": 30, "BRL": 50, "CAD": 30, "CHF": 30, "CZK": 650, "DKK": 180, "EUR": 25, "GBP": 20,
    "HKD": 235, "HUF": 8500, "MXN": 300, "NOK": 200, "NZD": 30, "PLN": 100, "RON": 100,
    "SEK": 180, "SGD": 50, "USD": 30,
}  # fmt: skip


def standard_fees(country: str, currency: str) -> Fees:
    """Give back Stripe's standard price for a card, by the account's country (ISO 3166-1 alpha-2).

    In a currency whose fixed part we do not know, as in Japan, where there is none: 0.
    """
    return Fees(SHARES.get(country, OTHER), FIXED.get(currency, 0))


def fees_of(store: Store) -> Fees:
    """Give back what the store pays: its own fees where its rates say so. At most one query."""
    own, standard = card_of(store)[0], standard_fees(store.country, store.currency)
    if own is None or own.currency != store.currency:
        return standard
    return Fees(
        standard.bp if own.fee_bp is None else own.fee_bp,
        standard.fixed if own.fee_fixed is None else own.fee_fixed,
    )
