"""Ids begin with the time, so a time cuts a table in two."""

from datetime import UTC, datetime, timedelta
from secrets import token_bytes

from ulid import ULID

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LATEST = 2**48 - 1  # milliseconds
RANDOM = 10  # bytes of an id


def first_id(prefix: str, at: datetime) -> str:
    """Give back an id that comes before all that are made at `at` or later."""
    return _id(prefix, _milliseconds(at), bytes(RANDOM))


def id_after(id: str | None, prefix: str, at: datetime) -> str:
    """Give back a random id of `at`, or of the first time that comes after the one of `id`."""
    before = ULID.from_str(id.rpartition("_")[2]).milliseconds if id else -1
    return _id(prefix, max(_milliseconds(at), before + 1), token_bytes(RANDOM))


def _milliseconds(at: datetime) -> int:
    return max(0, min((at - EPOCH) // timedelta(milliseconds=1), LATEST))


def _id(prefix: str, milliseconds: int, rest: bytes) -> str:
    return f"{prefix}_{ULID.from_bytes(milliseconds.to_bytes(6) + rest)}"
