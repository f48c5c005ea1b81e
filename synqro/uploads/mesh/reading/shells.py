"""What hangs together: shells, and the gaps in them."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .corners import Corners, Source
from .tally import hashes

MOST = 1_000_000  # triangles
NOISE = (1e-37, 1e-8)  # what sines and rounding leave of a zero, in any unit

Ids = npt.NDArray[np.int32]


@dataclass
class Surface:
    shells: int
    watertight: bool = True
    turned: bool = False
    """Some triangles face the other way than their neighbours."""
    open_edges: int = 0
    gaps: int = 0
    """Groups of open edges that hang together: most often each the rim of one hole."""


def connect(source: Source, *, sound: bool) -> Surface:
    """Look at what hangs together; corners at the same place are one.

    `sound` spares the look at the edges: the surface is known to be closed. Otherwise it is
    watertight if each edge joins two triangles. Faces that are turned over as a whole are left
    as such, for every slicer turns them back; a lone turned triangle is a defect.
    """
    keys = np.concatenate([hashes(_settled(corners)) for corners in source], axis=1)
    places, found = np.unique(keys, return_inverse=True)
    count = len(places)
    del keys, places
    corners = found.reshape(3, -1).astype(np.int32)
    del found
    a, b, c = corners
    lowest = _groups(count, np.concatenate([a, b]), np.concatenate([b, c]))
    surface = Surface(len(np.unique(lowest)))
    if not sound:
        _look_at_edges(surface, _Edges(count, corners))
    return surface


class _Edges:
    """The edges of all triangles, those at the same place beside each other."""

    def __init__(self, points: int, corners: Ids) -> None:
        self.points, self.triangles = points, corners.shape[1]
        start, end = corners.ravel(), corners[[1, 2, 0]].ravel()
        real = np.flatnonzero(start != end)
        start, end = start[real], end[real]
        key = np.minimum(start, end) * np.int64(points) + np.maximum(start, end)
        order = np.argsort(key)
        self.key, way = key[order], np.sign(end - start)[order]
        self.owner = (real[order] % self.triangles).astype(np.int32)
        self.first = np.flatnonzero(np.r_[True, self.key[1:] != self.key[:-1]])
        self.meeting = np.diff(np.r_[self.first, len(order)])
        self.turned = np.add.reduceat(way, self.first, dtype=np.int32) != 0

    def gaps(self, which: npt.NDArray[np.bool_]) -> tuple[int, int]:
        """Count the edges marked in `which`, and their groups."""
        key = self.key[self.first[which]]
        start = (key // self.points).astype(np.int32)
        rims = _groups(self.points, start, (key % self.points).astype(np.int32))
        return len(key), len(np.unique(rims[start]))

    def lone(self) -> bool:
        """Say whether a triangle faces the other way than each of its neighbours."""
        first = self.first[~self.turned]
        patches = _groups(self.triangles, self.owner[first], self.owner[first + 1])
        return bool((np.bincount(patches) == 1).any())


def _look_at_edges(surface: Surface, edges: _Edges) -> None:
    loose = edges.meeting != 2
    surface.turned = bool((edges.turned & ~loose).any())
    surface.watertight = len(edges.key) > 0 and not loose.any()
    if surface.watertight and surface.turned and edges.lone():
        surface.watertight, loose = False, edges.turned
    if not surface.watertight:
        surface.open_edges, surface.gaps = edges.gaps(loose)


def _settled(corners: Corners) -> Corners:
    size = np.abs(corners)
    return corners * ~((size > NOISE[0]) & (size < NOISE[1]))


def _groups(count: int, start: Ids, end: Ids) -> Ids:
    """Give back for each of `count` points the lowest point that it hangs together with."""
    lowest = np.arange(count, dtype=np.int32)
    while len(start):
        start, end = lowest[start], lowest[end]
        apart = start != end
        start, end = start[apart], end[apart]
        start, end = np.minimum(start, end), np.maximum(start, end)
        np.minimum.at(lowest, end, start)
        while not np.array_equal(lower := lowest[lowest], lowest):
            lowest = lower
    return lowest
