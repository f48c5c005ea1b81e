"""Files as they are asked for."""

from collections.abc import Iterable, Iterator

from sqlalchemy import ColumnElement, Select, select

from synqro.core import storage
from synqro.core.clock import now
from synqro.core.crypto import fingerprint
from synqro.core.db import db
from synqro.core.errors import NotFound
from synqro.uploads.errors import UploadGone, UploadNotFound
from synqro.uploads.models import Status, Upload


def by_token(store_id: str, upload_id: str, token: str) -> Upload:
    """Give back a file of this store to whoever sent it, whatever became of it.

    Raises UploadNotFound, and UploadGone for one whose day is over.
    """
    upload = _of_token(token)
    if upload is None or (upload.store_id, upload.id) != (store_id, upload_id):
        raise UploadNotFound("There is no such upload.")
    return _still_there(upload)


def by_link(token: str) -> Upload:
    """Give back the file that a tus client sends to its address. Raises as `by_token` does."""
    upload = _of_token(token)
    if upload is None:
        raise UploadNotFound("There is no such upload.")
    return _still_there(upload)


def of(store_id: str, upload_ids: Iterable[str]) -> dict[str, Upload]:
    """Give back those of the files that are this store's, by their ids, whatever their state."""
    mine = select(Upload).where(Upload.store_id == store_id, Upload.id.in_(list(upload_ids)))
    return {upload.id: upload for upload in db.session.scalars(mine)}


def stream(upload: Upload, start: int = 0, end: int | None = None) -> Iterator[bytes]:
    """Give back a file's bytes from `start` to before `end`, chunk by chunk.

    Raises NotFound where it is gone.
    """
    if upload.status is not Status.READY or upload.key is None:
        raise NotFound("This file is no longer here.")
    return storage.stream(upload.key, start, end)


def thumbnail(upload: Upload) -> bytes | None:
    """Give back a small picture of a file as WebP, None where there is none."""
    if upload.thumbnail_key is None or upload.status is not Status.READY:
        return None
    try:
        return storage.get(upload.thumbnail_key)
    except NotFound:
        return None


def over(upload: Upload) -> bool:
    """Say whether the day of a file is over. It never comes back."""
    return upload.expires_at is not None and upload.expires_at <= now()


def locking(*which: ColumnElement[bool]) -> Select[Upload]:
    """Give back what reads rows afresh, and keeps others from changing them."""
    mine = select(Upload).where(*which).order_by(Upload.id).with_for_update()
    return mine.execution_options(populate_existing=True)


def _of_token(token: str) -> Upload | None:
    mine = select(Upload).where(Upload.token_hash == fingerprint(token))
    return db.session.scalars(mine).one_or_none()


def _still_there(upload: Upload) -> Upload:
    if upload.status is Status.DELETED or over(upload):
        raise UploadGone("This file is no longer here. Send it again.")
    return upload
