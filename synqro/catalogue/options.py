"""Options and the combinations that become variants."""

from itertools import product
from typing import Any

MOST_OPTIONS, MOST_VALUES, MOST_VARIANTS = 3, 50, 100

Options = list[dict[str, Any]]
Combination = tuple[tuple[str, str], ...]


def combinations(options: Options) -> list[dict[str, str]]:
    """Give back every combination in the options' order; one empty one where there are none."""
    names = [option["name"] for option in options]
    return [
        dict(zip(names, values, strict=True))
        for values in product(*(option["values"] for option in options))
    ]


def how_many(options: Options) -> int:
    """Give back how many combinations there are, without making them."""
    number = 1
    for option in options:
        number *= len(option["values"])
    return number


def same(options: dict[str, str]) -> Combination:
    """Give back what two equal combinations share, in whatever order they were written."""
    return tuple(sorted(options.items()))
