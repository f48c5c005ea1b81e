"""Asking for a refund: checked against the ledger and written down, before Stripe hears of it."""

from datetime import timedelta

from sqlalchemy import select

from synqro import catalogue
from synqro.core.clock import now
from synqro.core.currencies import step
from synqro.core.db import db, transaction
from synqro.core.errors import field_error
from synqro.orders.books import left_by_payment, sums, waiting
from synqro.orders.entering import add_refund
from synqro.orders.errors import NotRefundable, RefundChanged
from synqro.orders.ledger_models import Entry, EntryKind, Refund
from synqro.orders.models import Order
from synqro.orders.noting import find_locked

# Longer than a call takes with its repeats: until then the refund is its caller's own.
LEASE = timedelta(seconds=60)
Pieces = dict[str, int]


@transaction()
def ask(
    store_id: str,
    order_id: str,
    *,
    amount: int | None = None,
    restock: Pieces | bool = False,
    note: str | None = None,
    key: str | None = None,
    seen: int | None = None,
    person_id: str | None = None,
    cancels: bool = False,
) -> list[str]:
    """Write down what Stripe is to be asked, and give back the ids of those refunds."""
    order = find_locked(store_id, order_id)
    if key and (known := asked_before(order, key)):
        return known
    left = left_by_payment(order)
    wanted = _checked(order, amount, left, seen)
    pieces = checked_pieces(order, restock)
    said = {
        "request_key": key,
        "note": note,
        "person_id": person_id,
        "cancels": cancels,
        "attempts": 1,
        "next_at": now() + LEASE,
    }
    made = []
    for payment, share in _shared(wanted, left).items():
        account_id = _account_of(order, payment)
        made.append(add_refund(order, payment, account_id, share, restock=pieces, **said))
        pieces = None  # they go back once
    order.updated_at = now()
    return [row.id for row in made]


def restockable(order: Order) -> Pieces:
    """Give back which pieces can go back on the shelf: {variant id: how many}."""
    there = catalogue.stock.taken(order.id)
    for row in waiting(order):
        for variant_id, quantity in (row.restock or {}).items():
            there[variant_id] = there.get(variant_id, 0) - quantity
    return {variant_id: quantity for variant_id, quantity in there.items() if quantity > 0}


def asked_before(order: Order, key: str) -> list[str]:
    mine = select(Refund.id).where(Refund.order_id == order.id, Refund.request_key == key)
    return list(db.session.scalars(mine.order_by(Refund.id)))


def _checked(order: Order, amount: int | None, left: Pieces, seen: int | None) -> int:
    rest = sum(left.values())
    if not rest:
        nothing = "There is nothing left to refund on this order."
        raise NotRefundable(nothing if sums(order).paid else "This order was never paid.")
    if seen is not None and seen != rest:
        say = f"Another refund came in between: {order.money(rest)} can be refunded now."
        raise RefundChanged(say, refundable=order.money(rest).number)
    wanted = rest if amount is None else amount
    if wanted <= 0 or wanted % step(order.currency):
        raise field_error("amount", "invalid_amount", "Enter an amount to refund.")
    if wanted > rest:
        say = f"At most {order.money(rest)} can be refunded."
        raise field_error("amount", "amount_too_large", say)
    return wanted


def checked_pieces(order: Order, restock: Pieces | bool) -> Pieces | None:
    there = restockable(order)
    if isinstance(restock, bool):
        return (there or None) if restock else None
    for variant_id, quantity in restock.items():
        most = there.get(variant_id, 0)
        if not 0 <= quantity <= most:
            say = f"At most {most} of these can go back on the shelf."
            raise field_error("restock", "too_many", say)
    return {variant_id: quantity for variant_id, quantity in restock.items() if quantity} or None


def _shared(wanted: int, left: Pieces) -> Pieces:
    shares = {}
    for payment, amount in left.items():
        if share := min(wanted, amount):
            shares[payment] = share
            wanted -= share
    return shares


def _account_of(order: Order, payment: str) -> str:
    mine = {"order_id": order.id, "kind": EntryKind.PAYMENT, "reference": payment}
    entry = db.session.query(Entry).filter_by(**mine).one()
    return entry.account_id or order.session_account or ""
