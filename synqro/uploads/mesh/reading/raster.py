"""Triangles into pixels, the nearest in front."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

AT_ONCE = 400_000  # rows or pixels in the works

Floats = npt.NDArray[np.floating[Any]]
Ints = npt.NDArray[np.int64]


class Canvas:
    """What is seen at each pixel: how near it is (0 is nothing), and which way it faces."""

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        self.near = np.zeros(width * height)
        self.facing = np.zeros((width * height, 3), "f4")

    def add(self, x: Floats, y: Floats, near: Floats, facing: Floats) -> None:
        """Draw k triangles: (3, k) each, in pixels; `near` is linear on the screen.

        A pixel belongs to the triangle that holds its centre. `facing` is (k, 3).
        """
        first = np.clip(np.ceil(y.min(0) - 0.5), 0, self.height).astype(np.int64)
        last = np.clip(np.ceil(y.max(0) - 0.5), 0, self.height).astype(np.int64)
        with np.errstate(all="ignore"):
            planes = _planes(x, y, near)
            for which, row in _counted(first, last - first):
                left, right = _span(x[:, which], y[:, which], row + 0.5)
                begin = np.clip(np.ceil(left - 0.5), 0, self.width).astype(np.int64)
                end = np.clip(np.ceil(right - 0.5), begin, self.width).astype(np.int64)
                for line, column in _counted(begin, end - begin):
                    self._put(row[line], column, which[line], planes, facing)

    def _put(self, row: Ints, column: Ints, which: Ints, planes: Floats, facing: Floats) -> None:
        across, down, there, low, high = planes[:, which]
        near = np.clip(across * (column + 0.5) + down * (row + 0.5) + there, low, high)
        pixel = row * self.width + column
        np.maximum.at(self.near, pixel, near)
        seen = self.near[pixel] == near
        self.facing[pixel[seen]] = facing[which[seen]]


def _planes(x: Floats, y: Floats, near: Floats) -> Floats:
    """Give back near = across · x + down · y + there for each, and the bounds of near."""
    x1, x2, y1, y2 = x[1] - x[0], x[2] - x[0], y[1] - y[0], y[2] - y[0]
    n1, n2 = near[1] - near[0], near[2] - near[0]
    twice = x1 * y2 - x2 * y1
    across = np.nan_to_num((n1 * y2 - n2 * y1) / twice, posinf=0, neginf=0)
    down = np.nan_to_num((x1 * n2 - x2 * n1) / twice, posinf=0, neginf=0)
    there = near[0] - across * x[0] - down * y[0]
    return np.stack([across, down, there, near.min(0), near.max(0)])


def _span(x: Floats, y: Floats, at: Floats) -> tuple[Floats, Floats]:
    """Give back where triangles begin and end on a line across."""
    left, right = np.full(len(at), np.inf), np.full(len(at), -np.inf)
    for one, two in ((0, 1), (1, 2), (2, 0)):
        crossing = (y[one] <= at) != (y[two] <= at)
        place = x[one] + (at - y[one]) * (x[two] - x[one]) / (y[two] - y[one])
        left = np.where(crossing, np.minimum(left, place), left)
        right = np.where(crossing, np.maximum(right, place), right)
    return np.where(np.isfinite(left), left, 0), np.where(np.isfinite(right), right, 0)


def _counted(start: Ints, count: Ints) -> Iterator[tuple[Ints, Ints]]:
    """Count from each start, so far; give back which one it is and the number, in batches."""
    used = np.flatnonzero(count > 0)
    ends = np.cumsum(count[used])
    begin = 0
    while begin < len(used):
        done = ends[begin - 1] if begin else 0
        end = max(begin + 1, int(np.searchsorted(ends, done + AT_ONCE, "right")))
        batch = used[begin:end]
        which = np.repeat(batch, count[batch])
        before = np.repeat(ends[begin:end] - count[batch] - done, count[batch])
        yield which, start[which] + np.arange(len(which)) - before
        begin = end
