"""Why something cannot be bought, or a count not be put right."""

from synqro.core.errors import Conflict, NotFound


class ProductNotFound(NotFound):
    """No such product on this store's shelf."""

    code = "product_not_found"


class OutOfStock(Conflict):
    """Fewer pieces are left than asked for; the fact `available` says how many."""

    code = "out_of_stock"


class MoveNotFound(NotFound):
    """No such move of stock in this store."""

    code = "move_not_found"


class MoveNotUndoable(Conflict):
    """This move cannot be taken back, or not any more."""

    code = "move_not_undoable"
