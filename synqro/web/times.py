"""Times on the wire: RFC 3339 in UTC, to the second."""

from datetime import datetime
from typing import Annotated

from pydantic import PlainSerializer, WithJsonSchema

from synqro.core.times import moment

TimeOut = Annotated[
    datetime,
    PlainSerializer(moment, return_type=str),
    WithJsonSchema({"type": "string", "format": "date-time"}, mode="serialization"),
]
