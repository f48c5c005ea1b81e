"""The views of this face, imported for their routes."""

from synqro.web.storefront import config, orders, products, quotes, tus, uploads

__all__ = ["config", "orders", "products", "quotes", "tus", "uploads"]
