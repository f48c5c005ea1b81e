"""What a file is, by what it holds. Its name only says what a damaged one was meant to be."""

import re
from pathlib import Path
from typing import BinaryIO

from synqro.uploads.archives import is_3mf
from synqro.uploads.errors import FileTypeNotAllowed, FileUnreadable
from synqro.uploads.names import extension
from synqro.uploads.types import DRAWN_ELSEWHERE, FILE_TYPES, WORDS

HEAD = 64 * 1024
BLANK = b"\xef\xbb\xbf \t\r\n\f\v"
SIGNS = (
    ("pdf", b"%PDF-"),
    ("png", b"\x89PNG\r\n\x1a\n"),
    ("jpg", b"\xff\xd8\xff"),
    ("zip", b"PK\x03\x04"),
    ("zip", b"PK\x05\x06"),
    ("step", b"ISO-10303-21"),
    ("dxf", b"AutoCAD Binary DXF\r\n\x1a\x00"),
)
# What begins so is something else, whatever its name says.
OTHERS = tuple(
    b"MZ|\x7fELF|#!|<|{|PK|Rar!|7z\xbc\xaf|\x1f\x8b|BZh|\xfd7zXZ|GIF8|BM|II*\x00|MM\x00*|\xca\xfe\xba\xbe"
    b"|\xcf\xfa\xed\xfe|\xce\xfa\xed\xfe|\xfe\xed\xfa|\xd0\xcf\x11\xe0|8BPS|%!PS|glTF|ply|OggS|ID3|RIFF"
    b"|\xff\xd8\xff|\x89PNG|%PDF|ISO-10303|Kaydara|BLENDER|AC10".split(b"|")
)
DXF = re.compile(rb"(?:\s*999[ \t]*\r?\n[^\n]*\n)*\s*0[ \t]*\r?\n[ \t]*SECTION\s")
OBJ_LINE = re.compile(rb"(?:v|vn|vt|vp|f|l|p|g|o|s|mtllib|usemtl|usemap)[ \t]|#|\s*$")
OBJ_POINT = re.compile(rb"^v[ \t]+[-+.\d]+(?:e[-+]?\d+)?[ \t]+[-+.\d]+", re.MULTILINE | re.I)


def type_of(path: Path, filename: str) -> str:
    """Give back the file's type, a key of TYPES. Raises FileTypeNotAllowed, FileUnreadable."""
    size, named = path.stat().st_size, extension(filename)
    if not size:
        raise FileUnreadable("This file is empty. Export it again.")
    with path.open("rb") as file:
        head = file.read(HEAD)
        found = _mesh_or_drawing(head, size) or _signed(head)
        if found == "zip":
            found = _in_archive(file, size, named)
    if found:
        return found
    # Neither of the two begins with a sign, so that a damaged one looks like anything.
    if named in ("stl", "obj") and not _as_text(head).startswith(OTHERS):
        return named
    raise _not_allowed(named)


def _mesh_or_drawing(head: bytes, size: int) -> str | None:
    if _binary_stl(head, size):
        return "stl"
    text = _as_text(head)
    if text[:5].lower() == b"solid" and b"\0" not in head[:80]:
        return "stl" if b"facet" in head.lower() or b"endsolid" in head.lower() else None
    if DXF.match(text):
        return "dxf"
    return "obj" if _obj(text) else None


def _binary_stl(head: bytes, size: int) -> bool:
    if size < 84:
        return False
    triangles = int.from_bytes(head[80:84], "little")
    return triangles > 0 and size == 84 + 50 * triangles


def _obj(text: bytes) -> bool:
    if b"\0" in text or not OBJ_POINT.search(text):
        return False
    whole = text.splitlines()[:-1] if len(text) > 1000 else text.splitlines()
    return all(OBJ_LINE.match(line.lstrip()) for line in whole[:200])


def _signed(head: bytes) -> str | None:
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "webp"
    for kind, sign in SIGNS:
        text = kind in ("pdf", "step")
        if (_as_text(head) if text else head).startswith(sign):
            return kind
    return None


def _in_archive(file: BinaryIO, size: int, named: str) -> str | None:
    if named == "3mf" or is_3mf(file, size):
        return "3mf"
    # Many programs zip what they save, and only they can read it.
    return "zip" if not named or named in FILE_TYPES else None


def _as_text(head: bytes) -> bytes:
    return head.lstrip(BLANK)


def _not_allowed(named: str) -> FileTypeNotAllowed:
    if named in DRAWN_ELSEWHERE:
        say = f"We can't read {named.upper()}. Export it as STL or 3MF."
    elif not named or named in FILE_TYPES:
        say = f"This file does not hold what its name says. Send {WORDS}."
    else:
        say = f"We can't read {named.upper()}. Send {WORDS}."
    return FileTypeNotAllowed(say, file_types=FILE_TYPES)
