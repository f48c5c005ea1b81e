"""An order as the outside reads it, in /v1 and in webhooks."""

from typing import Any

from synqro.orders.models import Order


def as_wire(order: Order) -> dict[str, Any]:
    """Give back the order as `/v1/orders/{id}` shows it, ready for JSON."""
    raise NotImplementedError
