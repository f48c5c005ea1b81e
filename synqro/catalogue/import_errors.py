"""Why a file of counts is not found, or not applied."""

from synqro.core.errors import Conflict, NotFound


class ImportNotFound(NotFound):
    """No such import in this store."""

    code = "import_not_found"


class ImportNotReady(Conflict):
    """It was applied already, or is being applied."""

    code = "import_not_ready"
