"""3MF: what its build says, with every object where it stands and as often as it stands."""

from collections.abc import Iterator
from pathlib import Path
from posixpath import normpath

from .corners import MOST, Several, Source
from .errors import Unreadable
from .model import Model, Object, Transform, Use, placed
from .package import Package
from .xml import parse, parser_for

RELATIONSHIP = "http://schemas.openxmlformats.org/package/2006/relationships Relationship"
ROOT = "http://schemas.microsoft.com/3dmanufacturing/2013/01/3dmodel"
UNITS = {
    "micron": "um",
    "millimeter": "mm",
    "centimeter": "cm",
    "inch": "in",
    "foot": "ft",
    "meter": "m",
}
DEEPEST = 32  # components within components
PLACES = 20_000  # times that objects stand somewhere

Name = tuple[str, str]
"""An object: the part it stands in, and its number there."""


def open_3mf(path: Path) -> tuple[Source, str]:
    """Give back the triangles of its build, and their unit. Raises Unreadable."""
    package = Package(path)
    try:
        build = _Build(package)
    finally:
        package.close()
    if build.root.unit not in UNITS:
        raise Unreadable(f"The file's unit is unknown: “{build.root.unit[:40]}”.")
    return Several(list(build.sources())), UNITS[build.root.unit]


class _Build:
    """The parts that the build reaches, each read once."""

    def __init__(self, package: Package) -> None:
        self._package = package
        self._models: dict[str, Model] = {}
        self._counts: dict[Name, tuple[int, int]] = {}
        self._main = _root(package)
        self.root = self._model(self._main)
        places, triangles = _sums([self._count_item(item) for item in self.root.items])
        if places > PLACES or triangles > MOST:
            raise Unreadable("The file is refused: it repeats its objects far too often.")

    def sources(self) -> Iterator[Source]:
        for item in self.root.items:
            yield from self._placed(self._name(item, self._main), _moves(item, []))

    def _placed(self, name: Name, moves: list[Transform]) -> Iterator[Source]:
        found = self._object(name)
        if found.faces:
            yield placed(found, moves)
        for use in found.components:
            yield from self._placed(self._name(use, name[0]), _moves(use, moves))

    def _count_item(self, item: Use) -> tuple[int, int]:
        return self._count(self._name(item, self._main), ())

    def _count(self, name: Name, above: tuple[Name, ...]) -> tuple[int, int]:
        """Give back how often objects stand somewhere below `name`, and their triangles."""
        if name in above or len(above) > DEEPEST:
            raise Unreadable("The file is refused: its objects contain themselves, or nest deep.")
        if name not in self._counts:
            found = self._object(name)
            uses = [self._name(use, name[0]) for use in found.components]
            own = (1, len(found.faces) // 3)
            self._counts[name] = _sums([own, *(self._count(use, (*above, name)) for use in uses)])
        return self._counts[name]

    def _object(self, name: Name) -> Object:
        found = self._model(name[0]).objects.get(name[1])
        if found is None:
            raise Unreadable("The file names an object that it does not hold.")
        return found

    def _model(self, part: str) -> Model:
        if part not in self._models:
            self._models[part] = Model(self._package.part(part))
        return self._models[part]

    def _name(self, use: Use, part: str) -> Name:
        return (_inside(use.part) if use.part else part), use.object_id


def _sums(pairs: list[tuple[int, int]]) -> tuple[int, int]:
    return sum(first for first, _ in pairs), sum(second for _, second in pairs)


def _moves(use: Use, outer: list[Transform]) -> list[Transform]:
    return outer if use.transform is None else [use.transform, *outer]


def _root(package: Package) -> str:
    found: list[str] = []

    def relationship(words: list[str]) -> None:
        said = dict(zip(words[::2], words[1::2], strict=True))
        if said.get("Type") == ROOT and said.get("TargetMode") != "External":
            found.append(said.get("Target", ""))

    parse(parser_for({RELATIONSHIP: relationship}), package.part("/_rels/.rels"))
    if len(found) != 1:
        raise Unreadable("The file is no 3MF: it does not say which model it holds.")
    return _inside("/" + found[0].removeprefix("/"))


def _inside(part: str) -> str:
    """Give back an absolute name of a part. Raises Unreadable where it leads out."""
    if not part.startswith("/") or ".." in part.split("/") or "\\" in part:
        raise Unreadable("The file is refused: it points out of itself.")
    return normpath(part)
