"""Ids that say what they name, sort by time and cannot be guessed."""

from datetime import UTC, datetime, timedelta
from secrets import token_bytes

from ulid import ULID

from synqro.core.clock import now

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LATEST = 2**48 - 1  # milliseconds
RANDOM = 10  # bytes of an id


def new_id(prefix: str) -> str:
    """Give back a fresh id like ord_01K…: the time, then 80 random bits."""
    return f"{prefix}_{ULID.from_datetime(now())}"


def first_id(prefix: str, at: datetime, *, later: int = 0) -> str:
    """Give back an id that comes before all that are made `later` milliseconds after `at`.

    So a time cuts a table in two.
    """
    return _id(prefix, _milliseconds(at) + later, bytes(RANDOM))


def id_after(id: str | None, prefix: str, at: datetime) -> str:
    """Give back a random id of `at`, or of the first time that comes after the one of `id`."""
    before = ULID.from_str(id.rpartition("_")[2]).milliseconds if id else -1
    return _id(prefix, max(_milliseconds(at), before + 1), token_bytes(RANDOM))


def _milliseconds(at: datetime) -> int:
    return (at - EPOCH) // timedelta(milliseconds=1)


def _id(prefix: str, milliseconds: int, rest: bytes) -> str:
    time = max(0, min(milliseconds, LATEST))
    return f"{prefix}_{ULID.from_bytes(time.to_bytes(6) + rest)}"
