"""Names in a row in one field, with commas between them; one that holds a comma is quoted."""

import re
from collections.abc import Iterable

NAME = re.compile(r'\s*(?:"((?:[^"]|"")*)"\s*(?=,|\Z)|([^,]*))(?:,|\Z)')


def in_a_row(names: Iterable[str]) -> str:
    """Write names for a field: Foo, "Bar, Inc."."""
    return ", ".join(_quoted(name) if "," in name or name[:1] == '"' else name for name in names)


def one_by_one(text: str) -> list[str]:
    """Read them back, each once; blanks are left out."""
    found = ((quoted or plain).strip() for quoted, plain in _parts(text))
    return list(dict.fromkeys(name for name in found if name))


def _parts(text: str) -> Iterable[tuple[str, str]]:
    for found in NAME.finditer(text):
        quoted, plain = found[1] or "", found[2] or ""
        yield quoted.replace('""', '"'), plain


def _quoted(name: str) -> str:
    doubled = name.replace('"', '""')
    return f'"{doubled}"'
