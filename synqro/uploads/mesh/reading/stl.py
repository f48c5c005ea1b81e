"""Binary STL: an 80-byte header, a count, 50 bytes a triangle."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from . import stl_text
from .corners import CHUNK, Corners, Kept, Source
from .errors import Unreadable

HEAD, EACH = 84, 50
TRIANGLE = np.dtype([("normal", "<f4", 3), ("corners", "<f4", (3, 3)), ("extra", "<u2")])
assert TRIANGLE.itemsize == EACH  # noqa: S101


def open_stl(path: Path) -> Source:
    """Give back the triangles of a binary or a text STL. Raises Unreadable.

    Its size decides which it is, for many binary files begin with "solid" as well.
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(HEAD)
    count = int.from_bytes(head[80:], "little")
    held = (size - HEAD) // EACH
    if len(head) == HEAD and count == held and count:
        return Binary(path, count)
    if stl_text.begins(head):
        return Kept(stl_text.chunks(path))
    if len(head) < HEAD or held < count:
        raise Unreadable(
            f"The file ends in the middle: it says {count:,} triangles and holds {max(held, 0):,}."
            if len(head) == HEAD
            else "The file ends in the middle: an STL is at least 84 bytes long."
        )
    if not count:
        raise Unreadable("The file holds no triangles.")
    raise Unreadable(f"The file says {count:,} triangles and holds {held:,}.")


class Binary:
    """The triangles of a binary STL, read anew each time."""

    def __init__(self, path: Path, triangles: int) -> None:
        self.path, self.triangles = path, triangles

    def __iter__(self) -> Iterator[Corners]:
        buffer = bytearray(EACH * CHUNK)
        view, left = memoryview(buffer), self.triangles
        with self.path.open("rb", buffering=0) as file:
            file.seek(HEAD)
            while left:
                some = min(CHUNK, left)
                if file.readinto(view[: EACH * some]) != EACH * some:
                    raise Unreadable("The file ends in the middle.")
                left -= some
                triangles = np.frombuffer(buffer, TRIANGLE, some)["corners"]
                yield np.ascontiguousarray(triangles.transpose(1, 2, 0))
