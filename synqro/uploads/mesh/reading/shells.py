"""What hangs together: shells, and the gaps in them."""

import numpy as np
import numpy.typing as npt

from .corners import Source
from .tally import hashes

MOST = 1_000_000  # triangles

Ids = npt.NDArray[np.int32]


def connect(source: Source, *, closed: bool) -> tuple[int, int, int]:
    """Count shells, open edges and gaps; corners at the same place are one.

    A gap is a group of open edges that hang together: most often the rim of one hole.
    """
    keys = np.concatenate([hashes(corners) for corners in source], axis=1)
    places, found = np.unique(keys, return_inverse=True)
    count = len(places)
    del keys, places
    corners = found.reshape(3, -1).astype(np.int32)
    del found
    a, b, c = corners
    shells = _groups(count, np.concatenate([a, b]), np.concatenate([b, c]))
    if closed:
        return len(np.unique(shells)), 0, 0
    start, end = _open(count, corners)
    rims = _groups(count, start, end)
    return len(np.unique(shells)), len(start), len(np.unique(rims[start]))


def _groups(count: int, start: Ids, end: Ids) -> Ids:
    """Give back for each of `count` points the lowest point that it hangs together with."""
    lowest = np.arange(count, dtype=np.int32)
    while len(start):
        start, end = lowest[start], lowest[end]
        apart = start != end
        start, end = start[apart], end[apart]
        start, end = np.minimum(start, end), np.maximum(start, end)
        np.minimum.at(lowest, end, start)
        while (lower := lowest[lowest]).tobytes() != lowest.tobytes():
            lowest = lower
    return lowest


def _open(count: int, corners: Ids) -> tuple[Ids, Ids]:
    """Give back the edges that are not met as often in one direction as in the other."""
    start, end = corners.ravel(), corners[[1, 2, 0]].ravel()
    key = np.minimum(start, end) * np.int64(count) + np.maximum(start, end)
    order = np.argsort(key)
    key, way = key[order], np.sign(end - start)[order]
    first = np.flatnonzero(np.r_[True, key[1:] != key[:-1]])
    left = first[np.add.reduceat(way, first, dtype=np.int32) != 0]
    return (key[left] // count).astype(np.int32), (key[left] % count).astype(np.int32)
