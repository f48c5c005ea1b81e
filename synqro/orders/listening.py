"""Who follows orders and their ledger: told of each change as it is made."""

from enum import StrEnum

from synqro.core.db import db
from synqro.core.wiring import plugged
from synqro.orders.models import Order


class Change(StrEnum):
    """What became of an order. Late money is a payment that nobody asked for any more."""

    PAID = "paid"
    BALANCE_PAID = "balance_paid"
    CANCELLED = "cancelled"
    CANCELLED_BY_CUSTOMER = "cancelled_by_customer"
    REFUNDED = "refunded"
    PAYMENT_FAILED = "payment_failed"
    LATE_MONEY = "late_money"


def tell_followers(order: Order, change: Change) -> None:
    """Call whoever create_app plugged in to follow orders made from quotes, inside the
    transaction of the change.

    A follower that raises undoes the change, and whoever told us of it comes again.
    """
    if order.quote_id:
        db.session.flush()
        for follow in plugged("order_listeners"):
            follow(order, change)


def tell_of_ledger(order: Order) -> None:
    """Call whoever follows the ledger, inside the transaction that may have added to it."""
    db.session.flush()
    for follow in plugged("ledger_listeners"):
        follow(order)
