"""A correction taken over into the rates."""

from dataclasses import replace
from typing import NamedTuple

from synqro.core.db import transaction
from synqro.core.errors import Conflict
from synqro.costing.correcting import Figures, figures
from synqro.costing.keeping import card_of, save
from synqro.costing.rates import Machine, Material, Rates, Speed
from synqro.stores import Store


class NoSuchRates(Conflict):
    code = "no_such_rates"


class Applied(NamedTuple):
    """The figures that stood there before, and the version of the rates by now."""

    before: Figures
    version: int


@transaction()
def apply(store: Store, new: Figures, *, seen: int, person_id: str | None = None) -> Applied:
    """Write new speeds of a machine with a material, and the material's waste.

    `seen` is the version of the rates that the figures were worked out from. Raises Changed
    where another has saved since, NoSuchRates where the rates have no such machine or
    material, Invalid for figures that rates may not have.
    """
    rates, _version = card_of(store)
    found = _found(rates, new) if rates else None
    if rates is None or found is None:
        raise NoSuchRates("Your rates no longer have this machine with this material.")
    save(store, _with(rates, new, *found), seen=seen, person_id=person_id)
    return Applied(figures(*found), card_of(store)[1])


def _found(rates: Rates, new: Figures) -> tuple[Machine, Material, Speed] | None:
    return next(
        (
            (machine, material, speed)
            for machine in rates.machines
            for speed in machine.speeds
            for material in rates.materials
            if (machine.id, speed.material) == (new.machine_id, material.name)
            if material.name == new.material
        ),
        None,
    )


def _with(rates: Rates, new: Figures, machine: Machine, material: Material, speed: Speed) -> Rates:
    faster = replace(speed, volume=new.volume, area=new.area)
    speeds = tuple(faster if one is speed else one for one in machine.speeds)
    machines = (replace(one, speeds=speeds) if one is machine else one for one in rates.machines)
    wasted = replace(material, waste_bp=new.waste_bp)
    materials = (wasted if one is material else one for one in rates.materials)
    return replace(rates, machines=tuple(machines), materials=tuple(materials))
