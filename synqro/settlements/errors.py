"""Why a settlement cannot be shown."""

from synqro.core.errors import NotFound


class SettlementNotFound(NotFound):
    """No such settlement in this store."""

    code = "settlement_not_found"
