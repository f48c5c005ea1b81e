"""Facts as a person reads them: in millimetres, with what to look at."""

from collections.abc import Iterator
from math import floor, log10
from typing import Any

MILLIMETRES = {"um": 0.001, "mm": 1.0, "cm": 10.0, "in": 25.4, "ft": 304.8, "m": 1000.0}

SMALLEST_MEANT = 10.0  # mm
TINY, HUGE = 1.0, 1000.0  # mm

FEW = 20  # gaps that can be called small ones

Facts = dict[str, Any]


def in_units(
    facts: Facts, units: str | None, *, build_volume_mm: list[int] | None = None
) -> dict[str, Any]:
    """Give back the `mesh` of the API: the facts in mm, mm² and mm³, and warnings.

    The units are those that the file states, else `units` (the customer's answer: mm, cm, m,
    in), else mm. A part whose longest side is below 10 mm is seldom meant: CAD programs write
    bare numbers, and 10 inches is what fits into most machines. So the numbers may be inches,
    or metres where even inches would make it smaller than that. Nobody is asked where the
    file states its units or the answer is known.
    """
    stated = facts.get("units") or units
    factor = MILLIMETRES[stated or "mm"]
    size = [side * factor for side in facts["size"]]
    volume, area = facts["volume"] * factor**3, facts["area"] * factor**2
    warnings = [
        *_about_size(max(size), asked=stated is None),
        *_about_machine(size, build_volume_mm),
        *_about_surface(facts),
    ]
    return {
        "format": facts["format"],
        "units": stated or "mm",
        "triangles": facts["triangles"],
        "size_mm": [_tidy(side, 4) for side in size],
        "volume_mm3": _tidy(volume, 3),
        "area_mm2": _tidy(area, 3),
        "watertight": facts["watertight"],
        "shells": facts["shells"],
        "warnings": [{"code": code, "message": message} for code, message in warnings],
    }


def _about_size(longest: float, *, asked: bool) -> Iterator[tuple[str, str]]:
    if asked and longest * MILLIMETRES["in"] < SMALLEST_MEANT:
        yield "maybe_metres", _doubt("metres", longest)
    elif asked and longest < SMALLEST_MEANT:
        yield "maybe_inches", _doubt("inches", longest)
    elif longest < TINY:
        yield "tiny", f"Very small: {_length(longest)} at its longest."
    elif longest > HUGE:
        yield "huge", f"Very large: {_length(longest)} at its longest."


def _about_machine(size: list[float], machine: list[int] | None) -> Iterator[tuple[str, str]]:
    """A part may be turned, so the sides are compared in order of length."""
    if machine and any(a > b for a, b in zip(sorted(size), sorted(machine), strict=True)):
        room = " × ".join(map(str, machine))
        yield "too_large_for_machine", f"Larger than the machine, which takes {room} mm."


def _about_surface(facts: Facts) -> Iterator[tuple[str, str]]:
    if not facts["watertight"]:
        gaps = facts["gaps"]
        count = f": {gaps:,} gap{'' if gaps == 1 else 's'}" if gaps else ""
        yield (
            "open_edges",
            f"Not watertight{count}. Small ones, usually repaired before printing."
            if gaps and gaps <= FEW
            else f"Not watertight{count}. Usually repaired before printing.",
        )
    if facts["flipped"] or facts["turned"]:
        which = "Parts of its surface face" if facts["turned"] else "Inside out: its surface faces"
        yield "flipped", f"{which} inwards. Usually turned before printing."
    if count := facts["degenerate"]:
        one = count == 1
        yield (
            "degenerate",
            f"{count:,} triangle{' has' if one else 's have'} no area. Harmless when printing.",
        )


def _doubt(units: str, longest: float) -> str:
    return f"This may be in {units}: as millimetres it is {_length(longest)} wide."


def _length(millimetres: float) -> str:
    if millimetres >= TINY:
        return f"{millimetres:,.1f} mm"
    return f"{_tidy(millimetres, 2):.10f}".rstrip("0").rstrip(".") + " mm"


def _tidy(number: float, decimals: int) -> float:
    """Give back `number` without the noise behind `decimals`, or behind its fourth digit."""
    if number == 0:
        return 0.0
    return round(number, max(decimals, 3 - floor(log10(number))))
