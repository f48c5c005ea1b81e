"""Numbers as people type them."""

import re

from synqro.core.currencies import digits
from synqro.core.errors import Invalid
from synqro.core.money import Money

WHOLE = re.compile(r"-?[0-9]{1,15}")
COMMA = re.compile(r"-?[0-9]+,[0-9]{1,2}")


class Unread(Invalid):
    """It is no number; `code` and the message say what it should be."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code  # type: ignore[misc]


def read_whole(text: str) -> int | None:
    """Give back a whole number, or None for an empty field. Raises Unread."""
    text = text.strip()
    if not text:
        return None
    if not WHOLE.fullmatch(text):
        raise Unread("not_a_whole_number", "Enter a whole number.")
    return int(text)


def read_amount(text: str, currency: str) -> int | None:
    """Give back minor units, or None for an empty field; 12,50 is 12.50. Raises Unread.

    Three digits after a point or a comma may be meant as thousands, so they are refused
    where the currency has fewer.
    """
    text = text.strip()
    if not text:
        return None
    if COMMA.fullmatch(text):
        text = text.replace(",", ".")
    places = len(text.partition(".")[2])
    try:
        amount = Money.parse(text, currency).amount
    except Invalid as error:
        raise Unread(error.code, str(error)) from error
    if places > digits(currency):
        say = f"at most {digits(currency)} decimals" if digits(currency) else "no decimals"
        raise Unread("too_many_decimals", f"An amount in {currency} has {say}.")
    return amount
