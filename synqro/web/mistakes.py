"""A code and a sentence for every mistake that pydantic can find in what came in."""

from typing import Any, get_args

from pydantic_core import ErrorDetails, core_schema

from synqro.core.errors import NUMBERS as NUMBERS
from synqro.core.errors import summary as summary

MOST = 100

REQUIRED = ("required", "This is needed.")
NOT_TEXT = ("not_text", "Send this as text.")
BAD_TEXT = ("invalid_characters", "This holds characters that cannot be used here.")
NOT_WHOLE = ("not_a_whole_number", "Enter a whole number.")
NOT_NUMBER = ("not_a_number", "Enter a number.")
NOT_OBJECT = ("not_an_object", "Send a JSON object here.")
NOT_LIST = ("not_a_list", "Send a list here.")
NOT_BOOLEAN = ("not_true_or_false", "Send true or false here.")
NOT_DATE = ("invalid_date", "Enter a date like 2026-11-23.")
NOT_TIME = ("invalid_time", "Enter a time like 2026-11-23T10:00:00Z.")
NOT_URL = ("invalid_url", "Enter a web address like https://example.com.")
NOT_A_CHOICE = ("not_a_choice", "Choose one of {expected}.")

# What pydantic calls a mistake, our code for it, and what a person is told. Types
# outside pydantic's own list come from our validators and bring both along.
SAID: dict[str, tuple[str, str]] = {
    **dict.fromkeys(get_args(core_schema.ErrorType), ("invalid", "This cannot be used here.")),
    "missing": REQUIRED,
    "extra_forbidden": ("unknown_field", "There is no such field."),
    "invalid_key": ("unknown_field", "There is no such field."),
    "model_type": NOT_OBJECT,
    "model_attributes_type": NOT_OBJECT,
    "dict_type": NOT_OBJECT,
    "mapping_type": NOT_OBJECT,
    "list_type": NOT_LIST,
    "tuple_type": NOT_LIST,
    "set_type": NOT_LIST,
    "too_short": ("too_few", "Give at least {min_length}."),
    "too_long": ("too_many", "Give at most {max_length}."),
    "string_type": NOT_TEXT,
    "string_unicode": BAD_TEXT,
    "string_not_ascii": BAD_TEXT,
    "string_too_short": ("too_short", "Use at least {min_length} characters."),
    "string_too_long": ("too_long", "Use at most {max_length} characters."),
    "string_pattern_mismatch": ("invalid_format", "This is not written as it should be."),
    "int_type": NOT_WHOLE,
    "int_parsing": NOT_WHOLE,
    "int_parsing_size": NOT_WHOLE,
    "int_from_float": NOT_WHOLE,
    "float_type": NOT_NUMBER,
    "float_parsing": NOT_NUMBER,
    "finite_number": NOT_NUMBER,
    "decimal_type": NOT_NUMBER,
    "decimal_parsing": NOT_NUMBER,
    "decimal_max_digits": ("too_many_digits", "Use at most {max_digits} digits."),
    "decimal_max_places": ("too_many_decimals", "Use at most {decimal_places} decimals."),
    "decimal_whole_digits": ("too_large", "Use at most {whole_digits} digits before the point."),
    "greater_than": ("too_small", "Enter more than {gt}."),
    "greater_than_equal": ("too_small", "Enter {ge} or more."),
    "less_than": ("too_large", "Enter less than {lt}."),
    "less_than_equal": ("too_large", "Enter {le} or less."),
    "multiple_of": ("not_a_multiple", "Enter a multiple of {multiple_of}."),
    "bool_type": NOT_BOOLEAN,
    "bool_parsing": NOT_BOOLEAN,
    "enum": NOT_A_CHOICE,
    "literal_error": NOT_A_CHOICE,
    "date_type": NOT_DATE,
    "date_parsing": NOT_DATE,
    "date_from_datetime_parsing": NOT_DATE,
    "date_from_datetime_inexact": NOT_DATE,
    "date_past": ("not_in_the_past", "Enter a date in the past."),
    "date_future": ("not_in_the_future", "Enter a date in the future."),
    "datetime_type": NOT_TIME,
    "datetime_parsing": NOT_TIME,
    "datetime_object_invalid": NOT_TIME,
    "datetime_from_date_parsing": NOT_TIME,
    "timezone_naive": NOT_TIME,
    "timezone_aware": NOT_TIME,
    "url_type": NOT_URL,
    "url_parsing": NOT_URL,
    "url_syntax_violation": NOT_URL,
    "url_too_long": NOT_URL,
    "url_scheme": NOT_URL,
}


def said(detail: ErrorDetails) -> dict[str, str]:
    """Give back {"field", "code", "message"} for one mistake that pydantic found."""
    code, message = _code_and_message(detail)
    return {"field": _path(detail["loc"]), "code": code, "message": message}


def _code_and_message(detail: ErrorDetails) -> tuple[str, str]:
    kind, context = detail["type"], detail.get("ctx", {})
    if detail["input"] is None and kind in SAID and kind.endswith("_type"):
        return REQUIRED
    try:
        code, say = SAID[kind]
        return code, say.format(**context)
    except KeyError:
        # Not pydantic's, or ours under one of its names: it brings its own words.
        return kind, detail["msg"]


def _path(steps: tuple[Any, ...]) -> str:
    # Names of unknown fields are the sender's: they may be endless, or half a character.
    names = [str(step).encode("utf-8", "replace").decode()[:100] for step in steps]
    return ".".join(name for name in names if name != "[key]") or "body"
