"""The outbox: what happened, who has to be told, and what came of it."""

from .ailing import ailing_endpoints
from .became import deliveries_of, latest
from .endpoints import (
    NewEndpoint,
    add_checked,
    add_endpoint,
    checked,
    delete_endpoint,
    edit_endpoint,
    endpoint,
    endpoints,
    endpoints_page,
    pause,
    resume,
)
from .errors import (
    DeliveryNotFound,
    EndpointDisabled,
    EndpointNotFound,
    EventGone,
    EventNotFound,
    TooManyEndpoints,
    TooManyEvents,
)
from .happened import LISTED, event, happened
from .holding import bring_forward, follow_pause
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
from .replaying import recover, replay, replay_range, turn_on_and_recover
from .retention import purge
from .rotating import LONGEST_OVERLAP, end_old_secrets, rotate_secret, with_secret
from .tallying import Tally, tally
from .tried import durations, last_tried
from .types import TEST, TYPES

__all__ = [
    "LISTED", "LONGEST_OVERLAP", "TEST", "TYPES", "Attempt", "Delivery", "DeliveryNotFound",
    "DeliveryStatus", "Endpoint", "EndpointDisabled", "EndpointNotFound", "EndpointStatus", "Event",
    "EventGone", "EventNotFound", "NewEndpoint", "Pump", "Reason", "Tally", "TooManyEndpoints",
    "TooManyEvents", "add_checked", "add_endpoint", "ailing_endpoints", "bring_forward", "checked",
    "delete_endpoint", "deliveries", "deliveries_of", "delivery", "durations", "edit_endpoint",
    "emit", "end_old_secrets", "endpoint", "endpoints", "endpoints_page", "event", "follow_pause",
    "happened", "last_tried", "latest", "pause", "purge", "recover", "replay", "replay_range",
    "resume", "rotate_secret", "send_test", "tally", "tell", "turn_on_and_recover", "untold",
    "untold_of", "warn", "with_secret",
]  # fmt: skip
