"""What a file is and holds, once all of it is there."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from synqro.uploads import mesh
from synqro.uploads.sniffing import type_of
from synqro.uploads.types import TYPES


@dataclass(frozen=True)
class Understood:
    """`facts` and `thumbnail` are those of meshes, in the file's own units, and as WebP."""

    file_type: str
    facts: dict[str, Any] | None = None
    thumbnail: bytes | None = None


def understood(path: Path, filename: str) -> Understood:
    """Give back what the file at `path` is. Raises FileTypeNotAllowed, FileUnreadable."""
    file_type = type_of(path, filename)
    if not TYPES[file_type].mesh:
        return Understood(file_type)
    measured = mesh.measure(path, file_type)
    return Understood(file_type, measured.facts, measured.thumbnail)
