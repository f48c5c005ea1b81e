"""Facts of meshes: a million triangles against reading their file, 3MF against its XML.

lib3mf took 0.7 times as long as the floor that stands here for it: inflating the zip and
running expat over it with a handler that does nothing.
"""

import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from statistics import median
from xml.parsers import expat

from synqro.uploads.mesh.reading.errors import Unreadable
from synqro.uploads.mesh.reading.facts import look_closer, measure, open_mesh
from synqro.uploads.mesh.reading.picture import draw
from tests.bench.report import in_turns, line, note, ratio
from tests.uploads import parts

FLOORS = 1.7  # 2.5 times lib3mf, which takes 0.7 of the floor

GROWTH = """
import re, sys
from pathlib import Path
from synqro.uploads.mesh.reading.facts import look_closer, measure, open_mesh
small, large, closer = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3] == "closer"
def most(path):
    source, _ = open_mesh(path, "stl")
    facts = measure(source)
    if closer:
        look_closer(source, facts)
    return int(re.search("VmHWM:[^0-9]*([0-9]+)", Path("/proc/self/status").read_text())[1]) / 1024
print(-most(small) + most(large))
"""


def run() -> None:
    """Measure STL, 3MF and a bomb."""
    with tempfile.TemporaryDirectory(prefix="synqro-bench-") as name:
        _stl(Path(name))
        _threemf(Path(name))


def _stl(folder: Path) -> None:
    large, small = folder / "large.stl", folder / "small.stl"
    large.write_bytes(parts.stl(parts.torus(60, 20, 1000, 500)))
    small.write_bytes(parts.stl(parts.torus(60, 20, 100, 50)))
    source, _ = open_mesh(large, "stl")
    facts = measure(source)
    took = in_turns(
        {
            "reading": lambda: _cpu(large.read_bytes),
            "facts": lambda: _cpu(lambda: measure(source)),
            "shells": lambda: _cpu(lambda: look_closer(source, facts)),
            "still": lambda: _cpu(lambda: draw(source)),
        }
    )
    read = f"reading {median(took['reading']) * 1000:.0f} ms"
    line("STL, 1,000,000 triangles: facts", ratio(took["facts"], took["reading"]), 9, detail=read)
    line("STL, 1,000,000 triangles: shells", ratio(took["shells"], took["reading"]), 100)
    line("memory of facts, from 10,000 triangles", _growth(small, large, "facts"), 8, "MiB")
    line("memory of shells", _growth(small, large, "closer"), 300, "MiB")
    note("still of 1,000,000 triangles", median(took["still"]) * 1000, "ms")


def _threemf(folder: Path) -> None:
    path = parts.zipped(folder / "part.3mf", parts.threemf(parts.torus(60, 20, 250, 200)))
    took = in_turns(
        {"floor": lambda: _cpu(lambda: _floor(path)), "facts": lambda: _cpu(lambda: _facts(path))}
    )
    floor = f"expat {median(took['floor']) * 1000:.0f} ms"
    note("3MF, 100,000 triangles", median(took["facts"]) * 1000, "ms", floor)
    line("3MF, 100,000 triangles: facts", ratio(took["facts"], took["floor"]), FLOORS)
    line("a bomb refused", median(_bomb(folder) for _ in range(5)), 0.2, "s")


def _facts(path: Path) -> None:
    source, _ = open_mesh(path, "3mf")
    look_closer(source, measure(source))


def _floor(path: Path) -> None:
    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda name, attributes: None
    with zipfile.ZipFile(path) as file, file.open("3D/3dmodel.model") as model:
        parser.ParseFile(model)


def _bomb(folder: Path) -> float:
    path = folder / "bomb.3mf"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("3D/3dmodel.model", b" " * (100 << 20))
    began = time.perf_counter()
    try:
        open_mesh(path, "3mf")
    except Unreadable:
        return time.perf_counter() - began
    raise AssertionError("a bomb was read")


def _growth(small: Path, large: Path, what: str) -> float:
    command = [sys.executable, "-c", GROWTH, str(small), str(large), what]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def _cpu(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began
