"""Prices moved by basis points. Pure."""

ALL = 10_000


def adjusted(price: int, bp: int) -> int:
    """Give back the price moved by basis points, half up to the minor unit."""
    return (2 * price * (ALL + bp) + ALL) // (2 * ALL)
