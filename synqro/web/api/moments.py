"""Times as clients send them: RFC 3339, in any offset."""

import re
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

# A plus sign that was not escaped in a query string arrives as a space.
MOMENT = re.compile(
    r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d(?:\.\d{1,9})?)(?:(Z)|([+ -])(\d\d:\d\d))",
    re.ASCII | re.IGNORECASE,
)


def _moment(value: Any) -> datetime:
    found = MOMENT.fullmatch(value) if isinstance(value, str) else None
    try:
        if found:
            day, time, _, sign, offset = found.groups()
            zone = f"{'-' if sign == '-' else '+'}{offset}" if offset else "+00:00"
            return datetime.fromisoformat(f"{day}T{time}{zone}").astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise PydanticCustomError("invalid_time", "Enter a time like 2026-11-23T10:00:00Z.")


TimeIn = Annotated[
    datetime,
    PlainValidator(_moment),
    WithJsonSchema({"type": "string", "format": "date-time", "examples": ["2026-11-23T10:00:00Z"]}),
]
