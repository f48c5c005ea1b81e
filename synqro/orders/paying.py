"""The way to Stripe's page and back."""

from synqro.orders.models import Order
from synqro.stores import Store


def checkout_page(store: Store, order: Order) -> str:
    raise NotImplementedError


def pay(store: Store, token: str) -> Order:
    raise NotImplementedError


def can_pay(order: Order) -> bool:
    raise NotImplementedError
