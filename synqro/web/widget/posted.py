"""A form with files as it arrives: the words in memory, the files spooled to disk.

Of a file over the shop's limit nothing but its size is kept, so that one refused file costs
neither the words typed beside it nor our disk.
"""

import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256
from typing import BinaryIO, cast

from flask import g, request

from synqro import uploads
from synqro.core.errors import Unavailable
from synqro.core.wiring import settings
from synqro.web import multipart
from synqro.web.widget import attached

WORDS = 256 * 1024


@dataclass(frozen=True)
class Sent:
    """One file that came along; `file` lies on disk without a name, None where it is too much."""

    name: str
    size: int
    file: BinaryIO | None


@dataclass(frozen=True)
class Posted:
    """`carried` are the files that were there before, as `attached` writes them."""

    typed: dict[str, str] = field(default_factory=dict)
    carried: list[str] = field(default_factory=list)
    files: list[Sent] = field(default_factory=list)

    @property
    def fingerprint(self) -> str:
        """What tells this form from another: every word, and each file's name and size."""
        files = [(sent.name, sent.size) for sent in self.files]
        return sha256(repr((sorted(self.typed.items()), self.carried, files)).encode()).hexdigest()

    def close(self) -> None:
        """Let go of what lies on disk."""
        for sent in self.files:
            if sent.file:
                sent.file.close()

    def say(self, name: str, words: str) -> None:
        """Take one field."""
        if name == "upload":
            self.carried.append(words)
        else:
            self.typed[name] = words


def read(*, keep: bool = True) -> Posted:
    """Read the request's form, its files only to `keep` them.

    Raises RequestEntityTooLarge, MalformedForm, Unavailable.
    """
    found = Posted()
    if request.mimetype != "multipart/form-data":
        request.max_content_length = WORDS
        for name, words in request.form.items(multi=True):
            found.say(name, words)
        return found
    most = uploads.most_bytes(g.store)
    for part in multipart.parts(attached.MOST * most):
        if part.filename is None:
            found.say(part.name, multipart.text(part, WORDS))
        elif keep and part.filename and part.name == "files":
            room = most if len(found.files) < attached.MOST else 0
            found.files.append(_spooled(part.filename, part.chunks, room))
    return found


def _spooled(name: str, chunks: Iterable[bytes], most: int) -> Sent:
    size = 0
    try:
        file = tempfile.TemporaryFile("wb+", dir=settings().data_dir)  # noqa: SIM115
        for chunk in chunks:
            size += len(chunk)
            if size <= most:
                file.write(chunk)
        file.seek(0)
    except OSError as error:
        raise Unavailable("There is no room for files right now. Try again later.") from error
    if size > most:
        file.close()
        return Sent(name, size, None)
    return Sent(name, size, cast(BinaryIO, file))
