"""How Stripe says no: a status, a type, and mostly a code and the parameter at fault."""

from typing import Any


class Refused(Exception):
    """An answer other than 200, in the shape of Stripe's error object."""

    def __init__(
        self,
        message: str,
        *,
        status: int = 400,
        kind: str = "invalid_request_error",
        code: str | None = None,
        param: str | None = None,
        **more: Any,
    ) -> None:
        super().__init__(message)
        self.status = status
        found = {"type": kind, "code": code, "param": param, "message": message, **more}
        self.error = {key: value for key, value in found.items() if value is not None}

    @property
    def body(self) -> dict[str, Any]:
        return {"error": self.error}


class OAuthRefused(Refused):
    """The same from the OAuth endpoints, which speak RFC 6749."""

    @property
    def body(self) -> dict[str, Any]:
        return {"error": self.error["code"], "error_description": str(self)}


def missing(what: str, wanted: str, param: str) -> Refused:
    """Say that there is no such object, or not in this account: the same answer for both."""
    return Refused(f"No such {what}: '{wanted}'", status=404, code="resource_missing", param=param)


def no_access(account: str) -> Refused:
    """Say that the key reaches no such account: never connected, disconnected, or closed."""
    return Refused(
        f"The provided key does not have access to account '{account}' (or that account does "
        "not exist). Application access may have been revoked.",
        status=403,
        code="account_invalid",
    )
