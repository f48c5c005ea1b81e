"""Placing an order: the buyer's wish becomes a row with its pieces held."""

from dataclasses import dataclass

from synqro.core.money import Money
from synqro.orders.models import Customer, Order
from synqro.orders.pricing import Item
from synqro.stores import Store


@dataclass(frozen=True)
class Placed:
    """The order, and the token of its private link, which is not to be read again."""

    order: Order
    token: str


def place(
    store: Store,
    *,
    items: list[Item],
    customer: Customer,
    shipping_option_id: str | None = None,
    note: str | None = None,
    expected_total: Money | None = None,
    metadata: dict[str, str] | None = None,
    return_url: str | None = None,
    cancel_url: str | None = None,
) -> Placed:
    """Record an order at today's prices and hold its pieces until `expires_at`.

    Raises StoreClosed, PaymentsNotSetUp, ProductNotFound, Invalid with all wrong fields,
    PriceChanged, AmountTooSmall, OutOfStock (with `available`).
    """
    raise NotImplementedError
