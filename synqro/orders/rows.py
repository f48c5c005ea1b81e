"""The rows of a new order, written by plain statements: this is the hot path."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import Table, insert
from sqlalchemy.orm import make_transient_to_detached
from sqlalchemy.orm.attributes import set_committed_value

from synqro.core.db import db
from synqro.orders.models import Customer, Line, Order, Status
from synqro.orders.pricing import PricedLine, Totals
from synqro.stores import Store

# Stripe's sessions live 30 minutes at least; the pieces are held a little longer, so that
# a payment of the last second still finds them.
SESSION_LIVES = timedelta(minutes=31)
HELD = timedelta(minutes=33)
FIRST_LOOK = timedelta(minutes=2)
STOREFRONT = "storefront"
ADD_ORDER = insert(cast(Table, Order.__table__))
ADD_LINES = insert(cast(Table, Line.__table__))
RENAMED = ("metadata", "carrier", "tracking_number")


def begun(at: datetime) -> dict[str, Any]:
    """What every order begins with."""
    return {
        "marketplace": STOREFRONT,
        "status": Status.AWAITING_PAYMENT,
        "quote_id": None,
        "deposit": None,
        "attempt": 1,
        "session_id": None,
        "session_expires_at": at + SESSION_LIVES,
        "checkout_url": None,
        "expires_at": at + HELD,
        "look_at": at + FIRST_LOOK,
        "money_look_at": None,
        "settling": False,
        "oversold": False,
        "payment_problem": None,
        "carrier": None,
        "tracking_number": None,
        "created_at": at,
        "updated_at": at,
        "paid_at": None,
        "ship_by": None,
        "shipped_at": None,
        "cancelled_at": None,
        "version": 1,
    }


def agreed(store: Store, totals: Totals, option: dict[str, Any] | None) -> dict[str, Any]:
    """What was agreed on, copied, so that it stays when the store changes."""
    days = [line.lead_time_days for line in totals.lines if line.lead_time_days is not None]
    return {
        "store_id": store.id,
        "currency": totals.currency,
        "subtotal": totals.subtotal,
        "shipping": totals.shipping,
        "tax": totals.tax,
        "total": totals.total,
        "session_amount": totals.total,
        "tax_rate_bp": store.tax_rate_bp,
        "tax_label": store.tax_label,
        "tax_included": store.tax_included,
        "shipping_option": option["name"] if option else None,
        "lead_time_days": max(days, default=None),
    }


def wished(
    customer: Customer,
    note: str | None,
    metadata: dict[str, str],
    return_url: str | None,
    cancel_url: str | None,
) -> dict[str, Any]:
    """What the buyer said, and where the buyer wants to return to."""
    return {
        "customer_name": customer.name,
        "customer_email": customer.email,
        "customer_phone": customer.phone,
        "customer_address": asdict(customer.address) if customer.address else None,
        "note": note,
        "metadata": metadata,
        "return_url": return_url,
        "cancel_url": cancel_url,
    }


def copied(line: PricedLine) -> dict[str, Any]:
    """What an order keeps of a line."""
    return {
        "product_id": line.product_id,
        "variant_id": line.variant_id,
        "title": line.title,
        "sku": line.sku,
        "options": line.options,
        "unit_price": line.unit_price,
        "quantity": line.quantity,
    }


def write(row: dict[str, Any], lines: Sequence[dict[str, Any]]) -> Order:
    """Insert an order with its lines, and give it back detached without reading it again."""
    written = [
        {"order_id": row["id"], "position": position, **line} for position, line in enumerate(lines)
    ]
    db.session.execute(ADD_ORDER, row)
    db.session.execute(ADD_LINES, written)
    plain = {key: value for key, value in row.items() if key not in RENAMED}
    order = Order(meta=row["metadata"], tracking=None, **plain)
    make_transient_to_detached(order)
    set_committed_value(order, "lines", [Line(**line) for line in written])
    return order
