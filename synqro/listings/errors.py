"""Why a listing is refused."""

from synqro.core.errors import Conflict, NotFound


class ListingNotFound(NotFound):
    code = "not_found"


class AlreadyListed(Conflict):
    """The variant is offered there already; `listing_id` says by which listing."""

    code = "already_listed"


class MarketplaceNotConnected(Conflict):
    """The shop has no connection to this marketplace."""

    code = "marketplace_not_connected"


class ListingEnded(Conflict):
    """It is over for good. List the product again."""

    code = "listing_ended"


class ProductArchived(Conflict):
    """The product is archived: restore it before it is offered."""

    code = "product_archived"
