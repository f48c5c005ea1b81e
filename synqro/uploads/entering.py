"""The row of a file, from when it is expected until it is ready, or refused."""

from dataclasses import dataclass
from datetime import timedelta

from synqro.core.clock import now
from synqro.core.crypto import fingerprint, new_token
from synqro.core.db import db, transaction
from synqro.core.ids import new_id
from synqro.stores import Store
from synqro.uploads import quotas
from synqro.uploads.models import Status, Upload
from synqro.uploads.names import tidy
from synqro.uploads.reading import locking
from synqro.uploads.types import TYPES
from synqro.uploads.understanding import Understood

KEPT_FOR = timedelta(days=1)


@dataclass(frozen=True)
class Received:
    """A file, and the upload_token that only whoever sent it knows."""

    upload: Upload
    token: str


def folder(upload: Upload) -> str:
    """Give back the key under which all of a file's objects lie."""
    return f"uploads/{upload.store_id}/{upload.id}"


@transaction()
def expect(store: Store, *, filename: str, visitor: str, length: int) -> Received:
    """Make room for a file of `length` bytes. Raises FileTooLarge, TooManyUploads."""
    quotas.check(store, visitor, length)
    token = new_token()
    upload = Upload(
        id=new_id("up"),
        store_id=store.id,
        token_hash=fingerprint(token),
        visitor=visitor,
        status=Status.RECEIVING,
        filename=tidy(filename),
        bytes=length,
        received=0,
        pieces=[],
        created_at=now(),
        expires_at=now() + KEPT_FOR,
        held=False,
    )
    db.session.add(upload)
    return Received(upload, token)


@transaction()
def make_ready(upload_id: str, found: Understood) -> Upload:
    """Note what a file is, all of which is kept by now."""
    upload = db.session.scalars(locking(Upload.id == upload_id)).one()
    if upload.status is Status.RECEIVING:
        upload.status = Status.READY
        upload.received = upload.bytes
        upload.file_type = found.file_type
        upload.content_type = TYPES[found.file_type].content_type
        upload.mesh = found.facts
        upload.key = f"{folder(upload)}/file"
        upload.thumbnail_key = f"{folder(upload)}/thumbnail" if found.thumbnail else None
    return upload


@transaction()
def forget(upload_id: str) -> None:
    """Take back the row of a file that could not be kept."""
    upload = db.session.scalars(locking(Upload.id == upload_id)).one_or_none()
    if upload and upload.status is Status.RECEIVING:
        db.session.delete(upload)
