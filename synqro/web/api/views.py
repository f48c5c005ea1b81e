"""The views of this face, imported for their routes."""

from synqro.web.api import calls, document, events, images, order_steps, orders, products, store

__all__ = ["calls", "document", "events", "images", "order_steps", "orders", "products", "store"]
