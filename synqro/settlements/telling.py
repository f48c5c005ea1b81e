"""Who is told: the merchant's systems by an event, the owners by mail."""

from datetime import timedelta

from synqro import events, mail, stores
from synqro.core.clock import now
from synqro.settlements.models import Settlement
from synqro.settlements.wire import as_wire
from synqro.stores import Store

OLD = timedelta(days=30)


def completed(store: Store, row: Settlement) -> None:
    """Emit `settlement.completed`. Once ever: only `settle` calls it."""
    events.emit(store.id, "settlement.completed", as_wire(row), mode=store.mode)


def failed(store: Store, row: Settlement) -> None:
    """Ask for a mail to every owner; of what failed long ago nobody needs to hear now."""
    if row.initiated_at < now() - OLD:
        return
    for owner in stores.owners(store.id):
        mail.send(owner.email, "settlements/failed", store_id=store.id, settlement_id=row.id)
