"""Times and days as clients send them: RFC 3339 in any offset, and YYYY-MM-DD."""

import re
from datetime import UTC, date, datetime
from typing import Annotated, Any

from pydantic import PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

# A plus sign that was not escaped in a query string arrives as a space.
MOMENT = re.compile(
    r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d(?:\.\d{1,9})?)(?:(Z)|([+ -])(\d\d:\d\d))",
    re.ASCII | re.IGNORECASE,
)
DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")


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


def _day(value: Any) -> date:
    try:
        if isinstance(value, str) and DAY.fullmatch(value):
            return date.fromisoformat(value)
    except ValueError:
        pass
    raise PydanticCustomError("invalid_date", "Enter a date like 2026-11-23.")


TimeIn = Annotated[
    datetime,
    PlainValidator(_moment),
    WithJsonSchema({"type": "string", "format": "date-time", "examples": ["2026-11-23T10:00:00Z"]}),
]
DayIn = Annotated[
    date,
    PlainValidator(_day),
    WithJsonSchema({"type": "string", "format": "date", "examples": ["2026-11-23"]}),
]
