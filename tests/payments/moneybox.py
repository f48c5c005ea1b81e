"""Orders that are paid at the sandbox, and what a test does with their money there."""

from typing import Any

from synqro import catalogue, events, mail, orders, stores
from synqro.core.db import db
from synqro.jobs import orders as jobs
from synqro.jobs import stripe_events
from synqro.orders import EntryKind, Order
from synqro.payments import Provider
from synqro.payments.client import options, speaking
from tests.payments.till import Till, checkout, fresh


def paid(till: Till, shop: stores.Store, product: catalogue.Product, quantity: int = 1) -> Order:
    """An order that was paid at the sandbox."""
    order = checkout(shop, product, quantity)
    till.press(order, "pay")
    return till.until(order, "paid")


def payment(order: Order) -> str:
    found = [e for e in orders.ledger(order) if e.kind is EntryKind.PAYMENT]
    return found[0].reference


def refund_at_stripe(order: Order, amount: int | None = None, **more: Any) -> Any:
    """Refund as the merchant does in Stripe's dashboard, knowing nothing of us."""
    params: Any = {"payment_intent": payment(order), **more}
    if amount is not None:
        params["amount"] = amount
    with speaking(Provider.SANDBOX) as client:
        return client.v1.refunds.create(params, options(order.session_account))


def refunds_at_stripe(order: Order) -> list[Any]:
    """What Stripe knows of refunds of the order's payment, the newest first."""
    with speaking(Provider.SANDBOX) as client:
        found = client.v1.refunds.list(
            {"payment_intent": payment(order), "limit": 100}, options(order.session_account)
        )
        return list(found.data)


def stock(product: catalogue.Product) -> tuple[int | None, int]:
    db.session.rollback()
    row = db.session.execute(
        db.select(catalogue.Variant.stock, catalogue.Variant.held).filter_by(product_id=product.id)
    )
    return tuple(row.one())


def kinds(order: Order) -> list[str]:
    return [row.kind.value for row in orders.timeline(fresh(order))]


def emitted(order: Order) -> list[str]:
    db.session.rollback()
    found = db.session.scalars(db.select(events.Event).order_by(events.Event.id))
    return [event.type for event in found if order.id in event.body.decode()]


def mailed(template: str) -> list[mail.Message]:
    db.session.rollback()
    mine = db.select(mail.Message).filter_by(template=template).order_by(mail.Message.id)
    return list(db.session.scalars(mine))


def look(till: Till, clock: Any, seconds: float = 700) -> None:
    """Let time pass, the sweeps with it, and work through what they rang for."""
    clock.forward(seconds)
    stripe_events.sweep()
    jobs.send_refunds()
    jobs.look_after_money()
    till.run_jobs()


def charge(order: Order) -> str:
    with speaking(Provider.SANDBOX) as client:
        found = client.v1.payment_intents.retrieve(
            payment(order), {}, options(order.session_account)
        )
    return str(found.latest_charge)


def dispute(till: Till, order: Order, **how: Any) -> str:
    """Let the customer's bank contest the payment; gives back the dispute's id."""
    return str(till.ask(f"charges/{charge(order)}/dispute", **how)["id"])


def balance_at_stripe(order: Order) -> int:
    """What the payment has left in the account at Stripe, all its fees taken."""
    with speaking(Provider.SANDBOX) as client:
        rows = client.v1.balance_transactions.list({"limit": 100}, options(order.session_account))
        return sum(row.net for row in rows.auto_paging_iter())


def booked(order: Order) -> int:
    """The same by our ledger."""
    db.session.rollback()
    return sum(entry.amount for entry in orders.ledger(order))
