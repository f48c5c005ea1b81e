"""How long files stay: a day, or for as long as a quote holds them."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, TextClause, select, text
from structlog import get_logger

from synqro.core import storage
from synqro.core.clock import now
from synqro.core.db import db, let_go, transaction
from synqro.core.errors import Invalid, Unavailable
from synqro.uploads.entering import folder
from synqro.uploads.errors import UploadInUse
from synqro.uploads.models import Status, Upload
from synqro.uploads.reading import by_token, locking, of, over

log = get_logger()

# Whoever decided to keep a file before its day was over has written it down by then.
GRACE = timedelta(minutes=1)
# Word for word the condition of the index, else SQLite reads every file there is.
DUE = text("expires_at IS NOT NULL AND status <> 'deleted'")
NOT_FOUND = ("upload_not_found", "This file is no longer here. Send it again.")
REFUSALS = {
    Status.RECEIVING: ("upload_unfinished", "This file has not arrived whole yet."),
    Status.REFUSED: ("upload_refused", "This file was refused. Send another one."),
    Status.DELETED: NOT_FOUND,
}


@transaction()
def keep(store_id: str, upload_ids: Sequence[str]) -> list[Upload]:
    """Keep these files until `drop_at` says otherwise, and give them back in this order.

    Raises Invalid, naming each wrong one as uploads.N (upload_not_found, upload_unfinished,
    upload_refused).
    """
    mine = locking(Upload.store_id == store_id, Upload.id.in_(list(upload_ids)))
    found = {upload.id: upload for upload in db.session.scalars(mine)}
    if wrong := _all_wrong(upload_ids, found):
        raise Invalid("A file needs a look.", fields=wrong)
    for upload in found.values():
        upload.expires_at, upload.held = None, True
    return [found[upload_id] for upload_id in upload_ids]


def refused(store_id: str, upload_ids: Sequence[str]) -> list[dict[str, str]]:
    """List what `keep` would refuse of these files, as it does."""
    return _all_wrong(upload_ids, of(store_id, list(upload_ids)))


@transaction()
def drop_at(store_id: str, upload_ids: Sequence[str], at: datetime) -> None:
    """Let these files go at `at`, and not before."""
    for upload in db.session.scalars(
        locking(Upload.store_id == store_id, Upload.id.in_(list(upload_ids)))
    ):
        if not over(upload):
            upload.expires_at = at


def take_back(store_id: str, upload_id: str, token: str) -> None:
    """Forget a file for whoever sent it. Raises UploadNotFound, UploadGone, UploadInUse."""
    _give_up(by_token(store_id, upload_id, token).id)
    let_go()
    _remove(db.session.get_one(Upload, upload_id))


def remove_due(store_id: str, limit: int) -> list[bool]:
    """Remove up to `limit` of a store's files whose day is over, the oldest first; whether each
    is gone.

    Their rows stay. What the storage does not give up now is found again.
    """
    # Never by the store's index: it has many files, and few of all are due.
    due = select(Upload).where(*over_by_now(), Upload.store_id.concat("") == store_id)
    found = db.session.scalars(due.order_by(Upload.expires_at).limit(limit)).all()
    let_go()
    return [_remove(upload) for upload in found]


def over_by_now() -> tuple[ColumnElement[bool] | TextClause, ...]:
    """Select the files whose day is over."""
    return DUE, Upload.expires_at <= now() - GRACE


def _all_wrong(upload_ids: Sequence[str], found: dict[str, Upload]) -> list[dict[str, str]]:
    wrong = (_wrong(index, found.get(upload_id)) for index, upload_id in enumerate(upload_ids))
    return [field for field in wrong if field]


def _wrong(index: int, upload: Upload | None) -> dict[str, str] | None:
    refusal = NOT_FOUND if upload is None or over(upload) else REFUSALS.get(upload.status)
    return refusal and {"field": f"uploads.{index}", "code": refusal[0], "message": refusal[1]}


@transaction()
def _give_up(upload_id: str) -> None:
    upload = db.session.scalars(locking(Upload.id == upload_id)).one()
    if upload.held:
        raise UploadInUse("A quote holds this file. Write to the shop to have it removed.")
    upload.expires_at = now()


def _remove(upload: Upload) -> bool:
    try:
        storage.delete_folder(folder(upload))
    except Unavailable:
        return False
    _mark_deleted(upload.id)
    return True


@transaction()
def _mark_deleted(upload_id: str) -> None:
    upload = db.session.scalars(locking(Upload.id == upload_id)).one()
    upload.status, upload.mesh = Status.DELETED, None
