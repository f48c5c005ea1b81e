"""Money is an int of minor units plus an ISO 4217 code, never a float inside."""

import re
from copy import copy
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple, Self

from babel import Locale
from babel.numbers import NumberPattern, get_currency_symbol

from synqro.core.currencies import digits, step
from synqro.core.errors import Invalid

AMOUNT = re.compile(r"(-?[0-9]{1,12})(?:\.([0-9]+))?")


class InvalidAmount(Invalid):
    code = "invalid_amount"


class TooManyDecimals(Invalid):
    code = "too_many_decimals"


class Money(NamedTuple):
    """An exact amount: `amount` minor units of `currency`."""

    amount: int
    currency: str

    @classmethod
    def parse(cls, value: Decimal | int | str, currency: str) -> Self:
        """Read major units and never round: ("24.99", "GBP") is 2499 pence.

        Raises InvalidAmount, TooManyDecimals.
        """
        found = AMOUNT.fullmatch(format(value, "f") if isinstance(value, Decimal) else str(value))
        if not found:
            raise InvalidAmount("Enter an amount like 24.99.")
        places = digits(currency)
        decimals = (found[2] or "").rstrip("0")
        if len(decimals) > places:
            say = f"at most {places} decimals" if places else "no decimals"
            raise TooManyDecimals(f"An amount in {currency} has {say}.")
        return cls(int(found[1] + decimals.ljust(places, "0")), currency)

    def __str__(self) -> str:
        return self.format("en")

    @property
    def major(self) -> Decimal:
        """The amount in major units, exact: 2499 GBP is Decimal("24.99")."""
        return Decimal(self.amount).scaleb(-digits(self.currency))

    @property
    def number(self) -> int | float:
        """The same for JSON. Up to 15 digits the nearest float prints as the exact decimal."""
        return float(self.major) if digits(self.currency) else self.amount

    def format(self, locale: str) -> str:
        """Give back what a person reads, as in €24.99."""
        pattern = _pattern(self.currency, locale)
        shown: str = pattern.apply(
            self.major, locale, currency=self.currency, currency_digits=False
        )
        return shown


@lru_cache
def _pattern(currency: str, locale: str) -> NumberPattern:
    # The locale's own pattern, but with Stripe's digits, and a gap after a code like KWD.
    pattern: NumberPattern = copy(Locale.parse(locale).currency_formats["standard"])
    pattern.frac_prec = (digits(currency), digits(currency))
    if get_currency_symbol(currency, locale)[-1].isalpha():
        plus, minus = pattern.prefix
        pattern.prefix = (plus.replace("¤", "¤\xa0"), minus.replace("¤", "¤\xa0"))
    return pattern


def share(amount: int, basis_points: int, currency: str) -> int:
    """Give back `basis_points` / 10,000 of `amount`, half away from zero to the currency's step."""
    unit = step(currency)
    whole = abs(amount) * basis_points
    rounded = (whole + 5_000 * unit) // (10_000 * unit) * unit
    return rounded if amount >= 0 else -rounded
