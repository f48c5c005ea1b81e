"""What it costs to be paid. Pure."""

from typing import NamedTuple


class Fees(NamedTuple):
    """A share of what the customer pays, in basis points, and a fixed amount in minor units."""

    bp: int
    fixed: int
