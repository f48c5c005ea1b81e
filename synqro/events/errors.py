"""Why something about webhooks can be refused."""

from synqro.core.errors import Conflict, NotFound


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
