"""Who is told of a price that really changed: the merchant's systems, by an event."""

from synqro import events, listings
from synqro.core.money import Money
from synqro.listings import Offered, Why
from synqro.stores import Store


def tell(store: Store, offered: Offered, old_price: int, why: Why) -> None:
    """Emit `listing.repriced` in the transaction of the change; `offered` has the new price."""
    row = offered.listing
    said = {
        **listings.as_wire(store, offered),
        "old_price": Money(old_price, row.currency).number,
        "new_price": Money(row.price, row.currency).number,
        "rule_id": why.rule_id,
        "reason": why.reason,
        "run_id": why.run_id,
    }
    events.emit(store.id, "listing.repriced", said, mode=store.mode)
