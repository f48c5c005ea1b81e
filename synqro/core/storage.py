"""Files by key, on the local disk or in S3, whatever the settings say."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import obstore
from obstore.exceptions import BaseError, NotFoundError
from obstore.store import LocalStore, from_url
from structlog import get_logger

from synqro.config import WrongSetting
from synqro.core.errors import NotFound, Unavailable
from synqro.core.wiring import plugged

if TYPE_CHECKING:
    from obstore import GetOptions
    from obstore.store import ObjectStore

log = get_logger()

PART = 8 * 1024 * 1024  # bytes; S3 takes 10,000 of them for one object
PARTS_AT_ONCE = 2
CHUNK = 256 * 1024
TRIES = 5
PATIENCE: Any = {"timeout": "60s", "connect_timeout": "5s"}
RETRIES: Any = {"max_retries": 3, "retry_timeout": timedelta(seconds=20)}


def open_storage(url: str, folder: Path) -> "ObjectStore":
    """Give back the store at `url` (s3://…), or the one in `folder` where there is none.

    Raises WrongSetting.
    """
    if url:
        try:
            return from_url(url, client_options=_client(), retry_config=RETRIES)
        except (BaseError, ValueError) as error:
            say = " ".join(str(error).split())[:200]
            raise WrongSetting(f"STORAGE_URL: cannot be used with these AWS_* ({say})") from error
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return LocalStore(folder, automatic_cleanup=True)


def put(key: str, content: bytes) -> None:
    """Keep `content` under `key`, replacing what was there. Raises Unavailable."""
    with _answering():
        obstore.put(plugged("storage"), key, content)


def move_in(key: str, path: Path) -> None:
    """Keep the file at `path` under `key`; it may be gone from `path` afterwards.

    All of it is there under `key`, or nothing. Raises Unavailable.
    """
    store = plugged("storage")
    with _answering():
        if isinstance(store, LocalStore) and _moved(path, Path(str(store.prefix)) / key):
            return
        obstore.put(store, key, path, chunk_size=PART, max_concurrency=PARTS_AT_ONCE)


def get(key: str) -> bytes:
    """Give back the content under `key`. Raises NotFound, Unavailable."""
    with _answering():
        return bytes(obstore.get(plugged("storage"), key).bytes())


def stream(key: str, start: int = 0, end: int | None = None) -> Iterator[bytes]:
    """Give back the bytes under `key` from `start` to before `end`, a chunk at a time.

    Raises NotFound and Unavailable at once, and Unavailable where it breaks off later.
    """
    wanted: GetOptions | None = None
    if end is not None:
        wanted = {"range": (start, end)}
    elif start:
        wanted = {"range": {"offset": start}}
    with _answering():
        found = obstore.get(plugged("storage"), key, options=wanted)
    return _chunks(iter(found.stream(CHUNK)))


def delete(key: str) -> None:
    """Forget `key`; one that is not there is no error. Raises Unavailable."""
    with suppress(NotFound), _answering():
        obstore.delete(plugged("storage"), key)


def delete_folder(key: str) -> None:
    """Forget everything under `key`/, whoever put it there. Raises Unavailable."""
    with _answering():
        found = [entry["path"] for page in obstore.list(plugged("storage"), key) for entry in page]
    for path in found:
        delete(path)


def _client() -> Any:
    endpoints = (os.environ.get(name, "") for name in ("AWS_ENDPOINT", "AWS_ENDPOINT_URL"))
    return PATIENCE | {"allow_http": any(url.startswith("http://") for url in endpoints)}


def _chunks(found: Iterator[bytes]) -> Iterator[bytes]:
    while True:
        with _answering():
            chunk = next(found, None)
        if chunk is None:
            return
        yield bytes(chunk)


def _moved(path: Path, target: Path) -> bool:
    """Rename within a disk: nothing is copied, and nobody sees half a file."""
    with path.open("rb") as file:
        os.fsync(file.fileno())
    for _ in range(TRIES):
        # A folder that falls empty goes, perhaps just now.
        with suppress(FileNotFoundError):
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            if path.stat().st_dev != target.parent.stat().st_dev:
                return False
            path.replace(target)
            return True
    return False


@contextmanager
def _answering() -> Iterator[None]:
    try:
        yield
    except (NotFoundError, FileNotFoundError) as error:
        raise NotFound("No such file.") from error
    except (BaseError, OSError) as error:
        log.error("the storage did not answer", error=str(error)[:500])
        raise Unavailable("Files cannot be kept or read right now.", retry_after=5) from error
