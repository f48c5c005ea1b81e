"""Amounts as Stripe takes them, which is not quite how the product keeps them, and as written."""

from datetime import UTC, datetime
from decimal import Decimal

from babel.numbers import format_currency

from synqro.core import currencies
from synqro.core.errors import Invalid
from synqro.core.money import Money
from synqro.sandbox.stripe.params import Text
from synqro.sandbox.stripe.refusals import Refused

WHOLE_UNITS_ONLY = ("isk", "ugx")  # two digits on the wire, whole units all the same


class Currency(Text):
    """A lower-case code that Stripe charges in."""

    def read(self, value: object, at: str) -> str:
        code = super().read(value, at).lower()
        if code.upper() not in currencies.CURRENCIES:
            raise Refused(f"Invalid currency: {code}.", param=at)
        return code


def check_total(amount: int, currency: str) -> None:
    """Refuse a total below the minimum or above the maximum of its currency."""
    # The product keeps whole krónur, the wire has hundredths.
    least = currencies.minimum(currency.upper()) * step(currency) // _own_step(currency)
    if amount < least:
        raise Refused(
            "The Checkout Session's total amount due must add up to at least "
            f"{written(least, currency)}.",
            code="amount_too_small",
        )
    if amount > currencies.MAXIMUM:
        say = f"The total amount due must be no more than {written(currencies.MAXIMUM, currency)}."
        raise Refused(say, code="amount_too_large")


def check_step(amount: int, currency: str, at: str) -> None:
    """Refuse an amount finer than the currency can be charged in."""
    if amount % step(currency):
        raise Refused(
            f"Invalid integer: amounts in {currency} must be multiples of {step(currency)}.",
            code="parameter_invalid_integer",
            param=at,
        )


def step(currency: str) -> int:
    """Give back the smallest step on the wire, in the wire's minor units."""
    return 100 if currency in WHOLE_UNITS_ONLY else _own_step(currency)


def written(amount: int, currency: str) -> str:
    """Write an amount for a person: (2499, "gbp") is £24.99."""
    return format_currency(major(amount, currency), currency.upper(), locale="en")


def major(amount: int, currency: str) -> Decimal:
    """Give back an amount in major units: (2499, "gbp") is 24.99."""
    digits = 2 if currency in WHOLE_UNITS_ONLY else currencies.digits(currency.upper())
    return Decimal(amount).scaleb(-digits)


def moment(second: int) -> str:
    """Write a moment for a person."""
    return f"{datetime.fromtimestamp(second, UTC):%-d %B %Y, %H:%M} UTC"


def parsed(text: str, currency: str) -> int:
    """Read what a person typed: ("24.99", "gbp") is 2499. Refuses what is no amount."""
    try:
        typed = Money.parse(text.strip(), currency.upper())
    except Invalid as error:
        raise Refused(str(error), param="amount") from error
    return typed.amount * step(currency) // _own_step(currency)


def _own_step(currency: str) -> int:
    return currencies.step(currency.upper())
