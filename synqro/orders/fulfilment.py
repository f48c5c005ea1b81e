"""From the queue to the parcel."""

from synqro import stores
from synqro.core.clock import now
from synqro.core.db import db, transaction
from synqro.orders.announcing import announce, announce_shipped
from synqro.orders.books import being_cancelled
from synqro.orders.errors import NotShippable, NotStartable
from synqro.orders.models import Happening, Order, Status, TimelineKind, Tracking
from synqro.orders.noting import tell
from synqro.orders.reading import find

CALLED_OFF = "This order is being cancelled: its money is on its way back."


@transaction()
def start(store_id: str, order_id: str, *, person_id: str | None = None) -> Order:
    """Move a paid order to in progress. Raises OrderNotFound, NotStartable."""
    order = find(store_id, order_id)
    if order.status is not Status.PAID:
        raise NotStartable("Only an order that is paid and to do can be started.")
    if being_cancelled(order):
        raise NotStartable(CALLED_OFF)
    order.status = Status.IN_PROGRESS
    order.updated_at = now()
    tell(order, TimelineKind.STARTED, person_id=person_id)
    db.session.flush()
    announce(stores.by_id(store_id), order, "order.updated")
    return order


@transaction()
def ship(
    store_id: str, order_id: str, tracking: Tracking | None = None, *, person_id: str | None = None
) -> Order:
    """Close an order, and tell its customer. Raises OrderNotFound, NotShippable."""
    order = find(store_id, order_id)
    if order.status not in (Status.PAID, Status.IN_PROGRESS):
        raise NotShippable("Only an order that is paid and not shipped yet can be shipped.")
    if being_cancelled(order):
        raise NotShippable(CALLED_OFF)
    order.status, order.tracking = Status.SHIPPED, tracking
    order.shipped_at = order.updated_at = now()
    said = f"{tracking.carrier}, {tracking.tracking_number}" if tracking else None
    tell(order, TimelineKind.SHIPPED, said, person_id=person_id)
    db.session.flush()
    announce_shipped(stores.by_id(store_id), order)
    return order


@transaction()
def add_note(store_id: str, order_id: str, text: str, *, person_id: str | None = None) -> Happening:
    """Write a note that only the merchant reads. Raises OrderNotFound."""
    return tell(find(store_id, order_id), TimelineKind.NOTE, text, person_id=person_id)
