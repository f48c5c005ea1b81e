"""Why something about webhooks can be refused."""

from synqro.core.errors import Conflict, Gone, NotFound


class EndpointNotFound(NotFound):
    code = "not_found"


class EventNotFound(NotFound):
    code = "not_found"


class DeliveryNotFound(NotFound):
    code = "not_found"


class EndpointDisabled(Conflict):
    code = "endpoint_disabled"


class TooManyEndpoints(Conflict):
    code = "too_many_endpoints"


class TooManyEvents(Conflict):
    """More than are sent again at once."""

    code = "too_many_events"


class EventGone(Gone):
    code = "event_gone"
