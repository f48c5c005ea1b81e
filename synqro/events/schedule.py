"""When a delivery is tried again, and when that ends."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from random import random

GIVE_UP = timedelta(days=7)
JITTER = 0.1  # of a wait, added so that what failed together does not come back together
LONGEST_ASKED = timedelta(hours=12)  # that a Retry-After may ask for
SLACK = timedelta(minutes=1)  # between the clocks of two machines


def wait_after(attempts: int, waits: Sequence[float]) -> timedelta:
    """Give back the wait after so many failed tries; the last of `waits` (seconds) repeats."""
    wait = waits[min(attempts, len(waits)) - 1]
    return timedelta(seconds=wait * (1 + JITTER * random()))  # noqa: S311 - no secret


def asked_wait(headers: Mapping[str, str], at: datetime) -> timedelta:
    """Read Retry-After, seconds or a date (RFC 9110, 10.2.3); zero where there is none."""
    said = next((v for k, v in headers.items() if k.lower() == "retry-after"), "").strip()
    try:
        wait = timedelta(seconds=int(said)) if said.isdecimal() else _date(said) - at
    except (ValueError, OverflowError):
        return timedelta()
    return min(max(wait, timedelta()), LONGEST_ASKED)


def horizon(waits: Sequence[float]) -> timedelta:
    """Give back how far ahead a plan can lie. What lies beyond was made by a clock that has
    been put back since, and counts as due."""
    return max(timedelta(seconds=max(waits) * (1 + JITTER)), LONGEST_ASKED) + SLACK


def _date(said: str) -> datetime:
    found = parsedate_to_datetime(said)
    return found if found.tzinfo else found.replace(tzinfo=UTC)
