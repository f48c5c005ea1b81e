"""What comes in: strict models, exact JSON, and a sentence for every mistake."""

import json
from decimal import Decimal
from functools import cache
from typing import Any, NoReturn, TypeVar, get_args

from flask import request
from pydantic import (
    BaseModel,
    ConfigDict,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)
from werkzeug.exceptions import RequestEntityTooLarge

from synqro.core.errors import DomainError, Invalid
from synqro.web.fields import (
    CountryCode,
    Email,
    HttpUrl,
    Metadata,
    Multiline,
    Phone,
    Prose,
    clean,
)
from synqro.web.mistakes import MOST, said, summary

__all__ = [
    "CountryCode", "Email", "HttpUrl", "InvalidParameter", "LooseIn", "MalformedJson", "Metadata",
    "NotJson", "Phone", "Prose", "StrictIn", "parse", "read_body", "read_json",
]  # fmt: skip

M = TypeVar("M", bound=BaseModel)

BODY_LIMIT = 1024 * 1024
UNSEEN = "".join(map(chr, (*range(0x200B, 0x2010), 0x2060, 0xFEFF)))


class MalformedJson(DomainError):
    code = "malformed_json"


class NotJson(DomainError):
    code = "unsupported_media_type"


class InvalidParameter(Invalid):
    code = "invalid_parameter"


class StrictIn(BaseModel):
    """The base of every body and form: no unknown fields, and blank counts as absent.

    No text may hold control characters; line breaks and tabs only one marked as `Prose`.
    """

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    @model_validator(mode="before")
    @classmethod
    def _drop_blanks(cls, data: Any) -> Any:
        if not isinstance(data, dict):
            return data
        blank = {k for k, v in data.items() if isinstance(v, str) and not _seen(v)}
        return {k: v for k, v in data.items() if k not in blank & cls.model_fields.keys()}

    @field_validator("*", mode="after")
    @classmethod
    def _clean(cls, value: Any, info: ValidationInfo) -> Any:
        if not isinstance(value, str | list | dict):
            return value
        return _cleaned(value, (info.field_name or "") in _multiline(cls))


class LooseIn(StrictIn):
    """The base of query strings where pages add parameters of their own."""

    model_config = ConfigDict(extra="ignore")


def read_json() -> Any:
    """Read the request's body, fractions as Decimal. Raises NotJson, MalformedJson."""
    if not request.is_json:
        raise NotJson("Send the body as application/json.")
    body = read_body()
    try:
        return json.loads(
            body.decode("utf-8-sig"),
            parse_float=_number,
            parse_int=_number,
            parse_constant=_refuse,
            object_pairs_hook=_object,
        )
    except (ValueError, RecursionError) as error:
        raise MalformedJson("The body is not valid JSON.") from error


def read_body() -> bytes:
    """Read the request's body, at most BODY_LIMIT bytes of it. Raises RequestEntityTooLarge."""
    request.max_content_length = BODY_LIMIT
    body = request.get_data()
    if request.content_length is None and len(body) >= BODY_LIMIT:
        raise RequestEntityTooLarge  # one without a length is cut off there
    return body


def parse(model: type[M], data: Any, refusal: type[Invalid] = Invalid) -> M:
    """Read `data` as `model`. Raises `refusal`, naming every wrong field."""
    try:
        return model.model_validate(data)
    except ValidationError as error:
        wrong = [said(detail) for detail in error.errors(include_url=False)[:MOST]]
        raise refusal(summary(error.error_count()), fields=wrong) from error


def _number(text: str) -> int | float | Decimal:
    # Nothing we read has so many digits; infinity is refused by every field, at its place.
    mantissa, _, exponent = text.lower().partition("e")
    if len(mantissa) > 40 or len(exponent) > 3:
        return float("inf")
    return int(text) if text.lstrip("-").isdigit() else Decimal(text)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name stands twice")
    return found


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)


def _seen(text: str) -> str:
    return text.strip().strip(UNSEEN)


def _cleaned(value: Any, lines: bool) -> Any:
    if isinstance(value, str):
        return clean(value, lines=lines)
    if isinstance(value, list):
        return [_cleaned(item, lines) for item in value]
    if isinstance(value, dict):
        return {_cleaned(key, False): _cleaned(item, lines) for key, item in value.items()}
    return value


@cache
def _multiline(model: type[BaseModel]) -> frozenset[str]:
    return frozenset(
        name
        for name, field in model.model_fields.items()
        if _marked((*field.metadata, field.annotation))
    )


def _marked(parts: tuple[Any, ...]) -> bool:
    return any(isinstance(part, Multiline) or _marked(get_args(part)) for part in parts)
