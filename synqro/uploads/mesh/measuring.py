"""A file measured elsewhere, within limits."""

import json
import socket
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any

from synqro.core.errors import Unavailable
from synqro.uploads.errors import FileUnreadable

from . import pool
from .reading.answering import receive, send

GRACE = 2  # seconds that the child's own alarm may be late
STARTS = 2  # of the reader, which somebody may kill


@dataclass(frozen=True)
class Measured:
    facts: dict[str, Any]
    """In the file's own units: format, units (None where it states none), triangles, size,
    volume, area, watertight, flipped (inside out), turned (in parts), degenerate; shells,
    open_edges and gaps are None above a million triangles."""
    thumbnail: bytes | None
    """WebP, 480 × 360, clear around the part."""


def measure(path: Path, file_type: str) -> Measured:
    """Measure an stl, 3mf or obj in a process of its own, in at most 10 s.

    Raises FileUnreadable with a sentence that says why, and Unavailable where others keep all
    places busy or the reader does not start.
    """
    order = json.dumps({"path": str(path.resolve()), "type": file_type}).encode()
    for _ in range(STARTS):
        with pool.pool.child() as child:
            child.settimeout(pool.SECONDS + GRACE)
            try:
                receive(child)
            except (EOFError, OSError):
                continue
            return _told(child, order)
    raise Unavailable("Files cannot be measured just now. Try again in a minute.")


def _told(child: socket.socket, order: bytes) -> Measured:
    began = monotonic()
    try:
        send(child, order)
        facts = json.loads(receive(child))
    except (EOFError, OSError) as error:
        if monotonic() - began < pool.SECONDS * 0.9:
            raise FileUnreadable("Reading this file failed. Export it again.") from error
        raise FileUnreadable(
            f"This file takes over {pool.SECONDS} seconds to measure. "
            "Export it with fewer triangles."
        ) from error
    if "refused" in facts:
        raise FileUnreadable(facts["refused"])
    try:
        facts = json.loads(receive(child))
        return Measured(facts, receive(child) or None)
    except (EOFError, OSError):
        return Measured(facts, None)
