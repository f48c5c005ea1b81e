"""Who follows the orders that were made from quotes: told of each change as it is made."""

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
    """Call whoever create_app plugged in, inside the transaction of the change.

    A follower that raises undoes the change, and whoever told us of it comes again.
    """
    if order.quote_id:
        db.session.flush()
        for follow in plugged("order_listeners"):
            follow(order, change)
