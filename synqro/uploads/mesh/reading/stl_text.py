"""STL as text: facets of three corners, in any case, one solid or several."""

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from .corners import Corners
from .errors import Unreadable

BLOCK = 1 << 20  # bytes; no facet is that long
_NUMBER = rb"\s+([^\s]{1,64})"
_CORNER = rb"vertex" + _NUMBER * 3 + rb"\s+"
_SOLIDS = rb"\s*(?:(?:end\s*)?solid\b[^\r\n]*[\r\n]\s*)*"
_FACET = re.compile(
    _SOLIDS + rb"facet\b[^\r\n]*?\s+outer\s+loop\s+" + _CORNER * 3 + rb"endloop\s*",
    re.IGNORECASE,
)
_END = re.compile(_SOLIDS + rb"(?:end\s*solid\b[^\r\n]*)?\s*", re.IGNORECASE)
_FACET_ENDS = re.compile(rb"end\s*facet", re.IGNORECASE)


def begins(head: bytes) -> bool:
    """Say whether a file that begins so is an STL as text."""
    return head.removeprefix(b"\xef\xbb\xbf").lstrip()[:5].lower() == b"solid"


def chunks(path: Path) -> Iterator[Corners]:
    """Give back its triangles, block by block. Raises Unreadable."""
    rest = b""
    with path.open("rb") as file:
        rest = file.read(3).removeprefix(b"\xef\xbb\xbf")
        while block := file.read(BLOCK):
            *facets, rest = _FACET_ENDS.split(rest + block)
            if facets:
                yield _corners(facets)
            elif len(rest) > BLOCK:
                raise Unreadable("The file is not an STL: a facet in it has no end.")
    if not _END.fullmatch(rest):
        raise Unreadable("The file ends in the middle of a triangle.")


def _corners(facets: list[bytes]) -> Corners:
    numbers: list[float] = []
    for facet in facets:
        found = _FACET.fullmatch(facet)
        if found is None:
            raise Unreadable(f"The file is not an STL: {_shown(facet)} is no facet.")
        numbers += map(_number, found.groups())
    flat = np.array(numbers, "f4").reshape(-1, 3, 3)
    return np.ascontiguousarray(flat.transpose(1, 2, 0))


def _number(word: bytes) -> float:
    try:
        return float(word)
    except ValueError:
        raise Unreadable(f"The file is not an STL: {_shown(word)} is no number.") from None


def _shown(words: bytes) -> str:
    return "“" + " ".join(words.decode("utf-8", "replace").split())[:40] + "”"
