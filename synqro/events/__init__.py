"""The outbox: what happened, and who has to be told."""

from .models import Delivery, Endpoint, Event
from .outbox import emit

__all__ = ["Delivery", "Endpoint", "Event", "emit"]
