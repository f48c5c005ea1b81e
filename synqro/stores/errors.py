"""Why nobody gets in, and what a store cannot be told."""

from synqro.core.errors import Conflict, Gone, NotFound, Unauthenticated


class MissingKey(Unauthenticated):
    code = "missing_key"


class InvalidKey(Unauthenticated):
    code = "invalid_key"


class WrongPassword(Unauthenticated):
    """Said alike of an unknown email and of a wrong password."""

    code = "wrong_password"


class StoreNotFound(NotFound):
    code = "not_found"


class EmailTaken(Conflict):
    code = "email_taken"


class ResetExpired(Gone):
    """The link was used, is older than an hour, or was never ours."""

    code = "reset_expired"


class KeyNotFound(NotFound):
    code = "not_found"


class TooManyKeys(Conflict):
    code = "too_many_keys"


class RequestNotFound(NotFound):
    """A call of /v1 that is not in the log, or not any more."""

    code = "not_found"
