"""Orders: placed in the widget, paid through Stripe, shipped by the maker."""

from .models import Address, Customer, Line, Order, Status, Tracking

__all__ = ["Address", "Customer", "Line", "Order", "Status", "Tracking"]
