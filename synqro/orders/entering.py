"""The ways into the books: a movement once and never changed again, and a refund asked for."""

from datetime import datetime
from typing import Any

from synqro.core.clock import now
from synqro.core.db import db
from synqro.core.ids import new_id
from synqro.core.money import Money
from synqro.orders.ledger_models import Entry, EntryKind, Refund, RefundStatus
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
    surplus: bool = False,
) -> bool:
    """Add a movement (signed, seen from the merchant); False where it stands there already.

    `surplus` marks a payment that nobody asked for. The order is locked by the caller.
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
            surplus=surplus,
            at=at or now(),
            **facts,
        )
    )
    return True


def add_refund(order: Order, payment: str, account_id: str, amount: int, **said: Any) -> Refund:
    """Add a refund (minor units of the order's currency) that Stripe has not answered yet.

    `said` is what is known of it beyond that. The order is locked by the caller.
    """
    at = now()
    unknown = dict.fromkeys(
        ("reference", "request_key", "failure", "note", "restock", "person_id"), None
    )
    begun = {"cancels": False, "attempts": 0, "next_at": at}
    row = Refund(
        id=new_id("rfd"),
        store_id=order.store_id,
        order_id=order.id,
        payment=payment,
        account_id=account_id,
        amount=amount,
        currency=order.currency,
        status=RefundStatus.REQUESTED,
        created_at=at,
        updated_at=at,
        **(unknown | begun | said),
    )
    db.session.add(row)
    return row
