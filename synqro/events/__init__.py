"""The outbox: what happened, who has to be told, and what came of it."""

from .became import deliveries_of, latest
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
from .errors import (
    DeliveryNotFound,
    EndpointDisabled,
    EndpointNotFound,
    EventNotFound,
    TooManyEndpoints,
)
from .happened import LISTED, event, happened
from .models import (
    Attempt,
    Delivery,
    DeliveryStatus,
    Endpoint,
    EndpointStatus,
    Event,
    Reason,
)
from .notices import tell, untold, untold_of, warn
from .outbox import emit, send_test
from .pump import Pump
from .reading import deliveries, delivery
from .retention import purge
from .tried import durations, last_tried
from .types import TEST, TYPES

__all__ = [
    "LISTED", "TEST", "TYPES", "Attempt", "Delivery", "DeliveryNotFound", "DeliveryStatus",
    "Endpoint", "EndpointDisabled", "EndpointNotFound", "EndpointStatus", "Event", "EventNotFound",
    "NewEndpoint", "Pump", "Reason", "TooManyEndpoints", "add_endpoint", "delete_endpoint",
    "deliveries", "deliveries_of", "delivery", "durations", "edit_endpoint", "emit", "endpoint",
    "endpoints", "event", "happened", "last_tried", "latest", "pause", "purge", "resume",
    "send_test", "tell", "untold", "untold_of", "warn",
]  # fmt: skip
