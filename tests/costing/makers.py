"""Rates and parts that tests price: a shop with two machines, and cubes."""

from dataclasses import replace
from typing import Any

from synqro.costing import Machine, Material, Part, Process, Rates, Speed

PLA = Material("PLA", density=1240, price_per_kg=2500, waste_bp=500)
PETG = Material("PETG", density=1270, price_per_kg=4500, waste_bp=0)
RESIN = Material("Tough resin", density=1200, price_per_kg=6000, waste_bp=2000)
PRUSA = Machine(
    id="m_prusa",
    name="Prusa MK4",
    process=Process.FDM,
    rate=350,
    build_volume_mm=(250, 210, 220),
    wall=1200,
    infill_bp=2000,
    start_seconds=300,
    speeds=(Speed("PLA", 15_000, 40_000), Speed("PETG", 13_000, 36_000)),
)
ELEGOO = Machine(
    id="m_elegoo",
    name="Elegoo Saturn",
    process=Process.RESIN,
    rate=400,
    build_volume_mm=(219, 123, 250),
    wall=0,
    infill_bp=10_000,
    start_seconds=600,
    speeds=(Speed("Tough resin", 20_000, 0),),
)


def rates(currency: str = "EUR", **changes: Any) -> Rates:
    """The rates of a small shop: nothing but machines, materials and a mark-up of 35%."""
    plain = Rates(currency, materials=(PLA, PETG, RESIN), machines=(PRUSA, ELEGOO), margin_bp=3500)
    return replace(plain, **changes)


def cube(side: int = 20, quantity: int = 1, **changes: Any) -> Part:
    """A solid cube of PLA, its side in mm, as it is measured."""
    measured = Part(
        id="up_cube",
        name="cube.stl",
        quantity=quantity,
        material="PLA",
        volume=side**3 * 1000,
        area=6 * side**2 * 1000,
        size=(side * 1000,) * 3,
        watertight=True,
    )
    return replace(measured, **changes)


def typed(quantity: int = 1, **changes: Any) -> Part:
    """The bracket of the drawing, of which nothing was measured: 24 g, 2 h 10 a piece."""
    bracket = Part(
        id="",
        name="Bracket",
        quantity=quantity,
        material="PETG",
        milligrams=24_000,
        seconds=7_800,
    )
    return replace(bracket, **changes)
