"""The outbox: what happened, who has to be told, and what came of it."""

from .endpoints import (
    NewEndpoint,
    add_endpoint,
    delete_endpoint,
    edit_endpoint,
    endpoint,
    endpoints,
    pause,
    resume,
)
from .errors import DeliveryNotFound, EndpointDisabled, EndpointNotFound, TooManyEndpoints
from .models import (
    Attempt,
    Delivery,
    DeliveryStatus,
    Endpoint,
    EndpointStatus,
    Event,
    Reason,
)
from .outbox import emit, send_test
from .reading import deliveries, delivery
from .types import TYPES

__all__ = [
    "TYPES", "Attempt", "Delivery", "DeliveryNotFound", "DeliveryStatus", "Endpoint",
    "EndpointDisabled", "EndpointNotFound", "EndpointStatus", "Event", "NewEndpoint", "Reason",
    "TooManyEndpoints", "add_endpoint", "delete_endpoint", "deliveries", "delivery",
    "edit_endpoint", "emit", "endpoint", "endpoints", "pause", "resume", "send_test",
]  # fmt: skip
