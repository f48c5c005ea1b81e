"""Files made to hurt end in a sentence, soon, and without much memory."""

import os
import struct
import time
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from synqro.uploads.mesh.reading.errors import Unreadable
from synqro.uploads.mesh.reading.facts import look_closer, measure, open_mesh
from tests.uploads import parts

SOON = 1.0  # seconds of CPU
LITTLE = 40 << 20  # bytes


def refusal(path: Path, file_type: str | None = None) -> str:
    """Why it is refused; fails where it is read, or refused late."""
    began = time.process_time()
    tracemalloc.start()
    try:
        source, _ = open_mesh(path, file_type or path.suffix[1:])
        look_closer(source, measure(source))
    except Unreadable as error:
        assert tracemalloc.get_traced_memory()[1] < LITTLE
        assert time.process_time() - began < SOON
        return str(error)
    finally:
        tracemalloc.stop()
    raise AssertionError("it was read")


CUBE = parts.stl(parts.cube())
FACET = "facet normal 0 0 0 outer loop vertex 0 0 0 vertex 1 0 0 vertex 0 1 0 endloop endfacet"
MIDDLE = "The file ends in the middle"


def odd(number: float) -> bytes:
    records = parts.triangles(parts.cube())
    records["corners"][3, 1, 2] = number
    return parts.stl(records)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (CUBE[:-51], f"{MIDDLE}: it says 12 triangles and holds 10."),
        (CUBE[:60], MIDDLE),
        (CUBE[:80] + b"\xff" * 4 + CUBE[84:], f"{MIDDLE}: it says 4,294,967,295 triangles"),
        (CUBE[:80] + struct.pack("<I", 11) + CUBE[84:], "says 11 triangles and holds 12."),
        (parts.stl(parts.triangles(parts.cube())[:0]), "no triangles"),
        (b"", MIDDLE),
        (odd(float("nan")), "not a number"),
        (odd(float("-inf")), "not a number"),
        (odd(1e30), "too far out"),
        (b"solid\nendsolid", "no triangles"),
        (f"solid\n{FACET[:-20]}".encode(), MIDDLE),
        (f"solid\n{FACET.replace('1 0', 'one 0')}\nendsolid".encode(), "“one” is no number"),
        (f"solid\n{FACET.replace('1 0', 'nan 0')}\nendsolid".encode(), "not a number"),
        (f"solid\n{FACET.replace('endloop', 'vertex 2 2 2 endloop')}".encode(), "is no facet"),
        (b"solid\n" + b"vertex 1 1 1\n" * 200_000, "has no end"),
        (b"solid " + b"x" * 3_000_000, "has no end"),
    ],
)
def test_stl(tmp_path: Path, content: bytes, reason: str) -> None:
    path = tmp_path / "part.stl"
    path.write_bytes(content)
    assert reason in refusal(path)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("v 0 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 4\n", "names a corner"),
        ("v 0 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 -4\n", "names a corner"),
        ("v 0 0 0\nf 1 2 99999999999\n", "“f 1 2 99999999999” is wrong"),
        ("v 0 0 0\nf 0 0 0\n", "“f 0 0 0” is wrong"),
        ("v 0 0 0\nf 1 1\n", "“f 1 1” is wrong"),
        ("v 0 0\n", "“v 0 0” is wrong"),
        ("v 0 zero 0\n", "“v 0 zero 0” is wrong"),
        ("v 0 0 nan\nv 1 0 0\nv 0 1 0\nf 1 2 3\n", "not a number"),
        ("v 0 0 0\n", "no triangles"),
        ("f " + "1 " * 100_000, "has no end"),
    ],
)
def test_obj(tmp_path: Path, content: str, reason: str) -> None:
    path = tmp_path / "part.obj"
    path.write_text(content)
    assert reason in refusal(path)


def model(objects: str, items: str = '<item objectid="1"/>', **more: str) -> dict[str, str]:
    return parts.packed(parts.model_xml(objects, items, **more))


def one() -> str:
    return parts.one_object(parts.cube())


def spoilt(old: str, new: str) -> dict[str, str]:
    return model(one().replace(old, new, 1))


def doubling(levels: int) -> str:
    """Objects of which each holds the one before it twice."""
    return one() + "".join(
        f'<object id="{n + 1}"><components>'
        + f'<component objectid="{n}"/>' * 2
        + "</components></object>"
        for n in range(1, levels)
    )


def holding(object_id: int, *others: int, path: str = "") -> str:
    uses = "".join(f'<component objectid="{n}" {path}/>' for n in others)
    return f'<object id="{object_id}"><components>{uses}</components></object>'


DTD = '<!DOCTYPE model [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
SWELLS = "swell to many times"


