"""Kinds of values that a rule is written in: how each is read, written and described.

The wire has money in major units and percentages; inside they are minor units and basis
points. A value that cannot be read is noted in `Wrongs`, under its path, and becomes BAD.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from typing import Any, Final
from zoneinfo import available_timezones

from synqro.core.currencies import MAXIMUM, step
from synqro.core.errors import Invalid
from synqro.core.money import Money
from synqro.core.percents import basis_points, percent

Schema = dict[str, Any]
BAD: Final = object()
HUGE = 10**18
CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff\ud800-\udfff]")
CLOCK = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])")
MOMENT = re.compile(
    r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d(?:\.\d{1,9})?)(?:(Z)|([+-]\d\d:\d\d))",
    re.ASCII | re.IGNORECASE,
)


@dataclass
class Wrongs:
    """What is wrong so far with a rule of a store that sells in `currency`."""

    currency: str
    found: list[dict[str, str]] = field(default_factory=list)

    def say(self, at: str, code: str, message: str) -> Any:
        self.found.append({"field": at, "code": code, "message": message})
        return BAD

    def needed(self, at: str) -> Any:
        return self.say(at, "required", "This is needed.")


class Kind(ABC):
    """`read` takes what came in, `write` gives back JSON. `schema` says what is taken, or what is
    `shown`.
    """

    @abstractmethod
    def read(self, value: Any, at: str, wrongs: Wrongs) -> Any: ...

    def write(self, value: Any, currency: str) -> Any:
        return value

    @abstractmethod
    def schema(self, *, shown: bool = False) -> Schema: ...


@dataclass(frozen=True)
class Whole(Kind):
    least: int
    most: int

    def read(self, value: Any, at: str, wrongs: Wrongs) -> Any:
        if isinstance(value, Decimal) and value.is_finite() and value == value.to_integral_value():
            # 1e999 is never written out.
            value = int(value) if abs(value) < HUGE else HUGE * (1 if value > 0 else -1)
        elif not isinstance(value, int) or isinstance(value, bool):
            return wrongs.say(at, "not_a_whole_number", "Enter a whole number.")
        if value < self.least:
            return wrongs.say(at, "too_small", f"Enter {self.least} or more.")
        if value > self.most:
            return wrongs.say(at, "too_large", f"Enter {self.most} or less.")
        return value

    def schema(self, *, shown: bool = False) -> Schema:
        return {"type": "integer", "minimum": self.least, "maximum": self.most}


@dataclass(frozen=True)
class Percent(Kind):
    """`least` and `most` in basis points."""

    least: int
    most: int

    def read(self, value: Any, at: str, wrongs: Wrongs) -> Any:
        try:
            found = basis_points(value if isinstance(value, int | float | str | Decimal) else "")
        except Invalid as error:
            return wrongs.say(at, error.code, str(error))
        if found < self.least:
            return wrongs.say(at, "too_small", f"Enter {percent(self.least)} or more.")
        if found > self.most:
            return wrongs.say(at, "too_large", f"Enter {percent(self.most)} or less.")
        return found

    def write(self, value: int, currency: str) -> int | float:
        return percent(value)

    def schema(self, *, shown: bool = False) -> Schema:
        return {
            "type": "number" if shown else ["number", "string"],
            "minimum": percent(self.least),
            "maximum": percent(self.most),
            "description": "In percent, with at most two decimals.",
        }


@dataclass(frozen=True)
class Amount(Kind):
    """More than nothing, of the rule's currency."""

    def read(self, value: Any, at: str, wrongs: Wrongs) -> Any:
        try:
            plain = isinstance(value, int | float | str | Decimal) and value is not True
            found = Money.parse(value if plain else "", wrongs.currency).amount
        except Invalid as error:
            return wrongs.say(at, error.code, str(error))
        if found <= 0:
            return wrongs.say(at, "too_small", "Enter an amount above 0.")
        if found > MAXIMUM:
            unit = step(wrongs.currency)
            most = Money(MAXIMUM // unit * unit, wrongs.currency)
            return wrongs.say(at, "too_large", f"Enter {most} or less.")
        return found

    def write(self, value: int, currency: str) -> int | float:
        return Money(value, currency).number

    def schema(self, *, shown: bool = False) -> Schema:
        words = "In major units of the rule's currency, exact to its digits."
        return {
            "type": "number" if shown else ["number", "string"],
            "exclusiveMinimum": 0,
            "description": words,
        }


@dataclass(frozen=True)
class Choice(Kind):
    words: Iterable[str]
    but: tuple[str, ...] = ()

    @property
    def offered(self) -> list[str]:
        return [str(word) for word in self.words if word not in self.but]

    def read(self, value: Any, at: str, wrongs: Wrongs) -> Any:
        if not isinstance(value, str) or value not in self.offered:
            return wrongs.say(at, "not_a_choice", f"Choose one of {_or(self.offered)}.")
        return value

    def write(self, value: str, currency: str) -> str:
        return str(value)

    def schema(self, *, shown: bool = False) -> Schema:
        return {"type": "string", "enum": self.offered}


@dataclass(frozen=True)
class Counted(Choice):
    """A word of several; its place among them inside."""

    def read(self, value: Any, at: str, wrongs: Wrongs) -> Any:
        said = super().read(value, at, wrongs)
        return said if said is BAD else self.offered.index(said)

    def write(self, value: Any, currency: str) -> str:
        return self.offered[int(value)]


@dataclass(frozen=True)
class Flag(Kind):
    def read(self, value: Any, at: str, wrongs: Wrongs) -> Any:
        if not isinstance(value, bool):
            return wrongs.say(at, "not_true_or_false", "Send true or false here.")
        return value

    def schema(self, *, shown: bool = False) -> Schema:
        return {"type": "boolean"}


@dataclass(frozen=True)
class Text(Kind):
    longest: int
    pattern: str | None = None
    example: str | None = None

    def read(self, value: Any, at: str, wrongs: Wrongs) -> Any:
        if not isinstance(value, str):
            return wrongs.say(at, "not_text", "Send this as text.")
        text = value.strip()
        if not text:
            return wrongs.needed(at)
        if len(text) > self.longest:
            return wrongs.say(at, "too_long", f"Use at most {self.longest} characters.")
        if CONTROL.search(text):
            say = "This holds characters that cannot be used here."
            return wrongs.say(at, "invalid_characters", say)
        if self.pattern and not re.fullmatch(self.pattern, text):
            return wrongs.say(at, "invalid_format", f"Write it like {self.example}.")
        return text

    def schema(self, *, shown: bool = False) -> Schema:
        said: Schema = {"type": "string", "minLength": 1, "maxLength": self.longest}
        said |= {"pattern": f"^{self.pattern}$"} if self.pattern else {}
        return said | ({"examples": [self.example]} if self.example else {})


@dataclass(frozen=True)
class Zone(Kind):
    def read(self, value: Any, at: str, wrongs: Wrongs) -> Any:
        if not isinstance(value, str) or value not in _zones():
            say = "Enter the name of a time zone, like Europe/London."
            return wrongs.say(at, "unknown_timezone", say)
        return value

    def schema(self, *, shown: bool = False) -> Schema:
        return {"type": "string", "examples": ["Europe/London"]}


@dataclass(frozen=True)
class Clock(Kind):
    """A time of day; minutes after midnight inside."""

    def read(self, value: Any, at: str, wrongs: Wrongs) -> Any:
        found = CLOCK.fullmatch(value) if isinstance(value, str) else None
        if found is None:
            return wrongs.say(at, "invalid_time", "Enter a time of day like 08:30.")
        return int(found[1]) * 60 + int(found[2])

    def write(self, value: int, currency: str) -> str:
        return f"{value // 60:02}:{value % 60:02}"

    def schema(self, *, shown: bool = False) -> Schema:
        return {"type": "string", "pattern": f"^{CLOCK.pattern}$", "examples": ["08:30"]}


@dataclass(frozen=True)
class Moment(Kind):
    """RFC 3339 in any offset; ISO 8601 in UTC inside."""

    def read(self, value: Any, at: str, wrongs: Wrongs) -> Any:
        found = MOMENT.fullmatch(value) if isinstance(value, str) else None
        try:
            if found:
                day, time, _, offset = found.groups()
                moment = datetime.fromisoformat(f"{day}T{time}{offset or '+00:00'}")
                return moment.astimezone(UTC).isoformat()
        except (ValueError, OverflowError):
            pass
        return wrongs.say(at, "invalid_time", "Enter a time like 2026-11-23T10:00:00Z.")

    def write(self, value: str, currency: str) -> str:
        return value.replace("+00:00", "Z")

    def schema(self, *, shown: bool = False) -> Schema:
        return {"type": "string", "format": "date-time", "examples": ["2026-11-23T10:00:00Z"]}


@dataclass(frozen=True)
class Many(Kind):
    of: Kind
    most: int
    least: int = 1

    def read(self, value: Any, at: str, wrongs: Wrongs) -> Any:
        if not isinstance(value, list | tuple):
            return wrongs.say(at, "not_a_list", "Send a list here.")
        if len(value) < self.least:
            return wrongs.say(at, "too_few", f"Give at least {self.least}.")
        if len(value) > self.most:
            return wrongs.say(at, "too_many", f"Give at most {self.most:,}.")
        return [self.of.read(one, f"{at}.{place}", wrongs) for place, one in enumerate(value)]

    def write(self, value: Iterable[Any], currency: str) -> list[Any]:
        return [self.of.write(one, currency) for one in value]

    def schema(self, *, shown: bool = False) -> Schema:
        said = {"type": "array", "items": self.of.schema(shown=shown), "maxItems": self.most}
        return said | ({"minItems": self.least} if self.least else {})


@cache
def _zones() -> frozenset[str]:
    # Two of them are no place: what they mean depends on the machine.
    return frozenset(available_timezones() - {"localtime", "Factory"})


def _or(words: list[str]) -> str:
    quoted = [f"'{word}'" for word in words]
    return " or ".join(filter(None, (", ".join(quoted[:-1]), quoted[-1])))
