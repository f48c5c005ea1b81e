"""One model part of a 3MF: objects with meshes or components, and what is to be built."""

from array import array
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from .blocks import cut
from .corners import Indexed
from .errors import Unreadable
from .xml import parse, parser_for

CORE = "http://schemas.microsoft.com/3dmanufacturing/core/2015/02 "
PRODUCTION = "http://schemas.microsoft.com/3dmanufacturing/production/2015/06 "
HARMLESS = {  # extensions without which the shape is still the whole shape
    "http://schemas.microsoft.com/3dmanufacturing/core/2015/02",
    "http://schemas.microsoft.com/3dmanufacturing/production/2015/06",
    "http://schemas.microsoft.com/3dmanufacturing/material/2015/02",
    "http://schemas.microsoft.com/3dmanufacturing/slice/2015/07",
    "http://schemas.microsoft.com/3dmanufacturing/trianglesets/2021/07",
}

Transform = npt.NDArray[np.float64]
"""(4, 3): a point as a row, with 1 behind it, times this is the point moved."""


@dataclass(frozen=True)
class Use:
    """An object put somewhere: by a build item, or as a component of another object."""

    object_id: str
    part: str | None
    transform: Transform | None


@dataclass
class Object:
    points: "array[float]" = field(default_factory=lambda: array("d"))
    faces: "array[int]" = field(default_factory=lambda: array("i"))
    components: list[Use] = field(default_factory=list)

    def mesh(self) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.int32]]:
        points = np.frombuffer(self.points, "f8").reshape(-1, 3)
        return points, np.frombuffer(self.faces, np.int32).reshape(-1, 3)


class Model:
    """What a part says. Raises Unreadable."""

    def __init__(self, document: bytes) -> None:
        self.unit = "millimeter"
        self.objects: dict[str, Object] = {}
        self.items: list[Use] = []
        self._extensions: dict[str, str] = {}
        self._object = Object()
        document, self._blocks = cut(document)
        starts = {CORE + name: start for name, start in self._starts().items()}
        self._parser = parser_for(starts, self._namespace)
        parse(self._parser, document)

    def _starts(self) -> dict[str, Callable[[list[str]], None]]:
        return {
            "model": self._model,
            "object": self._begin,
            "vertices": lambda _: self._object.points.frombytes(self._block()),
            "triangles": lambda _: self._object.faces.frombytes(self._block()),
            "vertex": self._vertex,
            "triangle": self._triangle,
            "component": lambda words: self._object.components.append(_use(words)),
            "item": lambda words: self.items.append(_use(words)),
        }

    def _block(self) -> bytes:
        """Give back what was cut out at the element that the parser has just met."""
        return self._blocks.pop(self._parser.CurrentByteIndex, b"")

    def _namespace(self, prefix: str | None, uri: str) -> None:
        self._extensions.setdefault(prefix or "", uri)

    def _model(self, words: list[str]) -> None:
        said = _named(words)
        self.unit = said.get("unit", self.unit)
        for prefix in said.get("requiredextensions", "").split():
            if self._extensions.get(prefix, prefix) not in HARMLESS:
                raise Unreadable(
                    f"The file needs an extension of 3MF that we cannot read (“{prefix[:40]}”). "
                    "Export it as a plain 3MF or as STL."
                )

    def _begin(self, words: list[str]) -> None:
        self._object = Object()
        if self.objects.setdefault(_named(words).get("id", ""), self._object) is not self._object:
            raise Unreadable("The file gives two objects the same number.")

    def _vertex(self, words: list[str]) -> None:
        try:
            if words[::2] == ["x", "y", "z"]:
                self._object.points.extend(map(float, words[1::2]))
            else:
                said = _named(words)
                self._object.points.extend(float(said[axis]) for axis in "xyz")
        except (ValueError, KeyError):
            raise Unreadable("A corner in the file is not a number.") from None

    def _triangle(self, words: list[str]) -> None:
        try:
            if words[:6:2] == ["v1", "v2", "v3"]:
                self._object.faces.extend(map(int, words[1:6:2]))
            else:
                said = _named(words)
                self._object.faces.extend(int(said[corner]) for corner in ("v1", "v2", "v3"))
        except (ValueError, KeyError, OverflowError):
            raise Unreadable("A triangle in the file does not name its corners.") from None


def placed(item: Object, moves: list[Transform]) -> Indexed:
    """Give back an object's own triangles, moved; a mirror turns them over again."""
    points, faces = item.mesh()
    for move in moves:
        points = points @ move[:3] + move[3]
        if np.linalg.det(move[:3]) < 0:
            faces = faces[:, ::-1]
    return Indexed(points, faces)


def _named(words: list[str]) -> dict[str, str]:
    return dict(zip(words[::2], words[1::2], strict=True))


def _use(words: list[str]) -> Use:
    said = _named(words)
    return Use(
        said.get("objectid", ""), said.get(PRODUCTION + "path"), _transform(said.get("transform"))
    )


def _transform(words: str | None) -> Transform | None:
    if words is None:
        return None
    try:
        matrix = np.array([float(word) for word in words.split()]).reshape(4, 3)
    except ValueError:
        raise Unreadable("The file moves an object by something that is no transform.") from None
    if not np.isfinite(matrix).all():
        raise Unreadable("The file moves an object by something that is no transform.")
    return matrix
