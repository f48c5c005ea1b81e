"""Who is told: the merchant's systems by events, customer and owners by mail."""

from synqro import events, mail, stores
from synqro.orders.books import Books, Sums
from synqro.orders.models import Order
from synqro.orders.wire import as_wire
from synqro.stores import Store


def announce_paid(store: Store, order: Order, *, paid: int) -> None:
    """Tell everyone of an order that entered the queue. Once ever: only `mark_paid` calls it.

    `paid` is its first money, in minor units, so that nothing has to be read for it. Whoever
    follows an order made from a quote writes its mails.
    """
    books = Books(Sums(paid=paid))
    events.emit(store.id, "order.created", as_wire(order, books), mode=store.mode)
    if order.quote_id is None:
        mail_customer(store, order, "orders/received")
        mail_owners(store, order, "orders/new")


def announce_shipped(store: Store, order: Order) -> None:
    """Tell everyone of a parcel on its way."""
    announce(store, order, "order.shipped")
    mail_customer(store, order, "orders/shipped")


def announce(store: Store, order: Order, event: str) -> None:
    """Emit an order's event with the order as it is now."""
    events.emit(store.id, event, as_wire(order), mode=store.mode)


def mail_customer(store: Store, order: Order, template: str, **facts: str) -> None:
    """Ask for a mail to the order's customer; `facts` are ids."""
    mail.send(order.customer_email, template, store_id=store.id, order_id=order.id, **facts)


def mail_owners(store: Store, order: Order, template: str, **facts: str) -> None:
    """Ask for a mail to every owner of the store; `facts` are ids."""
    for owner in stores.owners(store.id):
        mail.send(owner.email, template, store_id=store.id, order_id=order.id, **facts)
