"""Files by key, on the local disk or in S3, whatever the settings say."""

from pathlib import Path
from typing import TYPE_CHECKING

import obstore
from obstore.exceptions import NotFoundError
from obstore.store import LocalStore, from_url

from synqro.core.errors import NotFound
from synqro.core.wiring import plugged

if TYPE_CHECKING:
    from obstore.store import ObjectStore


def open_storage(url: str, folder: Path) -> "ObjectStore":
    """Give back the store at `url` (s3://…), or the one in `folder` where there is none."""
    if url:
        return from_url(url)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return LocalStore(folder)


def put(key: str, content: bytes) -> None:
    """Keep `content` under `key`, replacing what was there."""
    obstore.put(plugged("storage"), key, content)


def get(key: str) -> bytes:
    """Give back the content under `key`. Raises NotFound."""
    try:
        return bytes(obstore.get(plugged("storage"), key).bytes())
    except (NotFoundError, FileNotFoundError) as error:
        raise NotFound("No such file.") from error


def delete(key: str) -> None:
    """Forget `key`; a key that is not there is no error."""
    try:
        obstore.delete(plugged("storage"), key)
    except (NotFoundError, FileNotFoundError):
        return
