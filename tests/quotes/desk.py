"""What a test sees of a quote, and how its money comes in."""

from typing import Any

from synqro import events, mail, orders, quotes
from synqro.core.db import db
from synqro.orders import Order
from tests.orders.shop import session


def fresh(quote: quotes.Quote) -> quotes.Quote:
    db.session.rollback()
    return db.session.get_one(quotes.Quote, quote.id, populate_existing=True)


def kinds(quote: quotes.Quote) -> list[str]:
    return [row.kind.value for row in quotes.timeline(quote)]


def told() -> list[str]:
    """Every event that was sent, the oldest first."""
    return list(db.session.scalars(db.select(events.Event.type).order_by(events.Event.id)))


def mails() -> list[str]:
    """The template of every mail that was asked for, the oldest first."""
    rows = db.select(mail.Message.template).order_by(mail.Message.id)
    return [name.removeprefix("quotes/") for name in db.session.scalars(rows)]


def money_comes(order: Order, **facts: Any) -> None:
    """Stripe tells of a payment of what is due on the order."""
    db.session.rollback()
    now = db.session.get_one(Order, order.id, populate_existing=True)
    given = {"amount": now.session_amount, "payment_id": f"pi_{order.id}", **facts}
    orders.follow(session(now, **given))
