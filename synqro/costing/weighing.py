"""What is printed of a part, and its weight. Pure."""

from synqro.core.dividing import up
from synqro.costing.rates import Machine, Material
from synqro.costing.shapes import Part

ALL = 10_000  # basis points
PRINTED = 10**10  # what `printed` counts in, for each mm³
CUBIC_CM = 1_000  # mm³


def weight(part: Part, machine: Machine, material: Material) -> int:
    """Give back the mg of one piece as measured, waste included, rounded up."""
    wasted = printed(part, machine) * material.density * (ALL + material.waste_bp)
    return up(wasted, PRINTED * CUBIC_CM * ALL)


def printed(part: Part, machine: Machine) -> int:
    """Give back what is printed of one piece, exactly, in 10⁻¹⁰ mm³: its walls solid, the rest
    as far as it is filled; 0 for what was not measured.
    """
    whole = (part.volume or 0) * 1_000
    shell = min(whole, machine.wall * (part.area or 0))
    return shell * ALL + machine.infill_bp * (whole - shell)
