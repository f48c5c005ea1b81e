"""Times on the wire: RFC 3339 in UTC, to the second."""

from datetime import UTC, datetime
from typing import overload


@overload
def moment(at: datetime) -> str: ...
@overload
def moment(at: None) -> None: ...
@overload
def moment(at: datetime | None) -> str | None: ...
def moment(at: datetime | None) -> str | None:
    """Write an aware time, as in 2026-03-29T01:00:00Z; None stays None."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" if at else None
