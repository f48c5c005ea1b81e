"""XML without the parts of it that do harm: no DTD, no entities, no endless depth."""

from collections.abc import Callable
from xml.parsers import expat

from .errors import Unreadable

DEEPEST = 64

Start = Callable[[list[str]], None]
Namespaces = Callable[[str | None, str], None]


def parser_for(
    starts: dict[str, Start], namespaces: Namespaces = lambda *_: None
) -> expat.XMLParserType:
    """Give back a parser that calls what `starts` has for each element, "namespace name".

    Attributes come as one list, names and values in turns. The calls may raise Unreadable.
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
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.StartNamespaceDeclHandler = namespaces
    parser.StartDoctypeDeclHandler = _refuse
    parser.EntityDeclHandler = _refuse
    return parser


def parse(parser: expat.XMLParserType, document: bytes) -> None:
    """Go through a document. Raises Unreadable."""
    try:
        parser.Parse(document, True)
    except expat.ExpatError as error:
        raise Unreadable("The file is damaged: its XML cannot be read.") from error


def _refuse(*_: object) -> None:
    raise Unreadable("The file is refused: its XML declares a document type, which 3MF forbids.")
