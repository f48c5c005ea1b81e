"""Speeds and waste under which the rates say what printing really took. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from synqro.costing.calibrating import (
    FASTEST,
    FASTEST_SURFACE,
    MOST_WASTE,
    SLOWEST,
    SMALL,
    WHOLE,
    Accuracy,
    Compared,
    Error,
    Printed,
    accuracy,
    expected,
    rounded,
)
from synqro.costing.rates import Machine, Material, Rates, Speed

ENOUGH = 3
"""With fewer jobs it may be chance."""
TENTH = 10
"""Of a percent, in basis points."""


@dataclass(frozen=True)
class Figures:
    """What calibration may change: a machine's speeds with a material, and the material's waste.

    As in `Speed` and `Material`.
    """

    machine_id: str
    material: str
    volume: int
    area: int
    waste_bp: int


@dataclass(frozen=True)
class Correction:
    """Figures that fit what printing took, and why, in sentences. The waste is the material's,
    so it follows from the jobs of every machine.
    """

    before: Figures
    after: Figures
    sentences: tuple[str, ...]

    @property
    def offered(self) -> bool:
        """False where there is something to say and nothing to change."""
        return self.before != self.after


def corrected(rates: Rates, jobs: Sequence[Printed]) -> list[Correction]:
    """Give back what there is to say of each machine with each material that is off by SMALL or
    more. `jobs` come newest first.
    """
    found = accuracy(rates, jobs)
    return [told for one in found if (told := _correction(rates, one, found)).sentences]


def figures(machine: Machine, material: Material, speed: Speed) -> Figures:
    """Give back the figures as the rates have them."""
    return Figures(machine.id, material.name, speed.volume, speed.area, material.waste_bp)


def _correction(rates: Rates, of: Accuracy, all_of_them: list[Accuracy]) -> Correction:
    before = figures(of.machine, of.material, of.speed)
    speed, slow = _faster(of)
    waste, heavy = _wasted(rates, of, all_of_them)
    after = replace(before, volume=speed.volume, area=speed.area, waste_bp=waste)
    return Correction(before, after, tuple(filter(None, (slow, heavy))))


def _faster(of: Accuracy) -> tuple[Speed, str]:
    """Give back the speeds that fit, and what they follow from, "" where they fit already."""
    if not _off(of.time):
        return of.speed, ""
    jobs = [both for both in of.jobs if both.time_bp is not None]
    said = sum(both.expected.seconds - _started(of.machine, both) for both in jobs)
    real = sum(both.job.seconds - _started(of.machine, both) for both in jobs)
    why = _sentence(of.time, "take {} longer", "take {} less time", "it took")
    if real <= 0:
        return of.speed, f"{why} Even the start alone is said to take longer: make it shorter."
    volume = _scaled(of.speed.volume, said, real, FASTEST)
    # 0: the surface costs no time of its own.
    area = of.speed.area and _scaled(of.speed.area, said, real, FASTEST_SURFACE)
    speed = replace(of.speed, volume=volume, area=area)
    return speed, why if speed != of.speed else f"{why} The speeds are at their limit."


def _wasted(rates: Rates, of: Accuracy, all_of_them: list[Accuracy]) -> tuple[int, str]:
    """Give back the waste that fits, and what it follows from, "" where it fits already."""
    alike = [one for one in all_of_them if one.material == of.material]
    jobs = [both for one in alike for both in one.jobs if both.weight_bp is not None]
    real = sum(both.job.milligrams for both in jobs)
    said = sum(both.expected.milligrams for both in jobs)
    error = Error(len(jobs), rounded((real - said) * WHOLE, said), 0) if jobs else None
    if not _off(error):
        return of.material.waste_bp, ""
    bare = _without_waste(rates, jobs)
    where = f" on {len(alike)} machines" if len(alike) > 1 else ""
    why = _sentence(error, "weigh {} more", "weigh {} less", "it weighed", where)
    fits = rounded(real * WHOLE, max(bare, 1)) - WHOLE
    if fits <= -SMALL:
        names = " and ".join(one.machine.name for one in alike)
        say = f"That is less than the part without any waste: the wall or the infill of {names}"
        return of.material.waste_bp, f"{why} {say} is set too high."
    waste = min(max(rounded(fits, TENTH) * TENTH, 0), MOST_WASTE)
    return waste, why if waste != of.material.waste_bp else f"{why} The waste is at its limit."


def _without_waste(rates: Rates, jobs: list[Compared]) -> int:
    pure = replace(rates, materials=tuple(replace(one, waste_bp=0) for one in rates.materials))
    said = (expected(pure, both.job) for both in jobs)
    return sum(one.milligrams for one in said if one)


def _off(error: Error | None) -> bool:
    return error is not None and abs(error.total_bp) >= SMALL


def _started(machine: Machine, both: Compared) -> int:
    return machine.start_seconds * both.job.quantity


def _scaled(speed: int, said: int, real: int, fastest: int) -> int:
    """Give back the speed that fits to three digits: what was measured is no more exact."""
    exact = min(max(rounded(speed * said, real), SLOWEST), fastest)
    coarse: int = 10 ** max(0, len(str(exact)) - 3)
    return rounded(exact, coarse) * coarse


def _sentence(error: Error | None, above: str, below: str, one: str, where: str = "") -> str:
    assert error is not None  # noqa: S101  asked for only where something is off
    share = percent(abs(error.total_bp))
    verb = (above if error.total_bp > 0 else below).format(share)
    if error.jobs == 1:
        return f"One job only: {one} {verb.partition(' ')[2]} than your rates say."
    few = " only" if error.jobs < ENOUGH else ""
    return f"Prints {verb} than your rates say, over {error.jobs} jobs{few}{where}."


def percent(bp: int) -> str:
    """Write basis points as a whole percent: 18%."""
    return f"{rounded(bp, 100)}%"
