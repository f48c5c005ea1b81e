"""What a parameter may be, declared as data so that a test can hold it to the contract."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import urlsplit

from synqro.sandbox.stripe.refusals import Refused

WHOLE = re.compile(r"-?[0-9]{1,18}")
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
UNPRINTABLE = re.compile(r"[\s\x00-\x1f\x7f\\]")


class Kind(Protocol):
    """Reads one value that came in at the path `at`, or refuses it."""

    def read(self, value: Any, at: str) -> Any: ...


@dataclass(frozen=True)
class Text:
    most: int = 5000
    empty: bool = False

    def read(self, value: Any, at: str) -> str:
        if not isinstance(value, str):
            raise Refused(f"Invalid string: {value}", param=at)
        if not value and not self.empty:
            raise Refused(
                f"You passed an empty string for '{at}'. We assume empty values are an attempt to "
                f"unset a parameter; however '{at}' cannot be unset.",
                code="parameter_invalid_empty",
                param=at,
            )
        if len(value) > self.most:
            raise Refused(f"Invalid string: must be at most {self.most} characters", param=at)
        return value


@dataclass(frozen=True)
class Email:
    def read(self, value: Any, at: str) -> str:
        text = Text(most=800).read(value, at)
        if not EMAIL.fullmatch(text):
            raise Refused(f"Invalid email address: {text}", code="email_invalid", param=at)
        return text


@dataclass(frozen=True)
class Url:
    def read(self, value: Any, at: str) -> str:
        text = Text().read(value, at)
        if not is_web_address(text):
            raise Refused("Not a valid URL", code="url_invalid", param=at)
        return text


@dataclass(frozen=True)
class Whole:
    least: int = 0
    most: int = 10**15

    def read(self, value: Any, at: str) -> int:
        plain = isinstance(value, int) and not isinstance(value, bool)
        if not plain and not (isinstance(value, str) and WHOLE.fullmatch(value)):
            raise Refused(f"Invalid integer: {value}", code="parameter_invalid_integer", param=at)
        number = int(value)
        if not self.least <= number <= self.most:
            bound = f"greater than or equal to {self.least}"
            if number > self.most:
                bound = f"less than or equal to {self.most}"
            raise Refused(
                f"This value must be {bound}.", code="parameter_invalid_integer", param=at
            )
        return number


@dataclass(frozen=True)
class Range:
    """A whole number, or bounds of one."""

    def read(self, value: Any, at: str) -> int | dict[str, int]:
        if isinstance(value, Mapping):
            return Group(dict.fromkeys(("gt", "gte", "lt", "lte"), Whole())).read(value, at)
        return Whole().read(value, at)


@dataclass(frozen=True)
class Flag:
    def read(self, value: Any, at: str) -> bool:
        if value is True or value == "true":
            return True
        if value is False or value == "false":
            return False
        raise Refused(f"Invalid boolean: {value}", param=at)


@dataclass(frozen=True)
class OneOf:
    values: tuple[str, ...]

    def read(self, value: Any, at: str) -> str:
        if value not in self.values:
            raise Refused(f"Invalid {at}: must be one of {', '.join(self.values)}", param=at)
        return str(value)


@dataclass(frozen=True)
class Pairs:
    """`metadata`: text to text; an empty value takes the key away."""

    def read(self, value: Any, at: str) -> dict[str, str]:
        if value == "":
            return {}
        if not isinstance(value, Mapping):
            raise Refused(f"Invalid hash: {value}", param=at)
        if len(value) > 50:
            raise Refused("Metadata can have up to 50 keys.", param=at)
        for key, text in value.items():
            if len(key) > 40:
                raise Refused("Metadata keys can have up to 40 characters.", param=f"{at}[{key}]")
            if not isinstance(text, str) or len(text) > 500:
                say = "Metadata values are strings of up to 500 characters."
                raise Refused(say, param=f"{at}[{key}]")
        return {key: text for key, text in value.items() if text}


@dataclass(frozen=True)
class Each:
    of: Kind
    most: int = 100

    def read(self, value: Any, at: str) -> list[Any]:
        found = value
        if isinstance(value, Mapping) and all(key.isdecimal() for key in value):
            found = [value[key] for key in sorted(value, key=int)]  # items[0]=… of a form
        if not isinstance(found, list):
            raise Refused(f"Invalid array: {value}", param=at)
        if len(found) > self.most:
            raise Refused(f"This array can have up to {self.most} items.", param=at)
        return [self.of.read(item, f"{at}[{n}]") for n, item in enumerate(found)]


@dataclass(frozen=True)
class Group:
    fields: Mapping[str, Kind] = field(default_factory=dict)
    needed: tuple[str, ...] = ()

    def read(self, value: Any, at: str = "") -> dict[str, Any]:
        if not isinstance(value, Mapping):
            raise Refused(f"Invalid hash: {value}", param=at)
        given = {key: item for key, item in value.items() if item is not None}
        for key in given:
            if key not in self.fields:
                path = _inside(at, key)
                say = f"Received unknown parameter: {path}"
                raise Refused(say, code="parameter_unknown", param=path)
        for key in self.needed:
            if key not in given:
                path = _inside(at, key)
                say = f"Missing required param: {path}."
                raise Refused(say, code="parameter_missing", param=path)
        return {key: self.fields[key].read(item, _inside(at, key)) for key, item in given.items()}


def is_web_address(text: str) -> bool:
    """Tell whether this is a whole http or https address that may stand in a header."""
    if UNPRINTABLE.search(text):
        return False
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return False


def _inside(at: str, key: str) -> str:
    return f"{at}[{key}]" if at else key
