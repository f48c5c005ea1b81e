"""Where a variant is offered, and at what price."""

from .models import Listing, Status

__all__ = ["Listing", "Status"]
