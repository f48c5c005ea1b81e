"""The ledger's one way in: each movement once, and never changed again."""

from datetime import datetime

from synqro.core.clock import now
from synqro.core.db import db
from synqro.core.ids import new_id
from synqro.core.money import Money
from synqro.orders.ledger_models import Entry, EntryKind
from synqro.orders.models import Order


def enter(
    order: Order,
    kind: EntryKind,
    reference: str,
    money: Money,
    *,
    payment: str,
    account_id: str | None,
    at: datetime | None = None,
) -> bool:
    """Add a movement (signed, seen from the merchant); False where it stands there already.

    The order is locked by the caller.
    """
    facts = {"order_id": order.id, "kind": kind, "reference": reference}
    if db.session.query(Entry.id).filter_by(**facts).first():
        return False
    db.session.add(
        Entry(
            id=new_id("led"),
            store_id=order.store_id,
            amount=money.amount,
            currency=money.currency,
            payment=payment,
            account_id=account_id,
            at=at or now(),
            **facts,
        )
    )
    return True
