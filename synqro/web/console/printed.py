"""What an order really took: grams and hours of its printed parts."""

from typing import Any

from synqro import orders


def shown(order: orders.Order) -> dict[str, Any]:
    """Give back what templates/console/orders/_printed.html shows."""
    return {}
