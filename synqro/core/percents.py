"""Percentages as people write them, with at most two decimals; basis points inside."""

import re
from decimal import Decimal
from typing import Any

from synqro.core.errors import Invalid

PERCENT = re.compile(r"(-?[0-9]{1,9})(?:\.([0-9]+))?")


class NotAPercentage(Invalid):
    code = "not_a_number"


class TooManyDecimals(Invalid):
    code = "too_many_decimals"


def basis_points(value: Any) -> int:
    """Give back what a number or a text of it is in basis points; never rounds.

    Raises NotAPercentage, TooManyDecimals.
    """
    text = format(value, "f") if isinstance(value, Decimal) else str(value)
    found = PERCENT.fullmatch(text)
    if not found:
        raise NotAPercentage("Enter a percentage like 20 or 5.5.")
    decimals = (found[2] or "").rstrip("0")
    if len(decimals) > 2:
        raise TooManyDecimals("Use at most 2 decimals.")
    return int(found[1] + decimals.ljust(2, "0"))


def percent(points: int) -> int | float:
    """Give back basis points as the number that is written: 7 is 0.07, 2000 is 20."""
    return points // 100 if points % 100 == 0 else points / 100
