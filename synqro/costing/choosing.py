"""Which material and machine make a part. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from synqro.costing.rates import Machine, Material, Rates, Speed
from synqro.costing.shapes import Part, Reason

FINE = 1000  # thousandths of mm


@dataclass(frozen=True)
class Chosen:
    """`speed` is None where the machine has none for the material; `assumed` where nobody asked
    for a material.
    """

    part: Part
    material: Material
    machine: Machine
    speed: Speed | None
    assumed: bool


def choose(rates: Rates, part: Part) -> Chosen | Reason:
    """Give back what makes the part, or why nothing can.

    A machine that a person chose holds, whatever its speeds and its room; otherwise it is the
    first with a speed for the material and room for the part.
    """
    machines = rates.machines
    if part.machine_id:
        machines = tuple(one for one in machines if one.id == part.machine_id)
        if not machines:
            return Reason("no_machine", "The machine that was chosen is not in the rates.")
    material = _asked(rates, part) if part.material else _assumed(rates, part, machines)
    if isinstance(material, Reason):
        return material
    machine = machines[0] if part.machine_id else _first(machines, part, material)
    if isinstance(machine, Reason):
        return machine
    return Chosen(part, material, machine, _speed(machine, material), not part.material)


def fits(part: Part, machine: Machine) -> bool:
    """Say whether a part has room in a machine, turned as it may be; without sizes it has."""
    if part.size is None or machine.build_volume_mm is None:
        return True
    sides = zip(sorted(part.size), sorted(machine.build_volume_mm), strict=False)
    return all(side <= room * FINE for side, room in sides)


def _asked(rates: Rates, part: Part) -> Material | Reason:
    found = next((one for one in rates.materials if one.name == part.material), None)
    return found or Reason("no_material", f"There are no rates for {part.material}.")


def _assumed(rates: Rates, part: Part, machines: Iterable[Machine]) -> Material | Reason:
    """The first with a price that some machine prints, one with room for the part if any."""
    known = [one for one in rates.materials if one.density > 0 and one.price_per_kg > 0]
    machines = list(machines)
    found = [one for one in known if any(_speed(machine, one) for machine in machines)]
    roomy = (one for one in found if not isinstance(_first(machines, part, one), Reason))
    if found:
        return next(roomy, found[0])
    return Reason("no_material", "No machine has a speed for a material that has a price.")


def _first(machines: Iterable[Machine], part: Part, material: Material) -> Machine | Reason:
    able = [machine for machine in machines if _speed(machine, material)]
    if not able:
        return Reason("no_machine", f"No machine has a speed for {material.name}.")
    found = next((machine for machine in able if fits(part, machine)), None)
    if found:
        return found
    size = " × ".join(f"{-(-side // FINE):,}" for side in part.size or ())
    words = f"{part.name} is {size} mm, larger than any machine for {material.name} has room for."
    return Reason("too_large_for_machine", words, part.id)


def _speed(machine: Machine, material: Material) -> Speed | None:
    return next((one for one in machine.speeds if one.material == material.name), None)
