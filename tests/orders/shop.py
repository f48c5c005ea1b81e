"""Orders made and paid in one line, without a network."""

from typing import Any

from synqro import catalogue, orders, stores
from synqro.core.db import db
from synqro.orders import Address, Customer, Item, Order, Placed
from synqro.payments import Provider, Session
from synqro.payments.accounts import State, adopt

SAM = Customer("Sam Field", "sam@example.com", "+44 20 7946 0000", Address("1 High Street"))
ACCOUNT = "acct_test1"


def set_up_payments(store: stores.Store, account_id: str = ACCOUNT) -> None:
    adopt(store.id, Provider.SANDBOX, account_id, State(ready=True, missing=[], closed=False))


def place(
    store: stores.Store, product: catalogue.Product, quantity: int = 1, **more: Any
) -> Placed:
    given = {"customer": SAM, "items": [Item(product.id, quantity)], **more}
    return orders.place(store, **given)


def session(order: Order, **facts: Any) -> Session:
    """The order's session as Stripe would tell it: paid, unless `facts` say otherwise."""
    told: dict[str, Any] = {
        "id": f"cs_{order.id}",
        "url": None,
        "provider": Provider.SANDBOX,
        "account_id": order.session_account,
        "livemode": False,
        "order_id": order.id,
        "status": "complete",
        "payment_status": "paid",
        "payment_failed": False,
        "amount": order.total,
        "currency": order.currency,
        "payment_id": f"pi_{order.id}",
    }
    return Session(**told | facts)


def fresh(order: Order) -> Order:
    db.session.rollback()
    return db.session.get_one(Order, order.id, populate_existing=True)


def stock(product: catalogue.Product) -> tuple[int | None, int]:
    """How many are there, and how many of them are promised."""
    db.session.rollback()
    [variant] = db.session.scalars(
        db.select(catalogue.Variant)
        .filter_by(product_id=product.id)
        .execution_options(populate_existing=True)
    )
    return variant.stock, variant.held


def kinds(order: Order) -> list[str]:
    return [row.kind.value for row in orders.timeline(order)]
