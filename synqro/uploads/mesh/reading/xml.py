"""XML without the parts of it that do harm: no DTD, no entities, no endless depth."""

from collections.abc import Callable
from typing import IO
from xml.parsers import expat
from zipfile import BadZipFile
from zlib import error as DeflateError

from .errors import Unreadable

DEEPEST = 64
BLOCK = 1 << 16

Start = Callable[[list[str]], None]
Namespaces = Callable[[str | None, str], None]


def parse(
    file: IO[bytes], starts: dict[str, Start], namespaces: Namespaces = lambda *_: None
) -> None:
    """Call what `starts` has for each element, as "namespace name", with its attributes.

    They come as one list, names and values in turns. Raises Unreadable.
    """
    depth = 0

    def start(name: str, attributes: list[str]) -> None:
        nonlocal depth
        depth += 1
        if depth > DEEPEST:
            raise Unreadable("The file is refused: its XML is nested too deep.")
        if known := starts.get(name):
            known(attributes)

    def end(_: str) -> None:
        nonlocal depth
        depth -= 1

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.ordered_attributes = True
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.StartNamespaceDeclHandler = namespaces
    parser.StartDoctypeDeclHandler = _refuse
    parser.EntityDeclHandler = _refuse
    try:
        while block := file.read(BLOCK):
            parser.Parse(block, False)
        parser.Parse(b"", True)
    except (expat.ExpatError, BadZipFile, DeflateError, EOFError, OSError) as error:
        raise Unreadable("The file is damaged: its XML cannot be read.") from error


def _refuse(*_: object) -> None:
    raise Unreadable("The file is refused: its XML declares a document type, which 3MF forbids.")
