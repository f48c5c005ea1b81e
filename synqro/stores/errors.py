"""Why nobody gets in, and what a store cannot be told."""

from synqro.core.errors import Conflict, NotFound, Unauthenticated


class MissingKey(Unauthenticated):
    code = "missing_key"


class InvalidKey(Unauthenticated):
    code = "invalid_key"


class StoreNotFound(NotFound):
    code = "not_found"


class EmailTaken(Conflict):
    code = "email_taken"
