"""A file that comes in pieces, each kept for itself until the last one is there."""

from collections.abc import Iterator
from secrets import token_hex

from synqro.core import storage
from synqro.core.db import db, let_go, transaction
from synqro.core.errors import DomainError, NotFound
from synqro.stores import Store
from synqro.uploads.entering import Received, expect, folder, make_ready
from synqro.uploads.errors import (
    FileTooLarge,
    FileTypeNotAllowed,
    FileUnreadable,
    OffsetMismatch,
    TooManyPieces,
    UploadGone,
    UploadUnfinished,
)
from synqro.uploads.models import Status, Upload
from synqro.uploads.reading import locking, over
from synqro.uploads.receiving import keep_file
from synqro.uploads.spool import Stream, spooled
from synqro.uploads.understanding import understood

MOST_PIECES = 2000
EMPTY = "This file is empty. Export it again."
REFUSALS = {refusal.code: refusal for refusal in (FileTypeNotAllowed, FileUnreadable)}


def begin(store: Store, *, filename: str, visitor: str, length: int) -> Received:
    """Make room for a file of `length` bytes that will come in pieces.

    Raises FileTooLarge, TooManyUploads, and FileUnreadable for one without bytes.
    """
    if length == 0:
        raise FileUnreadable(EMPTY)
    return expect(store, filename=filename, visitor=visitor, length=length)


def append(upload_id: str, *, offset: int, stream: Stream, length: int | None = None) -> Upload:
    """Add what comes at `offset` to a file, as far as it comes; the last piece makes it ready.

    `length` is how many bytes are said to come.

    Raises OffsetMismatch, FileTooLarge for more than was said, TooManyPieces, UploadGone, and
    for a file that is whole, and refused, FileTypeNotAllowed and FileUnreadable.
    """
    upload = _expected(db.session.get_one(Upload, upload_id), offset)
    if length is not None and length > upload.bytes - offset:
        raise _more_than_said(upload)
    with spooled(stream, most=upload.bytes - offset) as path:
        size = path.stat().st_size
        if size:
            key = f"{folder(upload)}/{token_hex(8)}"
            storage.move_in(key, path)
            try:
                upload = _add(upload_id, offset, key, size)
            except DomainError:
                storage.delete(key)
                raise
    return finish(upload_id) if upload.received == upload.bytes else upload


def finish(upload_id: str) -> Upload:
    """Give back a file that is ready, or make it so if all of it is there.

    Raises UploadUnfinished, and FileTypeNotAllowed or FileUnreadable for one that is refused.
    """
    let_go()
    upload = db.session.get_one(Upload, upload_id)
    if upload.status is Status.READY:
        return upload
    if upload.refusal:
        raise _refusal(upload.refusal)
    if upload.received < upload.bytes:
        say = "This file has not arrived whole yet."
        raise UploadUnfinished(say, received=upload.received, bytes=upload.bytes)
    try:
        return _join(upload)
    except NotFound:
        return _joined_meanwhile(upload_id)


def _expected(upload: Upload, offset: int) -> Upload:
    if upload.status in (Status.REFUSED, Status.DELETED) or over(upload):
        raise UploadGone("This file is no longer here. Send it again.")
    if offset != upload.received:
        say = f"{upload.received} bytes are there. Go on from there."
        raise OffsetMismatch(say, received=upload.received)
    if len(upload.pieces) >= MOST_PIECES:
        raise TooManyPieces("This file came in too many pieces. Send it again in larger ones.")
    return upload


def _more_than_said(upload: Upload) -> FileTooLarge:
    return FileTooLarge(f"This is more than the {upload.bytes} bytes that were to come.")


@transaction()
def _add(upload_id: str, offset: int, key: str, size: int) -> Upload:
    upload = _expected(db.session.scalars(locking(Upload.id == upload_id)).one(), offset)
    upload.pieces = [*upload.pieces, key]
    upload.received += size
    return upload


def _join(upload: Upload) -> Upload:
    with spooled(_joined(upload.pieces), most=upload.bytes) as path:
        try:
            found = understood(path, upload.filename)
        except (FileTypeNotAllowed, FileUnreadable) as error:
            _refuse(upload.id, error)
            storage.delete_folder(folder(upload))
            raise
        keep_file(upload, path, found)
    ready = make_ready(upload.id, found)
    for key in upload.pieces:
        storage.delete(key)
    return ready


def _joined(keys: list[str]) -> Iterator[bytes]:
    for key in keys:
        yield from storage.stream(key)


def _joined_meanwhile(upload_id: str) -> Upload:
    """Give back what another request made of the pieces, which are gone since."""
    let_go()
    upload = db.session.get_one(Upload, upload_id)
    if upload.refusal:
        raise _refusal(upload.refusal)
    if upload.status is not Status.READY:
        raise UploadGone("This file is no longer here. Send it again.")
    return upload


@transaction()
def _refuse(upload_id: str, error: DomainError) -> None:
    upload = db.session.scalars(locking(Upload.id == upload_id)).one()
    if upload.status is Status.RECEIVING:
        upload.status = Status.REFUSED
        upload.refusal = {"code": error.code, "message": str(error)}


def _refusal(said: dict[str, str]) -> DomainError:
    return REFUSALS[said["code"]](said["message"])
