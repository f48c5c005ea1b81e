"""The rates of a store: read, and written whole."""

from synqro.core.clock import now
from synqro.core.db import db, transaction
from synqro.costing.models import Card
from synqro.costing.rates import Rates
from synqro.stores import Store


def rates_of(store: Store) -> Rates:
    """Give back the store's rates; without any, rates that suggest nothing. One query."""
    found = db.session.get(Card, store.id)
    return Rates.unpacked(found.document) if found else Rates(store.currency)


@transaction()
def save(store: Store, rates: Rates, *, person_id: str | None = None) -> None:
    """Write the store's rates."""
    found = db.session.get(Card, store.id, with_for_update=True)
    if found is None:
        found = Card(store_id=store.id)
        db.session.add(found)
    found.document, found.person_id, found.updated_at = rates.packed(), person_id, now()
