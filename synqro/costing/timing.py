"""How long a machine prints. Pure."""

from synqro.core.dividing import up
from synqro.costing.rates import Machine, Speed
from synqro.costing.shapes import Part
from synqro.costing.weighing import PRINTED, printed

HOUR = 3_600
DAY = 24 * HOUR
YEAR = 365 * DAY
FINE = 1_000  # thousandths of mm²


def printing_seconds(part: Part, machine: Machine, speed: Speed) -> int:
    """Give back the seconds of one piece as measured, heating included, rounded up."""
    used, inside = printed(part, machine), PRINTED * speed.volume
    if not speed.area:
        return up(HOUR * used, inside) + machine.start_seconds
    outside = FINE * speed.area
    both = HOUR * (used * outside + (part.area or 0) * inside)
    return up(both, inside * outside) + machine.start_seconds
