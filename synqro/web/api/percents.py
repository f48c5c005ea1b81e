"""Percentages on the wire: a number with at most two decimals, exact; basis points inside."""

from typing import Annotated, Any

from pydantic import PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from synqro.core import percents
from synqro.core.errors import Invalid


def basis_points(value: Any) -> int:
    """Give back what a number or a text of it is in basis points; never rounds.

    Raises PydanticCustomError.
    """
    try:
        return percents.basis_points(value)
    except Invalid as error:
        raise PydanticCustomError(error.code, str(error)) from error


PercentIn = Annotated[
    int,
    PlainValidator(basis_points),
    WithJsonSchema(
        {"type": ["number", "string"], "minimum": 0, "maximum": 100, "examples": [20, "5.5"]}
    ),
]
