"""A 3MF's zip, opened without trust: nothing is unpacked that could swell."""

import struct
import zipfile
import zlib
from pathlib import Path

from .errors import Unreadable

ENTRIES = 5_000
DIRECTORY = 1 << 20  # bytes of the zip's list of entries
SWOLLEN, LARGE = 200, 1 << 20  # times the packed size, of entries of so many bytes
MOST = 1 << 30  # bytes of all entries unpacked
LARGEST = 1 << 28  # bytes of a part unpacked, some three million triangles
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError)
_END = struct.Struct("<4s4H2LH")
_END_64 = struct.Struct("<4sQ2H2L4Q")


class Package:
    """The parts of a 3MF by name; names are compared without case, as OPC does."""

    def __init__(self, path: Path) -> None:
        _check_directory(path)
        try:
            self._zip = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
            raise Unreadable("The file is damaged: its zip cannot be read.") from error
        _check_entries(self._zip.infolist(), path.stat().st_size)
        self._parts: dict[str, zipfile.ZipInfo] = {}
        for info in self._zip.infolist():
            if self._parts.setdefault(info.filename.casefold(), info) is not info:
                raise Unreadable(f"The file holds {_shown(info.filename)} twice.")

    def part(self, name: str) -> bytes:
        """Give back a part by its absolute name, as in /3D/3dmodel.model. Raises Unreadable."""
        info = self._parts.get(name.removeprefix("/").casefold())
        if info is None:
            raise Unreadable(f"The file lacks {_shown(name)}, which it names.")
        if info.file_size > LARGEST:
            raise Unreadable("The file is too much to be measured. Export fewer triangles.")
        try:
            return self._zip.read(info)
        except DAMAGED as error:
            raise Unreadable("The file is damaged: its XML cannot be read.") from error

    def close(self) -> None:
        self._zip.close()


def _check_directory(path: Path) -> None:
    """Refuse a list of entries that would take long to read, before zipfile reads it."""
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - (1 << 16) - 128))
        tail = file.read()
    at = tail.rfind(b"PK\5\6")
    if at < 0 or len(tail) - at < _END.size:
        raise Unreadable("The file is no 3MF, or it ends in the middle.")
    entries, listed = _END.unpack_from(tail, at)[4:6]
    at = tail.rfind(b"PK\6\6", 0, at)
    if at >= 0 and len(tail) - at >= _END_64.size:
        entries, listed = (
            max(pair)
            for pair in zip(
                (entries % 0xFFFF, listed % 0xFFFFFFFF),
                _END_64.unpack_from(tail, at)[7:9],
                strict=True,
            )
        )
    if entries > ENTRIES or listed > DIRECTORY:
        raise Unreadable("The file is refused: it holds far too many parts for a 3MF.")


def _check_entries(entries: list[zipfile.ZipInfo], size: int) -> None:
    for info in entries:
        if info.flag_bits & 1:
            raise Unreadable("The file is locked with a password.")
        if info.compress_type not in METHODS:
            raise Unreadable("The file is packed in a way that 3MF does not allow.")
        words = info.filename.replace("\\", "/").split("/")
        if ".." in words or not words[0] or ":" in words[0]:
            raise Unreadable(f"The file is refused: {_shown(info.filename)} points out of it.")
        if info.file_size > LARGE and info.file_size > SWOLLEN * max(info.compress_size, 1):
            raise Unreadable("The file is refused: it would swell to many times its size.")
    whole = sum(info.file_size for info in entries)
    if whole > MOST or (whole > LARGE and whole > SWOLLEN * size):
        raise Unreadable("The file is refused: it would swell to many times its size.")


def _shown(name: str) -> str:
    return f"“{name[:60]}”"
