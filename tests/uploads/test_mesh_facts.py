"""What is said about a part, whatever it is written in."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synqro import uploads
from synqro.uploads.mesh.reading.facts import look_closer, measure, open_mesh
from tests.uploads import parts

FORMATS = ["stl", "stl_text", "obj", "3mf"]


def facts(path: Path, file_type: str | None = None) -> dict[str, Any]:
    """What the reader says, without the process around it."""
    file_type = (file_type or path.suffix[1:]).removesuffix("_text")
    source, units = open_mesh(path, file_type)
    return look_closer(source, {"format": file_type, "units": units} | measure(source))


@pytest.mark.parametrize("file_type", FORMATS)
def test_a_part_has_the_same_facts_in_every_format(tmp_path: Path, file_type: str) -> None:
    ring = parts.torus()
    found = facts(parts.written(tmp_path, ring, file_type))
    points, faces = ring
    a, b, c = points[faces].transpose(1, 0, 2)
    assert found["volume"] == pytest.approx((a * np.cross(b, c)).sum() / 6, rel=1e-5)
    assert found["area"] == pytest.approx(
        np.linalg.norm(np.cross(b - a, c - a), axis=1).sum() / 2, rel=1e-5
    )
    assert found["size"] == pytest.approx([50, 50, 10], rel=1e-6)
    assert (found["triangles"], found["shells"], found["watertight"]) == (1024, 1, True)
    assert (found["open_edges"], found["flipped"], found["degenerate"]) == (0, False, 0)


ROTATIONS = st.lists(st.floats(-3, 3), min_size=3, max_size=3)


@settings(max_examples=25, deadline=None)
@given(
    scale=st.floats(0.01, 100),
    angles=ROTATIONS,
    moved=st.lists(st.floats(-500, 500), min_size=3, max_size=3),
    mirrored=st.booleans(),
)
def test_a_part_keeps_its_volume_wherever_it_stands(
    tmp_path_factory: pytest.TempPathFactory,
    scale: float,
    angles: list[float],
    moved: list[float],
    mirrored: bool,
) -> None:
    turned = np.eye(3) * scale
    for axis, angle in enumerate(angles):
        turn = np.eye(3)
        one, two = (axis + 1) % 3, (axis + 2) % 3
        turn[one, one] = turn[two, two] = np.cos(angle)
        turn[one, two], turn[two, one] = -np.sin(angle), np.sin(angle)
        turned = turned @ turn
    if mirrored:
        turned[0] *= -1
    matrix = " ".join(f"{n:.17g}" for n in [*turned.ravel(), *moved])
    items = f'<item objectid="1" transform="{matrix}"/>'
    path = tmp_path_factory.mktemp("moved") / "part.3mf"
    model = parts.model_xml(parts.one_object(parts.cube(10)), items)
    found = facts(parts.zipped(path, parts.packed(model)))
    assert found["volume"] == pytest.approx(1000 * scale**3, rel=2e-3)
    assert (found["watertight"], found["flipped"], found["shells"]) == (True, False, 1)


Spoil = Callable[[Any, int], Any]


def _delete(records: Any, which: int) -> Any:
    return np.delete(records, which)


def _flip(records: Any, which: int) -> Any:
    records["corners"][which] = records["corners"][which][[1, 0, 2]]
    return records


def _nudge(records: Any, which: int) -> Any:
    corner = records["corners"][which, 0]
    corner[0] = np.nextafter(corner[0], np.float32(1e9))
    return records


@pytest.mark.parametrize("spoil", [_delete, _flip, _nudge])
def test_one_triangle_out_of_order_is_seen(tmp_path: Path, spoil: Spoil) -> None:
    records, path = parts.triangles(parts.torus()), tmp_path / "part.stl"
    dice = np.random.default_rng(0)
    path.write_bytes(parts.stl(records[dice.permutation(len(records))]))
    assert facts(path)["watertight"]
    for which in dice.integers(0, len(records), 20):
        path.write_bytes(parts.stl(spoil(records.copy(), which)))
        found = facts(path)
        assert not found["watertight"] and found["gaps"] == 1 and found["open_edges"] > 1
        message = uploads.in_units(found, "mm")["warnings"][0]["message"]
        assert message == "Not watertight: 1 gap. Small ones, usually repaired before printing."


def test_faces_turned_over_as_a_whole_are_no_gap(tmp_path: Path) -> None:
    points, faces = parts.cube()
    path = tmp_path / "part.stl"
    path.write_bytes(parts.stl((points, np.r_[faces[:2, ::-1], faces[2:]])))
    found = facts(path)
    assert (found["watertight"], found["turned"], found["open_edges"]) == (True, True, 0)
    path.write_bytes(parts.stl((points, faces[:, ::-1])))
    found = facts(path)
    assert (found["watertight"], found["flipped"], found["turned"]) == (True, True, False)
    assert found["volume"] == pytest.approx(8000)
    assert [w["code"] for w in uploads.in_units(found, "mm")["warnings"]] == ["flipped"]


def test_bodies_are_counted_and_those_that_touch_are_one(tmp_path: Path) -> None:
    for gap, shells in ((1, 2), (0, 1)):
        points, faces = parts.cube(10)
        pair = parts.both((points, faces), (points + np.array([10 + gap, 0, 0]), faces))
        assert facts(parts.written(tmp_path, pair, "stl"))["shells"] == shells


def test_zero_is_zero_with_any_sign_and_noise(tmp_path: Path) -> None:
    records, path = parts.triangles(parts.cube()), tmp_path / "part.stl"
    dice = np.random.default_rng(1)
    zeros = np.argwhere(records["corners"] == 0)
    for noise in (-0.0, 3.8e-33, -1e-17):
        for place in zeros[dice.integers(0, len(zeros), 9)]:
            records["corners"][tuple(place)] = noise
    path.write_bytes(parts.stl(records))
    assert facts(path)["watertight"]


def test_stl_comes_in_many_hands(tmp_path: Path) -> None:
    path, part = tmp_path / "part.stl", parts.cube(2)
    text = parts.stl_text(part, name="facet normal 1")
    for content in (
        parts.stl(part, head=b"solid that is binary"),
        parts.stl(part) + b"\r\n",
        text.upper(),
        text.replace(b"\n", b"\r\n"),
        b"\xef\xbb\xbf" + text,
        text.replace(b"endsolid facet normal 1", b""),
    ):
        path.write_bytes(content)
        assert facts(path)["volume"] == pytest.approx(8)
    points, faces = part
    path.write_bytes(text + parts.stl_text((points + 5, faces), name=""))
    found = facts(path)
    assert (found["volume"], found["shells"]) == (pytest.approx(16), 2)


def test_obj_with_polygons_and_corners_counted_back(tmp_path: Path) -> None:
    path = tmp_path / "part.obj"
    corners = [f"v {n & 1} {n >> 1 & 1} {n >> 2} 1 0 0" for n in range(8)]
    quads = ["1 3 4 2", "5//1 6//1 8//1 7//1", "1/1 2/1 6/1 5/1", "3/1/1 7/1/1 8/1/1 4/1/1"]
    quads += ["-8 -4 -2 -6", "-7 -5 \\\n -1 -3"]
    lines = ["mtllib x.mtl", "o cube", *corners, "usemtl red", *(f"f {q}" for q in quads), "l 1 2"]
    path.write_text("\n".join(lines))
    found = facts(path)
    assert (found["triangles"], found["volume"]) == (12, pytest.approx(1))
    assert found["watertight"]


def test_3mf_counts_what_its_build_says(tmp_path: Path) -> None:
    mesh = parts.mesh_xml(parts.cube(10))
    objects = (
        f'<object id="1">{mesh}</object><object id="9">{parts.mesh_xml(parts.torus())}</object>'
        '<object id="2"><components><component objectid="1"/>'
        '<component objectid="1" transform="1 0 0 0 1 0 0 0 1 50 0 0"/></components></object>'
        '<!-- <vertices></vertices> --><object id="5"><components>'
        '<component p:path="/3D/other.model" objectid="1"/></components></object>'
    )
    items = (
        '<item objectid="2"/><item objectid="2" transform="2 0 0 0 2 0 0 0 2 0 200 0"/>'
        '<item objectid="5" transform="-1 0 0 0 1 0 0 0 1 -50 0 0"/>'
    )
    slow = mesh.replace("<vertices>", "<vertices >").replace("<triangles>", "<triangles >")
    other = parts.model_xml(f'<object id="1">{slow}</object>', "", unit="inch")
    model = parts.packed(parts.model_xml(objects, items, unit="centimeter"))
    path = parts.zipped(tmp_path / "part.3mf", model | {"3D/other.model": other})
    found = facts(path)
    assert found["units"] == "cm" and found["shells"] == 5 and found["watertight"]
    assert found["volume"] == pytest.approx(2 * 1000 + 2 * 8000 + 1000)
    told = uploads.in_units(found, None)
    assert told["size_mm"] == [1800, 2200, 200]
    assert told["volume_mm3"] == pytest.approx(19000 * 1000)
    assert [w["code"] for w in told["warnings"]] == ["huge"]
