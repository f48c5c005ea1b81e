"""Reading the log of /v1 calls, and forgetting what is older than a month."""

from datetime import timedelta

from sqlalchemy import delete, select

from synqro.core.clock import now
from synqro.core.db import db, transaction
from synqro.core.ids import first_id
from synqro.core.pages import Page, page
from synqro.stores.errors import RequestNotFound
from synqro.stores.models import ApiRequest

KEPT = timedelta(days=30)
BATCH = 500  # rows in one transaction, so that no writer waits long
REFUSED = 400  # the least status of a call that was refused


def requests(
    store_id: str,
    *,
    refused: bool = False,
    method: str | None = None,
    path: str | None = None,
    request_id: str | None = None,
    key_id: str | None = None,
    cursor: str | None = None,
    limit: int = 25,
) -> Page[ApiRequest]:
    """Give back a page of the calls with the store's keys, the newest first.

    `path` is how the path begins. Raises InvalidCursor.
    """
    wanted = select(ApiRequest).where(ApiRequest.store_id == store_id)
    if refused:
        wanted = wanted.where(ApiRequest.status >= REFUSED)
    if path is not None:
        wanted = wanted.where(ApiRequest.path.startswith(_plain(path), autoescape=True))
    exact = {"method": method, "request_id": request_id, "key_id": key_id}
    for name, value in exact.items():
        if value is not None:
            wanted = wanted.where(getattr(ApiRequest, name) == _plain(value))
    return page(wanted, ApiRequest.id, cursor=cursor, limit=limit, newest_first=True)


def request(store_id: str, request_id: str) -> ApiRequest:
    """Give back one call (call_…) with a key of the store. Raises RequestNotFound."""
    found = db.session.get(ApiRequest, request_id) if "\0" not in request_id else None
    if found is None or found.store_id != store_id:
        raise RequestNotFound("There is no such call. Calls are kept for 30 days.")
    return found


def purge_requests(batch: int = BATCH) -> None:
    """Forget the calls of more than 30 days ago, batch after batch."""
    while _drop(batch) == batch:
        pass


@transaction()
def _drop(batch: int) -> int:
    mark = first_id("call", now() - KEPT)
    old = select(ApiRequest.id).where(ApiRequest.id < mark).order_by(ApiRequest.id).limit(batch)
    gone = delete(ApiRequest).where(ApiRequest.id.in_(old)).returning(ApiRequest.id)
    return len(db.session.scalars(gone, execution_options={"synchronize_session": False}).all())


def _plain(text: str) -> str:
    return text.replace("\0", "�")
