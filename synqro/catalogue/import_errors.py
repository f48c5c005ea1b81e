"""Why a file of counts is not taken, or not applied."""

from synqro.core.errors import Conflict, Invalid, NotFound


class FileNotRead(Invalid):
    """No line of the file can be used; `code` and the message say why."""

    def __init__(self, message: str, *, code: str) -> None:
        fields = [{"field": "file", "code": code, "message": message}]
        super().__init__(message, fields=fields)
        self.code = code  # type: ignore[misc]


class ImportNotFound(NotFound):
    """No such import in this store."""

    code = "import_not_found"


class ImportNotReady(Conflict):
    """It was applied already, or is being applied."""

    code = "import_not_ready"
