"""Money on the wire: a JSON number in major units, exact to the currency's digits."""

from typing import Annotated, Any

from flask import g
from pydantic import BeforeValidator, PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from synqro.core.currencies import MAXIMUM
from synqro.core.errors import Invalid
from synqro.core.money import Money


def _number(value: Any) -> Any:
    return value.number if isinstance(value, Money) else value


def _money(value: Any) -> Money:
    try:
        money = Money.parse(value, g.store.currency)
    except Invalid as error:
        raise PydanticCustomError(error.code, str(error)) from error
    if money.amount < 0:
        raise PydanticCustomError("too_small", "Enter 0 or more.")
    if money.amount > MAXIMUM:
        most = str(Money(MAXIMUM, money.currency).major)
        raise PydanticCustomError("too_large", "Enter {most} or less.", {"most": most})
    return money


AmountOut = Annotated[
    int | float, BeforeValidator(_number), WithJsonSchema({"type": "number", "examples": [24.99]})
]
AmountIn = Annotated[
    Money,
    PlainValidator(_money),
    WithJsonSchema({"type": ["number", "string"], "examples": [24.99, "24.99"]}),
]
