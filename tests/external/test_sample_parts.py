"""Real parts from public collections, against the facts that stand beside them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from synqro.uploads import FileUnreadable, in_units, mesh

SAMPLES = Path(__file__).resolve().parents[3] / "shared" / "samples"


def rows() -> Iterator[list[str]]:
    """The lines of the table: name, from, triangles, size, volume, area, watertight, shells."""
    for line in (SAMPLES / "README.md").read_text().splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("| ") and (SAMPLES / cells[0]).is_file():
            yield cells


TABLE = {cells[0]: cells for cells in rows()} if SAMPLES.exists() else {}


def close(told: str) -> object:
    """Equal to a thousandth, or to half of the last digit that is given."""
    number = float(told)
    return pytest.approx(number, rel=1e-3, abs=0.5 * 10 ** -len(told.partition(".")[2]))


@pytest.mark.external
@pytest.mark.parametrize("name", TABLE)
def test_sample_parts_have_the_facts_in_their_table(name: str) -> None:
    path = SAMPLES / name
    _, _, triangles, size, volume, area, watertight, shells = TABLE[name]
    if triangles.startswith("must be refused"):
        with pytest.raises(FileUnreadable):
            mesh.measure(path, path.suffix[1:].lower())
        return
    measured = mesh.measure(path, path.suffix[1:].lower())
    told = in_units(measured.facts, None)
    assert told["triangles"] == int(triangles)
    assert told["size_mm"] == [close(side) for side in size.split(" × ")]
    assert told["volume_mm3"] == close(volume) and told["area_mm2"] == close(area)
    assert told["watertight"] is (watertight == "yes") and told["shells"] == int(shells)
    assert measured.thumbnail and len(measured.thumbnail) <= 15_000


@pytest.mark.external
def test_a_part_in_metres_is_right_once_it_is_told_so() -> None:
    facts = mesh.measure(SAMPLES / "ADIS16480.STL", "stl").facts
    assert [w["code"] for w in in_units(facts, None)["warnings"]] == ["maybe_metres"]
    told = in_units(facts, "m")
    assert told["size_mm"] == pytest.approx([44, 14, 47], rel=0.02) and told["warnings"] == []
    assert told["volume_mm3"] == pytest.approx(28_190, rel=1e-3)
