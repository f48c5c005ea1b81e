"""Where a file lies while it arrives: on the disk of this machine, never in memory."""

import os
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkstemp
from typing import BinaryIO

from structlog import get_logger

from synqro.core.db import let_go
from synqro.core.errors import Unavailable
from synqro.core.wiring import settings
from synqro.uploads.errors import FileTooLarge

log = get_logger()

CHUNK = 64 * 1024
DAY = 86_400
Stream = Iterable[bytes] | BinaryIO


@contextmanager
def spooled(stream: Stream, *, most: int) -> Iterator[Path]:
    """Give back a file with all of `stream`, which is gone at the end.

    Raises FileTooLarge past `most` bytes, and Unavailable where the disk is full.
    """
    let_go()
    path = _fresh()
    try:
        _write(path, stream, most)
        yield path
    finally:
        path.unlink(missing_ok=True)


def sweep() -> None:
    """Remove what processes that died left behind more than a day ago."""
    for path in _folder().iterdir():
        if time.time() - path.stat().st_mtime > DAY:
            path.unlink(missing_ok=True)


def too_large(most: int) -> FileTooLarge:
    """Give back the refusal of a file with more than `most` bytes, in words that say the limit."""
    return FileTooLarge(
        f"This file is too large. The limit is {_size(most)}: export with fewer triangles,"
        " or paste a link.",
        max_bytes=most,
    )


def _fresh() -> Path:
    try:
        handle, name = mkstemp(dir=_folder())
    except OSError as error:
        raise _no_room(error) from error
    os.close(handle)
    return Path(name)


def _write(path: Path, stream: Stream, most: int) -> None:
    size = 0
    with path.open("wb", buffering=0) as file:
        for chunk in _chunks(stream):
            size += len(chunk)
            if size > most:
                raise too_large(most)
            try:
                while chunk:
                    chunk = chunk[file.write(chunk) :]
            except OSError as error:
                raise _no_room(error) from error


def _chunks(stream: Stream) -> Iterable[bytes]:
    read = getattr(stream, "read", None)
    return iter(lambda: read(CHUNK), b"") if read else stream


def _no_room(error: OSError) -> Unavailable:
    log.error("no file can be written", error=str(error))
    return Unavailable("There is no room for files right now. Try again later.", retry_after=60)


def _folder() -> Path:
    folder = settings().data_dir / "spool"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def _size(count: int) -> str:
    for unit, size in (("MB", 1024 * 1024), ("KB", 1024)):
        if count >= size:
            return f"{count / size:.1f}".removesuffix(".0") + f" {unit}"
    return f"{count} bytes"
