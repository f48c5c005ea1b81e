"""A store that has all its deliveries wait for a while, and what is sent at once when asked."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, func, or_, select, update

from synqro.core.clock import now
from synqro.core.db import after_commit, db, transaction
from synqro.events.endpoints import due_at_once, forget_failing, pending_at
from synqro.events.models import Delivery, DeliveryStatus, Endpoint

DELIVERY = "webhook_delivery"


@transaction()
def follow_pause(store_id: str, kind: str, paused: bool) -> None:
    """Hold a store's endpoints while its webhook delivery is paused; other kinds mean nothing.

    What happens meanwhile is owed as ever and waits. Resumed, all that waits goes out in its
    order, and what was tried before begins its schedule anew: the time that it was held counts
    for no warning and for no giving up.
    """
    if kind != DELIVERY:
        return
    for found in _locked(store_id):
        found.held = paused
        found.updated_at = now()  # whoever sends to it just now stops
        if not paused and found.enabled:
            forget_failing(found)
            due_at_once(found, pending_at(found) & (Delivery.attempts > 0))
    db.session.flush()


@transaction()
def bring_forward(store_id: str) -> int:
    """Try at once what waits for a next try, at every endpoint that may be sent to.

    The schedules go on as they were, and one that is down is asked with its oldest first.
    Gives back how many deliveries wait, those that are held not counted.
    """
    found = [one for one in _locked(store_id) if one.enabled and not one.held]
    tried = Delivery.attempts > 0
    oldest = select(func.min(Delivery.id)).group_by(Delivery.endpoint_id)
    oldest = oldest.where(_waits([one.id for one in found if one.down]), tried)
    soon = Delivery.id.in_(oldest), _waits([one.id for one in found if not one.down]) & tried
    waiting = update(Delivery).where(or_(*soon)).values(next_at=now())
    db.session.execute(waiting, execution_options={"synchronize_session": False})
    for one in found:
        one.next_at, one.updated_at = None, now()  # whoever sends to it just now begins anew
    after_commit("webhooks.pump")
    count = select(func.count()).select_from(Delivery)
    return db.session.scalar(count.where(_waits([one.id for one in found]))) or 0


def _waits(endpoint_ids: Sequence[str]) -> ColumnElement[bool]:
    pending = Delivery.status == DeliveryStatus.PENDING
    return Delivery.endpoint_id.in_(endpoint_ids) & pending


def _locked(store_id: str) -> Sequence[Endpoint]:
    """Lock a store's endpoints, in the order in which results are written."""
    mine = select(Endpoint).where(Endpoint.store_id == store_id, Endpoint.deleted_at.is_(None))
    mine = mine.order_by(Endpoint.id).with_for_update(key_share=True)
    return db.session.scalars(mine, execution_options={"populate_existing": True}).all()
