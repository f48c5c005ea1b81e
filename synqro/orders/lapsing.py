"""Orders whose time is over."""

from synqro.orders.models import Order


def give_up(order_id: str) -> None:
    raise NotImplementedError


def due(limit: int = 50) -> list[str]:
    raise NotImplementedError


def expire_due(limit: int = 50) -> int:
    raise NotImplementedError


def look_again(order_id: str) -> Order:
    """Ask Stripe once how an unpaid order's session stands, and follow it. A network call."""
    raise NotImplementedError
