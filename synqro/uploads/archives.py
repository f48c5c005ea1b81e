"""A look at the list of a ZIP's contents; nothing is unpacked here."""

import zipfile
from typing import BinaryIO

MOST_LISTED = 4 * 1024 * 1024  # bytes; longer lists are not read
LONGEST_END = 22 + 65_535  # bytes: the last record and the longest comment


def is_3mf(file: BinaryIO, size: int) -> bool:
    """Say whether a ZIP of `size` bytes holds a 3MF model."""
    if not 0 < _list_length(file, size) <= MOST_LISTED:
        return False
    try:
        with zipfile.ZipFile(file) as archive:
            names = [name.lower().lstrip("/") for name in archive.namelist()]
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        return False
    models = any(name.endswith(".model") and name.startswith("3d/") for name in names)
    return models and "[content_types].xml" in names


def _list_length(file: BinaryIO, size: int) -> int:
    file.seek(max(0, size - LONGEST_END))
    end = file.read()
    at = end.rfind(b"PK\x05\x06")
    return int.from_bytes(end[at + 12 : at + 16], "little") if at >= 0 else 0
