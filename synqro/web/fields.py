"""Kinds of fields that several faces share, each with a code and a sentence of its own."""

import re
from typing import Annotated

from babel import Locale
from email_validator import EmailNotValidError, validate_email
from pydantic import AfterValidator, Field, StringConstraints, TypeAdapter, WithJsonSchema
from pydantic import HttpUrl as PydanticUrl
from pydantic_core import PydanticCustomError

NO_COUNTRIES = {"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"}
COUNTRIES = (
    frozenset(str(code) for code in Locale("en").territories if len(str(code)) == 2) - NO_COUNTRIES
)
PHONE = re.compile(r"(?:[\d\s+()./#*,;:-]|ext|x)+", re.IGNORECASE)
CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff\ud800-\udfff]")
CONTROL_BUT_LINES = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff\ud800-\udfff]")


class Multiline:
    """Marks a text that may hold line breaks and tabs."""


def clean(text: str, *, lines: bool = False) -> str:
    """Give back `text`, its line ends as \\n. Refuses control characters."""
    if lines:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if (CONTROL_BUT_LINES if lines else CONTROL).search(text):
        say = "This holds characters that cannot be used here."
        raise PydanticCustomError("invalid_characters", say)
    return text


def _email(value: str) -> str:
    try:
        # A name under .test is nobody's, and what people try a shop with.
        return validate_email(value, check_deliverability=False, test_environment=True).normalized
    except EmailNotValidError as error:
        say = "Enter an email address like sam@example.com."
        raise PydanticCustomError("invalid_email", say) from error


def _phone(value: str) -> str:
    if not PHONE.fullmatch(value) or sum(map(str.isdigit, value)) < 3:
        raise PydanticCustomError("invalid_phone", "Enter a phone number like +44 20 7946 0018.")
    return value


def _country(value: str) -> str:
    code = value.upper()
    if code not in COUNTRIES:
        raise PydanticCustomError("invalid_country", "Enter a country's two letters, like GB.")
    return code


_web = TypeAdapter(PydanticUrl)


def _url(value: str) -> str:
    # Checked here, so that the message says where a control character stands.
    url = _web.validate_python(clean(value))
    if url.username or url.password or not url.host:
        say = "Enter a web address like https://example.com."
        raise PydanticCustomError("invalid_url", say)
    return str(url)


Prose = Annotated[str, Multiline()]
Email = Annotated[
    str,
    StringConstraints(max_length=254),
    AfterValidator(_email),
    WithJsonSchema({"type": "string", "format": "email"}),
]
Phone = Annotated[str, StringConstraints(max_length=40), AfterValidator(_phone)]
CountryCode = Annotated[
    str,
    AfterValidator(_country),
    WithJsonSchema({"type": "string", "pattern": "^[A-Z]{2}$", "examples": ["GB"]}),
]
HttpUrl = Annotated[
    str,
    StringConstraints(max_length=2000),
    AfterValidator(_url),
    WithJsonSchema({"type": "string", "format": "uri", "maxLength": 2000}),
]
Metadata = Annotated[
    dict[
        Annotated[str, StringConstraints(min_length=1, max_length=40, strip_whitespace=False)],
        Annotated[str, StringConstraints(max_length=500, strip_whitespace=False)],
    ],
    Field(max_length=20),
    Multiline(),
]
