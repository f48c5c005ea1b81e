"""Size, volume, area and closedness in one pass, in constant memory."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from .corners import Corners
from .errors import Unreadable

FARTHEST = 1e9  # units from the origin; float32 squares what lies farther off into infinity
EXACT_UP_TO = 100_000  # triangles that are worth float64

_X, _Y, _Z, _MIX = (
    np.uint64(odd)
    for odd in (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0xFF51AFD7ED558CCD)
)
_29, _32, _7 = np.uint64(29), np.uint64(32), np.uint64(7)
_ALL = (1 << 64) - 1


@dataclass
class Sums:
    """What the triangles add up to, in the file's own units."""

    triangles: int = 0
    low: npt.NDArray[np.floating[Any]] = field(default_factory=lambda: np.full(3, np.inf, "f4"))
    high: npt.NDArray[np.floating[Any]] = field(default_factory=lambda: np.full(3, -np.inf, "f4"))
    volume: float = 0.0
    """Signed: below zero where the surface is inside out."""
    area: float = 0.0
    closed: bool = False
    """Every edge is met by as many triangles in one direction as in the other."""
    degenerate: int = 0
    """Triangles without an area."""


def tally(chunks: Iterable[Corners], *, exact: bool) -> Sums:
    """Add the triangles up, in float64 where `exact`. Raises Unreadable.

    The volume is the flow of (x, 0, 0) through the surface, so that one with gaps gets the
    same number as from trimesh. It is taken from the first corner, for float32 has few digits,
    and moved to the origin at the end. A surface is closed if its edges, each hashed so that
    the opposite direction gives the opposite number, add up to zero.
    """
    sums, edges, wide = Sums(), 0, 0.0
    first: Corners | None = None
    with np.errstate(all="ignore"):
        for corners in chunks:
            sums.low = np.minimum(sums.low, corners.min((0, 2)))
            sums.high = np.maximum(sums.high, corners.max((0, 2)))
            edges += _edges(hashes(corners))
            if first is None:
                first = corners[0, :, 0].astype("f8" if exact else corners.dtype)
            wide += _add(sums, corners - first[:, None])
    if first is None:
        raise Unreadable("The file holds no triangles.")
    if not (np.isfinite(sums.low).all() and np.isfinite(sums.high).all()):
        raise Unreadable("A corner in the file is not a number.")
    if max(abs(sums.low).max(), abs(sums.high).max()) > FARTHEST:
        raise Unreadable("A corner in the file lies too far out to be part of anything.")
    sums.closed = edges & _ALL == 0
    if not sums.closed:
        sums.volume += float(first[0]) * wide
    return sums


def hashes(corners: Corners) -> npt.NDArray[np.uint64]:
    """Give back a number for each corner (3, k), by its exact float32 place; -0 is 0."""
    bits = (corners.astype("f4", copy=False) + np.float32(0)).view("u4")
    mixed = bits[:, 0] * _X
    mixed += bits[:, 1] * _Y
    mixed += bits[:, 2] * _Z
    mixed ^= mixed >> _29
    mixed *= _MIX
    mixed ^= mixed >> _32
    return mixed


def _edges(start: npt.NDArray[np.uint64]) -> int:
    end = start[[1, 2, 0]]
    return int((start * (end >> _7) - end * (start >> _7)).sum(dtype="u8"))


def _add(sums: Sums, corners: Corners) -> float:
    """Add triangles to the sums and give back the area of their shadow along x, signed."""
    a, b, c = corners
    u, v = b - a, c - a
    x = u[1] * v[2] - u[2] * v[1]
    y = u[2] * v[0] - u[0] * v[2]
    z = u[0] * v[1] - u[1] * v[0]
    sums.volume += float((x * (a[0] + b[0] + c[0])).sum(dtype="f8")) / 6
    lengths = np.sqrt(x * x + y * y + z * z)
    sums.area += float(lengths.sum(dtype="f8")) / 2
    sums.triangles += corners.shape[2]
    sums.degenerate += corners.shape[2] - int(np.count_nonzero(lengths))
    return float(x.sum(dtype="f8")) / 2
