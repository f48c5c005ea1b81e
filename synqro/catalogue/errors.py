"""Why something cannot be bought."""

from synqro.core.errors import Conflict, NotFound


class ProductNotFound(NotFound):
    """No such product on this store's shelf."""

    code = "product_not_found"


class OutOfStock(Conflict):
    """Fewer pieces are left than asked for; the fact `available` says how many."""

    code = "out_of_stock"
