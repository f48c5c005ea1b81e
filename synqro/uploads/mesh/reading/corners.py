"""Triangles on their way through: the corners of a few thousand at a time."""

from collections.abc import Iterator
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from .errors import Unreadable

Corners = npt.NDArray[np.floating[Any]]
"""The corners of k triangles: (3 corners, 3 axes, k), as float32 or float64."""

CHUNK = 8192  # triangles; what a core's cache holds
MOST = 20_000_000  # triangles; what a core measures in half of the time there is


class Source(Protocol):
    """A file's triangles, which can be gone through more than once."""

    triangles: int

    def __iter__(self) -> Iterator[Corners]: ...


class Indexed:
    """Triangles that name their corners: `points` (n, 3) and `faces` (k, 3)."""

    def __init__(self, points: npt.NDArray[np.float64], faces: npt.NDArray[np.int32]) -> None:
        self.triangles = len(faces)
        self._points, self._faces = points, faces
        _check(len(points), faces)

    def __iter__(self) -> Iterator[Corners]:
        for first in range(0, self.triangles, CHUNK):
            faces = self._faces[first : first + CHUNK]
            yield np.ascontiguousarray(self._points[faces].transpose(1, 2, 0))


class Several:
    """Sources one after the other."""

    def __init__(self, sources: list[Source]) -> None:
        self.triangles = sum(source.triangles for source in sources)
        self._sources = sources

    def __iter__(self) -> Iterator[Corners]:
        for source in self._sources:
            yield from source


class Kept:
    """Chunks that were dear to read, kept to be gone through again."""

    def __init__(self, chunks: Iterator[Corners]) -> None:
        self._chunks = list(chunks)
        self.triangles = sum(chunk.shape[2] for chunk in self._chunks)

    def __iter__(self) -> Iterator[Corners]:
        return iter(self._chunks)


def _check(points: int, faces: npt.NDArray[np.int32]) -> None:
    if len(faces) and not (faces.min() >= 0 and faces.max() < points):
        raise Unreadable("A triangle names a corner that the file does not hold.")
