"""What a file may be called: a name of one line, without a path, that shows what it says."""

import re
import unicodedata

from synqro.uploads.models import Upload
from synqro.uploads.types import TYPES

LONGEST = 255  # characters
LONGEST_EXTENSION = 20
NAMELESS = "file"
# Controls and halves of characters, and what turns the direction of writing or is not seen.
UNSEEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    "\ufeff\ufff9-\uffff\ud800-\udfff\U000e0000-\U000e0fff]"
)


def tidy(name: str) -> str:
    """Give back `name` without path, controls and marks of direction; never empty."""
    plain = unicodedata.normalize("NFC", UNSEEN.sub("", name))
    last = re.split(r"[/\\]", plain.rstrip("/\\ "))[-1].strip()
    return _short(last) if last.strip(". ") else NAMELESS


def extension(name: str) -> str:
    """Give back what stands behind the last dot, in small letters; "" where nothing does."""
    _stem, dot, behind = name.rpartition(".")
    fits = dot and behind.isascii() and behind.isalnum() and len(behind) <= LONGEST_EXTENSION
    return behind.lower() if fits else ""


def download_name(upload: Upload) -> str:
    """Give back what a file is saved as: its name, ending in what it really is."""
    endings = TYPES[upload.file_type].endings if upload.file_type else ()
    if not endings or extension(upload.filename) in endings:
        return upload.filename
    return f"{upload.filename}.{endings[0]}"


def _short(name: str) -> str:
    if len(name) <= LONGEST:
        return name
    end = extension(name)
    return f"{name[: LONGEST - len(end) - 1]}.{end}" if end else name[:LONGEST]
