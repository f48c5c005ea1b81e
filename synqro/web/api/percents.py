"""Percentages on the wire: a number with at most two decimals, exact; basis points inside."""

import re
from decimal import Decimal
from typing import Annotated, Any

from pydantic import PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

PERCENT = re.compile(r"(-?[0-9]{1,9})(?:\.([0-9]+))?")


def basis_points(value: Any) -> int:
    """Give back what a number or a text of it is in basis points; never rounds.

    Raises PydanticCustomError.
    """
    text = format(value, "f") if isinstance(value, Decimal) else str(value)
    found = PERCENT.fullmatch(text)
    if not found:
        raise PydanticCustomError("not_a_number", "Enter a percentage like 20 or 5.5.")
    decimals = (found[2] or "").rstrip("0")
    if len(decimals) > 2:
        raise PydanticCustomError("too_many_decimals", "Use at most 2 decimals.")
    return int(found[1] + decimals.ljust(2, "0"))


def percent(points: int) -> int | float:
    """Give back basis points as the number that is written: 7 is 0.07, 2000 is 20."""
    return points // 100 if points % 100 == 0 else points / 100


PercentIn = Annotated[
    int,
    PlainValidator(basis_points),
    WithJsonSchema(
        {"type": ["number", "string"], "minimum": 0, "maximum": 100, "examples": [20, "5.5"]}
    ),
]
