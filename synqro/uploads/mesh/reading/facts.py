"""What a file holds, as facts that go into a JSON column."""

from pathlib import Path
from typing import Any

from . import shells
from .corners import Source
from .errors import Unreadable
from .obj import open_obj
from .stl import open_stl
from .tally import EXACT_UP_TO, Sums, tally
from .threemf import open_3mf

Facts = dict[str, Any]


def open_mesh(path: Path, file_type: str) -> tuple[Source, str | None]:
    """Give back the triangles of an stl, obj or 3mf, and the unit that it states."""
    match file_type:
        case "stl":
            return open_stl(path), None
        case "obj":
            return open_obj(path), None
        case "3mf":
            return open_3mf(path)
    raise Unreadable(f"We cannot measure {file_type}.")


def measure(source: Source) -> Facts:
    """Size, volume, area and closedness, in the file's units. Raises Unreadable."""
    sums = tally(source, exact=source.triangles <= EXACT_UP_TO)
    return _shape(sums) | {"turned": False, "shells": None, "open_edges": None, "gaps": None}


def look_closer(source: Source, facts: Facts) -> Facts:
    """Add the number of shells and gaps where there are few enough triangles for that."""
    if source.triangles > shells.MOST:
        return facts
    try:
        surface = shells.connect(source, sound=facts["watertight"] and not facts["degenerate"])
    except MemoryError:
        return facts
    return facts | {
        "watertight": surface.watertight,
        "turned": surface.turned,
        "shells": surface.shells,
        "open_edges": surface.open_edges,
        "gaps": surface.gaps,
    }


def _shape(sums: Sums) -> Facts:
    return {
        "triangles": sums.triangles,
        "size": [float(high) - float(low) for low, high in zip(sums.low, sums.high, strict=True)],
        "volume": abs(sums.volume),
        "area": sums.area,
        "watertight": sums.closed,
        "flipped": sums.closed and sums.volume < 0,
        "degenerate": sums.degenerate,
    }
