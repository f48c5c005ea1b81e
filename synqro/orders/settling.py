"""What Stripe says about an order's money."""

from synqro.orders.models import Order
from synqro.payments import Session


def follow(session: Session) -> None:
    raise NotImplementedError


def mark_paid(order_id: str, *, reference: str, amount: int, currency: str) -> Order:
    raise NotImplementedError


def mark_settling(order_id: str) -> None:
    raise NotImplementedError


def payment_failed(order_id: str) -> None:
    raise NotImplementedError
