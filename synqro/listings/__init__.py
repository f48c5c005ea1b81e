"""Where a variant is offered, and at what price."""

from .charging import Charge, charge, hold, why_not
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
from .history import Why, prices
from .making import create, create_with_product
from .models import Listing, Price, PriceCause, Status
from .past import Made, PriceMove, last_made, price_moves, priced_by
from .priced import Priced, priced, priced_of
from .reading import MOST_CALLED, Offered, find, known, listed, open_one, places, several
from .repricing import set_price
from .rows import STOREFRONT
from .rules import wrong_offer
from .wire import as_wire

__all__ = [
    "ARCHIVED", "MOST_CALLED", "STOREFRONT", "AlreadyListed", "Changes", "Charge", "Fields",
    "Listing", "ListingEnded", "ListingNotFound", "Made", "MarketplaceNotConnected", "Offered",
    "Price", "PriceCause", "PriceMove", "Priced", "ProductArchived", "Status", "Why", "as_wire",
    "charge", "create", "create_with_product", "edit", "end", "find", "follow_product", "hold",
    "known", "last_made", "listed", "open_one", "places", "price_moves", "priced", "priced_by",
    "priced_of", "prices", "set_price", "several", "why_not", "wrong_offer",
]  # fmt: skip
