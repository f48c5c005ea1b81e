"""The views of this face, imported for their routes."""

from synqro.web.api import (
    calls,
    deliveries,
    document,
    events,
    images,
    listings,
    order_steps,
    orders,
    products,
    quote_answers,
    quotes,
    settlements,
    store,
    suggestion,
    webhooks,
)

__all__ = [
    "calls",
    "deliveries",
    "document",
    "events",
    "images",
    "listings",
    "order_steps",
    "orders",
    "products",
    "quote_answers",
    "quotes",
    "settlements",
    "store",
    "suggestion",
    "webhooks",
]
