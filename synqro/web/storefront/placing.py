"""Placing an order that a body asks for, once for each idempotency key."""

from flask import g

from synqro import orders
from synqro.core.db import transaction
from synqro.web import idempotent
from synqro.web.storefront.bodies import OrderIn


@transaction()
def place(body: OrderIn) -> orders.Placed:
    """Place the order and bind it to the request's idempotency key. Raises as orders.place does."""
    placed = orders.place(
        g.store,
        items=body.wishes(),
        customer=body.customer.as_customer(),
        shipping_option_id=body.shipping_option_id,
        note=body.note,
        expected_total=body.expected_total,
        metadata=body.metadata,
        return_url=body.return_url,
        cancel_url=body.cancel_url,
    )
    idempotent.bind(placed.order.id)
    return placed


def placed_before() -> orders.Placed | None:
    """Give back the order that an earlier request with this key left behind when it died.

    One that was given up is no order.
    """
    made = idempotent.made()
    if made is None:
        return None
    order = orders.find(g.store.id, made)
    expired = order.status is orders.Status.EXPIRED
    return None if expired else orders.Placed(order, orders.link_token(order))
