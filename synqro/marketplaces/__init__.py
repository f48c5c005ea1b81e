"""Where a shop can offer its things, and how each place is spoken to."""

from .adapter import Adapter, Capability
from .connecting import Opens, adapter_of, adapters, connected
from .errors import (
    AuthExpired,
    Incapable,
    MarketplaceError,
    RateLimited,
    Rejected,
    Transient,
    UnknownMarketplace,
)
from .facts import (
    Buyer,
    CompetitorPrice,
    Cursor,
    Offer,
    Payment,
    PayoutLine,
    PayoutStatus,
    Pulled,
    PulledLine,
    PulledOrder,
    PulledPayout,
    Receipt,
    Ref,
    Shipment,
    Standing,
)
from .storefront import Storefront
from .unable import Unable

__all__ = [
    "Adapter", "AuthExpired", "Buyer", "Capability", "CompetitorPrice", "Cursor", "Incapable",
    "MarketplaceError", "Offer", "Opens", "Payment", "PayoutLine", "PayoutStatus", "Pulled",
    "PulledLine", "PulledOrder", "PulledPayout", "RateLimited", "Receipt", "Ref", "Rejected",
    "Shipment", "Standing", "Storefront", "Transient", "Unable", "UnknownMarketplace", "adapter_of",
    "adapters", "connected",
]  # fmt: skip
