"""Where a variant is offered, and at what price."""

from .editing import edit, end
from .errors import (
    AlreadyListed,
    ListingEnded,
    ListingNotFound,
    MarketplaceNotConnected,
    ProductArchived,
)
from .fields import Changes, Fields
from .following import ARCHIVED, follow_product
from .history import prices
from .making import create, create_with_product
from .models import Listing, Price, PriceCause, Status
from .reading import MOST_CALLED, Offered, find, listed, open_one, places
from .repricing import set_price
from .rows import STOREFRONT
from .rules import wrong_offer
from .wire import as_wire

__all__ = [
    "ARCHIVED", "MOST_CALLED", "STOREFRONT", "AlreadyListed", "Changes", "Fields", "Listing",
    "ListingEnded", "ListingNotFound", "MarketplaceNotConnected", "Offered", "Price", "PriceCause",
    "ProductArchived", "Status", "as_wire", "create", "create_with_product", "edit", "end", "find",
    "follow_product", "listed", "open_one", "places", "prices", "set_price", "wrong_offer",
]  # fmt: skip
