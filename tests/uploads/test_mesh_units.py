"""A part in the units of whoever reads about it."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synqro import uploads


def facts(*size: float, **other: Any) -> dict[str, Any]:
    whole = {"format": "stl", "units": None, "triangles": 12, "size": list(size), "area": 6.0}
    whole |= {"volume": 1.0, "watertight": True, "flipped": False, "turned": False}
    return whole | {"degenerate": 0, "shells": 1, "open_edges": 0, "gaps": 0} | other


def codes(mesh: dict[str, Any]) -> list[str]:
    return [warning["code"] for warning in mesh["warnings"]]


@pytest.mark.parametrize(
    ("longest", "units", "expected"),
    [
        (84.0, None, []),
        (10.0, None, []),
        (3.307, None, ["maybe_inches"]),
        (3.307, "in", []),
        (3.307, "mm", []),
        (0.047, None, ["maybe_metres"]),
        (0.047, "m", []),
        (0.047, "mm", ["tiny"]),
        (1200.0, None, ["huge"]),
        (60.0, "in", ["huge"]),
    ],
)
def test_units_are_asked_about_only_where_they_may_be_wrong(
    longest: float, units: str | None, expected: list[str]
) -> None:
    assert codes(uploads.in_units(facts(longest, longest / 2, longest / 3), units)) == expected


def test_the_words_of_warnings() -> None:
    told = uploads.in_units(facts(3.3, 1.3, 2, watertight=False, gaps=2, open_edges=9), None)
    assert [warning["message"] for warning in told["warnings"]] == [
        "This may be in inches: as millimetres it is 3.3 mm wide.",
        "Not watertight: 2 gaps. Small ones, usually repaired before printing.",
    ]


def test_a_file_knows_its_units_better_than_anyone() -> None:
    told = uploads.in_units(facts(5, 2.5, 1.375, units="in"), "mm")
    assert (told["units"], told["size_mm"]) == ("in", [127.0, 63.5, 34.925])
    assert told["warnings"] == []


def test_a_part_may_lie_on_any_side() -> None:
    lying = facts(200.0, 50.0, 290.0)
    assert codes(uploads.in_units(lying, "mm", build_volume_mm=[300, 210, 60])) == []
    assert codes(uploads.in_units(lying, "mm", build_volume_mm=[256, 256, 256])) == [
        "too_large_for_machine"
    ]


@given(side=st.floats(1e-9, 1e9), units=st.sampled_from([None, "mm", "cm", "m", "in"]))
def test_numbers_are_told_without_noise(side: float, units: str | None) -> None:
    told = uploads.in_units(facts(side, side, side, volume=side**3, area=6 * side**2), units)
    factor = {"cm": 10, "m": 1000, "in": 25.4}.get(units or "", 1)
    assert told["size_mm"] == pytest.approx([side * factor] * 3, rel=1e-3)
    assert told["volume_mm3"] == pytest.approx((side * factor) ** 3, rel=1e-3)
    assert told["area_mm2"] == pytest.approx(6 * (side * factor) ** 2, rel=1e-3)
