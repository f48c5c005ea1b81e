"""The short way through a model's XML: corners and triangles as runs of numbers.

Nearly all of a 3MF is elements of one form, which numpy reads ten times as fast as an XML
parser calls back. What has exactly that form is cut out; all else is left to the parser, which
says where the cut-out blocks belong, so that one in a comment counts for nothing.
"""

import re
import warnings
from typing import Any

import numpy as np
import numpy.typing as npt

PIECE = 1 << 22  # bytes
MOST_POINTS = (1 << 31) - 1
_BEGIN = re.compile(rb"<(vertices|triangles)>")
_NUMBERS = b"0123456789+-.eE"
_ELSE = bytes.maketrans(
    bytes(n for n in range(256) if n not in _NUMBERS), b" " * (256 - len(_NUMBERS))
)
_SPACE = b" \t\r\n"


def cut(document: bytes) -> tuple[bytes, dict[int, bytes]]:
    """Give back what is left, and the numbers of each block by the place of its tag there.

    They are float64 or int32 as bytes: three for each corner, three for each triangle.
    """
    left: list[bytes] = []
    found: dict[int, bytes] = {}
    done = place = 0
    for tag in _BEGIN.finditer(document):
        end = document.find(b"</" + tag[1] + b">", tag.end())
        numbers = _numbers(tag[1], document[tag.end() : end]) if end >= 0 else None
        if numbers is not None:
            found[place + tag.start() - done] = numbers
            left.append(document[done : tag.end()])
            place += len(left[-1])
            done = end
    return b"".join([*left, document[done:]]), found


def _numbers(kind: bytes, block: bytes) -> bytes | None:
    pieces = []
    begin = 0
    while begin < len(block):
        end = block.find(b"/>", begin + PIECE) + 2
        end = len(block) if end < 2 else end
        read = _corners if kind == b"vertices" else _triangles
        numbers = read(block[begin:end])
        if numbers is None:
            return None
        pieces.append(numbers)
        begin = end
    return b"".join(pieces)


def _corners(piece: bytes) -> bytes | None:
    named = piece.replace(b"<vertex", b"<v")
    numbers = _read(named, b'<vx=""y=""z=""/>', "f8")
    return None if numbers is None else numbers.tobytes()


def _triangles(piece: bytes) -> bytes | None:
    named = piece.replace(b"<triangle", b"<t")
    for number, letter in ((b'v1="', b'a="'), (b'v2="', b'b="'), (b'v3="', b'c="')):
        named = named.replace(number, letter)
    numbers = _read(named, b'<ta=""b=""c=""/>', "i8")
    if numbers is None or np.abs(numbers).max(initial=0) > MOST_POINTS:
        return None
    return numbers.astype("i4").tobytes()


def _read(named: bytes, form: bytes, kind: str) -> npt.NDArray[Any] | None:
    """Give back the numbers if `named` is nothing but elements of that form."""
    skeleton = named.translate(None, _NUMBERS + _SPACE)
    count = len(skeleton) // len(form)
    if skeleton != form * count:
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            numbers = np.fromstring(named.translate(_ELSE), kind, sep=" ")
        except (DeprecationWarning, ValueError):
            return None
    return numbers if len(numbers) == 3 * count else None
