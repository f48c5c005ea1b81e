"""A price given the ending that a merchant wants, never outside what is allowed. Pure."""

from synqro.core.dividing import up
from synqro.repricer.terms import Direction, Rounding

HUNDRED = 100


def rounded(price: int, low: int, high: int, rounding: Rounding, unit: int) -> int | None:
    """Give back the price with the ending, between low and high; None where none lies there.

    The direction is tried first, then the other one. All are minor units, `unit` is the
    smallest step that can be charged: an ending that is no multiple of it fits no price.
    """
    if rounding.ending % unit:
        return None
    below = price - (price - rounding.ending) % HUNDRED
    above = below if below == price else below + HUNDRED
    first, second = below, above
    nearer_above = above - price < price - below
    if rounding.direction == Direction.UP or (
        rounding.direction == Direction.NEAREST and nearer_above
    ):
        first, second = above, below
    return next((one for one in (first, second) if low <= one <= high), None)


def ended(price: int, low: int, high: int, rounding: Rounding | None, unit: int) -> int | None:
    """Give back the price with its ending, else the next that can be charged, below first.

    None where neither lies between low and high.
    """
    found = rounded(price, low, high, rounding, unit) if rounding else None
    if found is not None:
        return found
    down = price // unit * unit
    return next((one for one in (down, up(price, 1, unit)) if low <= one <= high), None)
