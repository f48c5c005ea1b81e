"""The browser understands a mesh as the server does: same facts, same words, same refusals."""

import base64
import struct
import zipfile
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from synqro import stores, uploads
from synqro.uploads.mesh.reading import facts as reading
from synqro.uploads.mesh.reading.errors import Unreadable
from tests.uploads import parts

MACHINE = [30, 30, 30]
READ = """async ([path, files, machine]) => {
  const { measure, inUnits } = await import(path);
  const found = {};
  for (const [name, data] of Object.entries(files)) {
    const bytes = Uint8Array.from(atob(data), (c) => c.charCodeAt(0));
    const heard = [];
    try {
      const onprogress = (part) => heard.push(part);
      const { facts, positions } = await measure(new Blob([bytes]), { name, onprogress });
      found[name] = {
        facts, shown: positions.length / 9, end: heard.at(-1),
        mesh: [null, "in", "m"].map((units) => inUnits(facts, units, machine)),
      };
    } catch (error) {
      found[name] = { wrong: error.message };
    }
  }
  return found;
}"""


def server(path: Path) -> dict[str, Any]:
    """What the server says of a file."""
    file_type = path.suffix[1:].lower()
    try:
        source, units = reading.open_mesh(path, file_type)
        facts = {"format": file_type, "units": units}
        facts |= reading.look_closer(source, reading.measure(source))
    except Unreadable as refused:
        return {"wrong": str(refused)}
    mesh = [uploads.in_units(facts, u, build_volume_mm=MACHINE) for u in (None, "in", "m")]
    return {"facts": facts, "shown": facts["triangles"], "mesh": mesh}


def agree(page: Page, live: str, store: stores.Store, files: list[Path]) -> list[str]:
    """Read files in the browser and on the server, and name those that differ."""
    page.goto(f"{live}/s/{store.publishable_key}")
    given = {path.name: base64.b64encode(path.read_bytes()).decode() for path in files}
    theirs = page.evaluate(READ, ["/s/static/mesh.js", given, MACHINE])
    said = [server(path) for path in files]
    assert any("wrong" in one for one in said) and any("facts" in one for one in said)
    wrong = []
    for path, ours in zip(files, said, strict=True):
        found = theirs[path.name]
        if "facts" in found:
            assert found.pop("end") == 1
        if not same(ours, found):
            wrong.append(f"{path.name}: server {ours}, browser {found}")
    return wrong


