"""Which column of a CSV file says what, by what people call it. Pure."""

import unicodedata
from collections.abc import Mapping, Sequence, Set
from typing import NamedTuple

from synqro.core.csv_files import FileNotRead

MOST_NAMED = 12
LONGEST_NAMED = 40
Names = Mapping[str, Set[str]]


class Places(NamedTuple):
    """Where the columns of each kind stand; `ignored` are the names of all others."""

    at: dict[str, int]
    wide: int
    ignored: list[str]


def places(header: Sequence[str], names: Names) -> Places:
    """Read a header by {kind: what people call it, letters and digits only}.

    Raises FileNotRead where two columns are of one kind.
    """
    found: dict[str, list[int]] = {}
    ignored = []
    for place, name in enumerate(header):
        if kind := kind_of(name, names):
            found.setdefault(kind, []).append(place)
        elif name.strip():
            ignored.append(name.strip())
    for some in found.values():
        if len(some) > 1:
            twice = named_columns([header[place].strip() for place in some])
            say = f"Two columns say the same: {twice}. Keep one of them."
            raise FileNotRead(say, code="doubled_columns")
    return Places({kind: some[0] for kind, some in found.items()}, len(header), ignored)


def kind_of(name: str, names: Names) -> str | None:
    """Say of which kind a column of this name is."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    plain = "".join(sign for sign in folded if sign.isalnum())
    return next((kind for kind, known in names.items() if plain in known), None)


def named_columns(names: Sequence[str]) -> str:
    """Give back names of columns in one line, cut where they are many or long."""
    some = [
        f"“{name if len(name) <= LONGEST_NAMED else name[:LONGEST_NAMED] + '…'}”"
        for name in names[:MOST_NAMED]
    ]
    more = f" and {len(names) - MOST_NAMED:,} more" if len(names) > MOST_NAMED else ""
    return ", ".join(some) + more


def columns_missing(header: Sequence[str], lacks: Sequence[str], like: str) -> FileNotRead:
    """Give back the refusal of a header that `lacks` columns, and what it is to be `like`."""
    found = [" ".join(name.split()) for name in header if name.strip()]
    said = f"The first line names {named_columns(found)}. It should be like “{like}”."
    return FileNotRead(f"{' '.join(lacks)} {said}", code="wrong_columns")
