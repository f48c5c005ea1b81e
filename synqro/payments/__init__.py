"""Stripe: connected accounts, checkout, and the inbox of events."""

from .models import Account, Provider, StripeEvent

__all__ = ["Account", "Provider", "StripeEvent"]