def same(ours: Any, theirs: Any) -> bool:
    """Say whether two answers are one, numbers up to a thousandth."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        return ours.keys() == theirs.keys() and all(same(ours[k], theirs[k]) for k in ours)
    if isinstance(ours, list) and isinstance(theirs, list):
        return len(ours) == len(theirs) and all(map(same, ours, theirs))
    if isinstance(ours, float) and isinstance(theirs, int | float):
        return bool(ours == pytest.approx(theirs, rel=1e-3, abs=1e-12))
    return bool(ours == theirs)


def good(folder: Path) -> list[Path]:
    """Parts in all formats, whole and with something wrong."""
    ring, ball, box = parts.torus(), parts.sphere(2.5), parts.cube(8)
    far = (box[0] + 1000.0, box[1])
    made = {
        "ring": ring, "ball": ball, "far": far, "two": parts.both(box, ring),
        "open": (ring[0], ring[1][7:]),
        "holes": (ring[0], ring[1][[*range(5, 60), *range(70, 900)]]),
        "inside": (box[0], box[1][:, ::-1]), "doubled": parts.both(box, box),
        "lone": (ring[0], [*ring[1][:-1], ring[1][-1][::-1]]),
        "flat": (ball[0], [*ball[1], (1, 1, 2), (3, 3, 3)]),
        "large": (box[0] * 400, box[1]), "tiny": (box[0] / 4e4, box[1]),
    }  # fmt: skip
    files = []
    for name, (points, faces) in made.items():
        part = points, parts.np.array(faces)
        for file_type, ending in (
            ("stl", "stl"),
            ("stl_text", "STL"),
            ("obj", "obj"),
            ("3mf", "3mf"),
        ):
            made_path = parts.written(folder, part, file_type)
            files.append(made_path.rename(folder / f"{name}-{file_type}.{ending}"))
    return files


def threemfs(folder: Path) -> list[Path]:
    """3MF files with all that the build may say, and with what it may not."""
    box = parts.cube(8)
    mirror, moved = "-1 0 0 0 1 0 0 0 2 5 0 0", "0 1 0 -1 0 0 0 0 1 40 0 3"
    two = (
        f'{parts.one_object(box)}<object id="2"><components><component objectid="1"/>'
        f'<component objectid="1" transform="{moved}"/></components></object>'
    )
    built = f'<item objectid="2" transform="{mirror}"/><item objectid="1"/>'
    itself = '<object id="1"><components><component objectid="1"/></components></object>'
    path = '<item objectid="1" p:path="/3D/Other.model"/>'
    fine = parts.model_xml(parts.one_object(box), '<item objectid="1"/>', unit="inch")
    models: dict[str, dict[str, str]] = {
        "built": {"m": parts.model_xml(two, built, unit="inch")},
        "elsewhere": {"m": parts.model_xml("", path), "3D/other.model": fine},
        "nowhere": {"m": parts.model_xml("", path)},
        "unit": {"m": parts.model_xml("", "", unit="furlong")},
        "nothing": {"m": parts.model_xml(parts.one_object(box), "")},
        "itself": {"m": parts.model_xml(itself, '<item objectid="1"/>')},
        "unknown": {"m": parts.model_xml("", '<item objectid="7"/>')},
        "out": {"m": parts.model_xml("", path.replace("/3D/Other", "/../x"))},
        "transform": {"m": parts.model_xml(two, '<item objectid="1" transform="1 2 3"/>')},
        "extension": {"m": parts.model_xml("", "", more='xmlns:b="urn:b" requiredextensions="b"')},
        "doctype": {"m": f'<?xml version="1.0"?><!DOCTYPE model [<!ENTITY a "b">]>{fine}'},
        "entity": {"m": fine.replace('unit="inch"', 'unit="&lol;"')},
        "escaped": {"m": fine.replace('unit="inch"', 'unit="&#105;nch"')},
        "comment": {"m": f"<?xml version='1.0' encoding='UTF-8'?><!-- a > b -->{fine}<!-- end -->"},
        "prefixed": {
            "m": fine.replace("<", "<c:").replace("<c:/", "</c:").replace("xmlns=", "xmlns:c=")
        },
        "unclosed": {"m": fine.replace("</build>", "")},
        "twice": {"m": f"{fine}{fine}"},
        "deep": {"m": parts.model_xml("<a>" * 80 + "</a>" * 80, "")},
        "corner": {"m": fine.replace('x="0"', 'x="zero"', 1)},
        "names": {"m": fine.replace('v1="0"', 'v1="99"', 1)},
        "bomb": {"m": fine + " " * 4_000_000},
        "noroot": {"_rels/.rels": "<Relationships/>", "m": fine},
        "slip": {"m": fine, "../../evil": "x"},
    }  # fmt: skip
    files = []
    for name, content in models.items():
        named = {"3D/3dmodel.model" if k == "m" else k: v for k, v in content.items()}
        all_parts = {"_rels/.rels": parts.RELS, **named}
        files.append(parts.zipped(folder / f"{name}.3mf", all_parts))
    return files


def broken(folder: Path) -> list[Path]:
    """What is no mesh, though it says so."""
    stl, obj = parts.stl(parts.torus()), parts.obj(parts.cube())
    text = parts.stl_text(parts.cube())
    package = parts.written(folder, parts.torus(), "3mf").read_bytes()
    middle = len(package) // 3
    kept = folder / "locked.3mf"
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_BZIP2) as file:
        file.writestr("_rels/.rels", parts.RELS)
    made = {
        "empty.stl": b"", "short.stl": stl[:60], "cut.stl": stl[:-7], "more.stl": stl + b"x" * 70,
        "none.stl": stl[:80] + bytes(4), "solid.stl": b"solid" + stl[5:],
        "nan.stl": stl[:96] + struct.pack("<f", float("nan")) + stl[100:],
        "far.stl": stl[:96] + struct.pack("<f", 1e12) + stl[100:],
        "cuttext.stl": text[:-90],
        "notext.stl": b"solid x\nfacet normal 0 0 0\n outer loop\n endfacet",
        "word.stl": text.replace(b"vertex ", b"vertex x", 1),
        "crlf.stl": text.replace(b"\n", b"\r\n"),
        "words.obj": b"v 1 2 x\n", "missing.obj": obj + b"f 1 2 99\n", "two.obj": obj + b"f 1 2\n",
        "back.obj": obj + b"f -1/2/3 -2//4 -3\nvn 0 0 1\n# no f\n",
        "quad.obj": obj + b"f 1 2 4 3\n", "continued.obj": obj + b"f 1 \\\n2 4\n",
        "zero.obj": obj + b"f 0 1 2\n", "none.obj": b"# nothing",
        "none.3mf": b"PK", "cut.3mf": package[: -len(package) // 3],
        "spoilt.3mf": package[:middle] + bytes(40) + package[middle + 40 :],
    }  # fmt: skip
    for name, content in made.items():
        (folder / name).write_bytes(content)
    return [kept, *(folder / name for name in made)]


def test_the_browser_reads_a_part_as_the_server_does(
    page: Page, live: str, store: stores.Store, tmp_path: Path
) -> None:
    files = [*good(tmp_path), *threemfs(tmp_path), *broken(tmp_path)]
    assert agree(page, live, store, files) == []


def test_reading_can_be_ended(page: Page, live: str, store: stores.Store) -> None:
    page.goto(f"{live}/s/{store.publishable_key}")
    ended = page.evaluate(
        """async () => {
          const { measure } = await import("/s/static/mesh.js");
          const bytes = new Uint8Array(84 + 50 * 300_000), end = new AbortController();
          new DataView(bytes.buffer).setUint32(80, 300_000, true);
          const told = { name: "a.stl", signal: end.signal, onprogress: () => end.abort() };
          return measure(new Blob([bytes]), told).then(() => "read", (error) => error.name);
        }"""
    )
    assert ended == "AbortError"
