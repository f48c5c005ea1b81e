"""Stripe's units of money: like ours, but for two currencies without a minor unit."""

HUNDREDFOLD = frozenset({"ISK", "UGX"})


def to_stripe(amount: int, currency: str) -> int:
    """Turn our minor units into what Stripe is told."""
    return amount * 100 if currency in HUNDREDFOLD else amount


def from_stripe(amount: int, currency: str) -> int | None:
    """Turn what Stripe says into our minor units; None where that leaves a fraction."""
    if currency not in HUNDREDFOLD:
        return amount
    whole, rest = divmod(amount, 100)
    return None if rest else whole
