"""The ways a request can be refused; web/problems.py maps them to HTTP."""

from collections.abc import Sequence
from typing import ClassVar

NUMBERS = "No One Two Three Four Five Six Seven Eight Nine Ten Eleven Twelve".split()


class DomainError(Exception):
    """A refusal with a stable `code`; `facts` go out beside it, as in `available=2`."""

    code: ClassVar[str] = "error"

    def __init__(self, message: str, **facts: object) -> None:
        super().__init__(message)
        self.facts = facts


class Invalid(DomainError):
    """The input cannot be right, whatever the state. HTTP 422.

    The fact `fields` lists every wrong field: {"field", "code", "message"}.
    """

    code = "invalid_fields"


class Unauthenticated(DomainError):
    """Nobody knows who is calling. HTTP 401."""


class Forbidden(DomainError):
    """The caller may not do this. HTTP 403."""


class NotFound(DomainError):
    """No such thing in this store. HTTP 404."""

    code = "not_found"


class Conflict(DomainError):
    """The state forbids it now. HTTP 409."""


class Gone(DomainError):
    """It was there and will not come back. HTTP 410."""


class Changed(Conflict):
    """Someone else wrote the same row in the meantime. A job may simply try again."""

    code = "changed_meanwhile"


class TooLarge(DomainError):
    """More bytes than are taken. HTTP 413."""


class Unsupported(DomainError):
    """A kind of content that is not taken. HTTP 415."""


class TooMany(DomainError):
    """So many that the caller has to wait. HTTP 429."""


class ProviderFailed(DomainError):
    """An outside system that we need answered wrongly or not at all. HTTP 502."""


class Unavailable(DomainError):
    """A part of ours is away for the moment. HTTP 503."""

    code = "unavailable"


def field_error(field: str, code: str, message: str) -> Invalid:
    """Give back an Invalid that names one field."""
    return fields_error([{"field": field, "code": code, "message": message}])


def fields_error(wrong: Sequence[dict[str, str]]) -> Invalid:
    """Give back an Invalid that names all of these fields."""
    return Invalid(summary(len(wrong)), fields=list(wrong))


def summary(count: int) -> str:
    """Give back one sentence for `count` wrong fields."""
    if count == 1:
        return "A field needs a look."
    return f"{NUMBERS[count] if count < len(NUMBERS) else count} fields need a look."
