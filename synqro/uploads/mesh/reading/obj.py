"""OBJ: corners and faces as lines of text; no materials, no curves."""

from array import array
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import numpy as np
import numpy.typing as npt

from .corners import Indexed, Source
from .errors import Unreadable

LONGEST = 1 << 16  # bytes of a line; a polygon of thousands of corners fits


def open_obj(path: Path) -> Source:
    """Give back its faces, cut into triangles that fan out from each first corner.

    Raises Unreadable.
    """
    points, faces = array("d"), array("i")
    with path.open("rb") as file:
        for line in _lines(file):
            kind, *words = line.split() or [b""]
            try:
                if kind == b"v":
                    points.extend(map(float, words[:3]))
                    if len(points) % 3:
                        raise ValueError
                elif kind == b"f":
                    _fan(faces, words, len(points) // 3)
            except (ValueError, OverflowError):
                raise Unreadable(f"The file is not an OBJ: {_shown(line)} is wrong.") from None
    return Indexed(np.frombuffer(points, "f8").reshape(-1, 3), _faces(faces))


def _faces(faces: "array[int]") -> npt.NDArray[np.int32]:
    return np.frombuffer(faces, np.int32).reshape(-1, 3)


def _fan(faces: "array[int]", words: list[bytes], points: int) -> None:
    """Add the triangles of one face; a corner below zero counts from the last point back."""
    corners = [int(word.partition(b"/")[0]) for word in words]
    if len(corners) < 3 or 0 in corners:
        raise ValueError
    first, second, *others = (c - 1 if c > 0 else points + c for c in corners)
    for third in others:
        faces.extend((first, second, third))
        second = third


def _lines(file: BinaryIO) -> Iterator[bytes]:
    """Give back lines, those joined that end with a backslash."""
    while line := file.readline(LONGEST):
        while line.endswith((b"\\\n", b"\\\r\n")) and len(line) < LONGEST:
            line = line.rstrip(b"\\\r\n") + b" " + file.readline(LONGEST)
        if len(line) >= LONGEST:
            raise Unreadable("The file is not an OBJ: a line in it has no end.")
        yield line


def _shown(line: bytes) -> str:
    return "“" + " ".join(line.decode("utf-8", "replace").split())[:40] + "”"
