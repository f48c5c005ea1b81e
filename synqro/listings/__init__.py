"""Where a variant is offered, and at what price."""

from .following import follow_product
from .models import Listing, Status

__all__ = [
    "Listing", "Status", "follow_product",
]  # fmt: skip
