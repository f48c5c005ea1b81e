"""Ids that say what they name, sort by time and cannot be guessed."""

from ulid import ULID

from synqro.core.clock import now


def new_id(prefix: str) -> str:
    """Give back a fresh id like ord_01K…: the time, then 80 random bits."""
    return f"{prefix}_{ULID.from_datetime(now())}"