@pytest.mark.parametrize(
    ("entries", "reason"),
    [
        (parts.packed(DTD + parts.model_xml(one(), "")), "document type"),
        ({"_rels/.rels": DTD + parts.RELS}, "document type"),
        (parts.packed("<a>" * 100 + "</a>" * 100), "nested too deep"),
        (parts.packed("<a>" * 200_000), "nested too deep"),
        ({"a": "b"}, "lacks “/_rels/.rels”"),
        (model(one()) | {"_rels/.rels": parts.RELS.replace("3dmodel.m", "x.m")}, "lacks"),
        (model(one()) | {"_rels/.rels": parts.RELS.replace('"/3D', '"/../3D')}, "out of itself"),
        (model(one()) | {"_rels/.rels": "<Relationships/>"}, "which model"),
        (model(one()) | {"../evil": ""}, "points out of it"),
        (model(one()) | {"/etc/passwd": ""}, "points out of it"),
        (model(one()) | {"C:\\evil": ""}, "points out of it"),
        (model(one()) | {"3d/3DMODEL.model": ""}, "twice"),
        (model(one()) | {"picture.png": "\0" * (50 << 20)}, SWELLS),
        (parts.packed(" " * (50 << 20)), SWELLS),
        (model(one()) | {f"{n}.xml": "" for n in range(6000)}, "far too many parts"),
        (model(holding(1, 1)), "contain themselves"),
        (model(holding(1, 2) + holding(2, 1)), "contain themselves"),
        (model(doubling(30), '<item objectid="30"/>'), "far too often"),
        (model(doubling(60), '<item objectid="60"/>'), "nest deep"),
        (model(one() + holding(2, *[1] * 25_000), '<item objectid="2"/>'), "far too often"),
        (model(holding(1, 2, path='p:path="/../../x.model"')), "out of itself"),
        (model(holding(1, 2, path='p:path="/3D/none.model"')), "lacks “/3D/none.model”"),
        (model(one(), '<item objectid="7"/>'), "does not hold"),
        (model(one() * 2), "same number"),
        (model(one(), ""), "no triangles"),
        (model(one(), '<item objectid="1" transform="1 2 3"/>'), "no transform"),
        (model(one(), '<item objectid="1" transform="' + "nan " * 12 + '"/>'), "no transform"),
        (model(one(), unit="mile"), "unit is unknown: “mile”"),
        (model(one(), more='requiredextensions="z" xmlns:z="urn:z"'), "extension of 3MF"),
        (spoilt('v2="', 'v4="'), "does not name its corners"),
        (spoilt('v1="0"', 'v1="88"'), "names a corner"),
        (spoilt('v1="0"', 'v1="99999999999"'), "does not name its corners"),
        (spoilt('v1="0"', 'v1="0.5"'), "does not name its corners"),
        (spoilt('x="0"', 'x=""'), "not a number"),
        (spoilt('x="0"', 'x="nan"'), "not a number"),
        (spoilt('x="0"', 'x="0 1"'), "not a number"),
        (spoilt("</object>", ""), "XML cannot be read"),
    ],
)
def test_3mf(tmp_path: Path, entries: dict[str, str], reason: str) -> None:
    assert reason in refusal(parts.zipped(tmp_path / "part.3mf", entries))


def lying(content: bytes) -> bytes:
    """Its central directory says that the model unpacks to 100 bytes."""
    at = content.rfind(b"PK\1\2")
    return content[: at + 24] + struct.pack("<I", 100) + content[at + 28 :]


def locked(content: bytes) -> bytes:
    at = content.rfind(b"PK\1\2")
    return content[: at + 8] + b"\1" + content[at + 9 :]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lying, "damaged"),
        (locked, "locked with a password"),
        (lambda content: content[:-30], "no 3MF"),
        (lambda content: content[len(content) // 2 :], "damaged"),
        (lambda content: content.replace(b"\x03", b"\x04"), "damaged"),
        (lambda content: os.urandom(3000), "no 3MF"),
        (lambda content: b"", "no 3MF"),
    ],
)
def test_a_zip_that_lies(tmp_path: Path, change: Callable[[bytes], bytes], reason: str) -> None:
    path = parts.zipped(tmp_path / "part.3mf", parts.threemf(parts.torus()))
    path.write_bytes(change(path.read_bytes()))
    assert reason in refusal(path)


def test_entries_that_overlap_swell_as_well(tmp_path: Path) -> None:
    path = tmp_path / "part.3mf"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("3D/3dmodel.model", np.random.default_rng(0).bytes(900_000))
        for n in range(400):
            info = zipfile.ZipInfo(f"{n}.xml")
            info.compress_type, info.file_size = zipfile.ZIP_DEFLATED, 900_000
            info.compress_size, info.header_offset = file.filelist[0].compress_size, 0
            info.CRC = 0
            file.filelist.append(info)
            file.NameToInfo[info.filename] = info
        file._didModify = True  # type: ignore[attr-defined]
    assert SWELLS in refusal(path)
