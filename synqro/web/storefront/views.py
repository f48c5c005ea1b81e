"""The views of this face, imported for their routes."""

from synqro.web.storefront import config, orders, products

__all__ = ["config", "orders", "products"]
