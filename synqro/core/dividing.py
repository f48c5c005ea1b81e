"""Whole numbers divided: rounded up, or shared out to the last step. Pure."""

from collections.abc import Sequence


def up(numerator: int, denominator: int, unit: int = 1) -> int:
    """Give back the fraction rounded up to a multiple of `unit`."""
    return -(-numerator // (denominator * unit)) * unit


def split(amount: int, weights: Sequence[int], unit: int) -> list[int]:
    """Share `amount`, a multiple of `unit`, in proportion; what is left over goes to the largest
    remainders, the first of equal ones. The weights are not all 0.
    """
    whole, count = sum(weights), amount // unit
    shares = [count * weight // whole for weight in weights]
    order = sorted(range(len(weights)), key=lambda n: -(count * weights[n] % whole))
    for n in order[: count - sum(shares)]:
        shares[n] += 1
    return [share * unit for share in shares]
