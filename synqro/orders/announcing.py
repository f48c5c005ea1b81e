"""Who is told: the merchant's systems by events, customer and owners by mail."""

from synqro import events, mail, stores
from synqro.orders.models import Order
from synqro.orders.wire import as_wire
from synqro.stores import Store


def announce_paid(store: Store, order: Order) -> None:
    """Tell everyone of an order that entered the queue. Once ever: only `mark_paid` calls it."""
    announce(store, order, "order.created")
    mail.send(order.customer_email, "orders/received", store_id=store.id, order_id=order.id)
    for owner in stores.owners(store.id):
        mail.send(owner.email, "orders/new", store_id=store.id, order_id=order.id)


def announce_shipped(store: Store, order: Order) -> None:
    """Tell everyone of a parcel on its way."""
    announce(store, order, "order.shipped")
    mail.send(order.customer_email, "orders/shipped", store_id=store.id, order_id=order.id)


def announce(store: Store, order: Order, event: str) -> None:
    """Emit an order's event with the order as it is now."""
    events.emit(store.id, event, as_wire(order), mode=store.mode)
