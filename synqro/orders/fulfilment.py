"""From the queue to the parcel."""

from synqro.orders.models import Happening, Order, Tracking


def start(store_id: str, order_id: str, *, person_id: str | None = None) -> Order:
    """Move a paid order to in progress. Raises OrderNotFound, NotStartable."""
    raise NotImplementedError


def ship(
    store_id: str, order_id: str, tracking: Tracking | None = None, *, person_id: str | None = None
) -> Order:
    """Close an order, and tell its customer. Raises OrderNotFound, NotShippable."""
    raise NotImplementedError


def add_note(store_id: str, order_id: str, text: str, *, person_id: str | None = None) -> Happening:
    """Write a note that only the merchant reads. Raises OrderNotFound."""
    raise NotImplementedError
