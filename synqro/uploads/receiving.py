"""A file that comes whole."""

from pathlib import Path

from synqro.core import storage
from synqro.core.errors import DomainError
from synqro.stores import Store
from synqro.uploads import quotas
from synqro.uploads.entering import Received, expect, folder, forget, make_ready
from synqro.uploads.models import Upload
from synqro.uploads.names import tidy
from synqro.uploads.spool import Stream, spooled
from synqro.uploads.understanding import Understood, understood


def receive(
    store: Store, stream: Stream, *, filename: str, visitor: str, length: int | None = None
) -> Received:
    """Take a file as it comes, understand it and keep it for a day.

    `length` is how many bytes are said to come, `visitor` a fingerprint of who sends them.
    Raises FileTooLarge, FileTypeNotAllowed, FileUnreadable, TooManyUploads and Unavailable,
    and then nothing of it is left. Never inside a transaction: it takes as long as the sender.
    """
    quotas.check(store, visitor, length or 0)
    with spooled(stream, most=quotas.most_bytes(store)) as path:
        found = understood(path, tidy(filename))
        received = expect(store, filename=filename, visitor=visitor, length=path.stat().st_size)
        try:
            keep_file(received.upload, path, found)
            return Received(make_ready(received.upload.id, found), received.token)
        except DomainError:
            forget(received.upload.id)
            raise


def keep_file(upload: Upload, path: Path, found: Understood) -> None:
    """Put a file and its picture where they stay. Raises Unavailable."""
    storage.move_in(f"{folder(upload)}/file", path)
    if found.thumbnail:
        storage.put(f"{folder(upload)}/thumbnail", found.thumbnail)
