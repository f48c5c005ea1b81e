"""What comes in: strict models, exact JSON, and a sentence for every mistake."""

import json
from decimal import Decimal
from typing import Annotated, Any, NoReturn, TypeVar

from email_validator import EmailNotValidError, validate_email
from flask import request
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    ValidationError,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import ErrorDetails, PydanticCustomError

from synqro.core.errors import DomainError, Invalid

M = TypeVar("M", bound=BaseModel)

# What pydantic calls a mistake, our code for it, and what a person is told. A
# type that is not here comes from our own validators and brings both along.
SAID = {
    "missing": ("required", "This is needed."),
    "extra_forbidden": ("unknown_field", "There is no such field."),
    "model_type": ("not_an_object", "Send a JSON object here."),
    "string_type": ("not_text", "Send this as text."),
    "string_unicode": ("not_text", "Send this as text."),
    "string_too_long": ("too_long", "Use at most {max_length} characters."),
    "int_type": ("not_a_whole_number", "Enter a whole number."),
    "greater_than_equal": ("too_small", "Enter {ge} or more."),
    "less_than_equal": ("too_large", "Enter {le} or less."),
    **dict.fromkeys(
        ("url_parsing", "url_scheme", "url_too_long", "url_type"),
        ("invalid_url", "Enter a web address like https://example.com."),
    ),
}


class MalformedJson(DomainError):
    code = "malformed_json"


class NotJson(DomainError):
    code = "unsupported_media_type"


class InvalidParameter(Invalid):
    code = "invalid_parameter"


class StrictIn(BaseModel):
    """The base of every body and form: no unknown fields, and blank counts as absent."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    @model_validator(mode="before")
    @classmethod
    def _drop_blanks(cls, data: Any) -> Any:
        if not isinstance(data, dict):
            return data
        blank = {k for k, v in data.items() if isinstance(v, str) and not v.strip()}
        return {k: v for k, v in data.items() if k not in blank & cls.model_fields.keys()}


def _email(value: str) -> str:
    try:
        return validate_email(value, check_deliverability=False).normalized
    except EmailNotValidError as error:
        say = "Enter an email address like sam@example.com."
        raise PydanticCustomError("invalid_email", say) from error


Email = Annotated[
    str, AfterValidator(_email), WithJsonSchema({"type": "string", "format": "email"})
]


def read_json() -> Any:
    """Read the request's body, fractions as Decimal. Raises NotJson, MalformedJson."""
    if not request.is_json:
        raise NotJson("Send the body as application/json.")
    try:
        return json.loads(request.get_data(), parse_float=Decimal, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise MalformedJson("The body is not valid JSON.") from error


def parse(model: type[M], data: Any, refusal: type[Invalid] = Invalid) -> M:
    """Read `data` as `model`. Raises `refusal`, naming every wrong field."""
    try:
        return model.model_validate(data)
    except ValidationError as error:
        wrong = [_said(detail) for detail in error.errors()]
        say = "A field needs a look." if len(wrong) == 1 else f"{len(wrong)} fields need a look."
        raise refusal(say, fields=wrong) from error


def _said(detail: ErrorDetails) -> dict[str, str]:
    code, say = SAID.get(detail["type"], (detail["type"], ""))
    return {
        "field": ".".join(map(str, detail["loc"])) or "body",
        "code": code,
        "message": say.format(**detail.get("ctx", {})) or detail["msg"],
    }


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)
