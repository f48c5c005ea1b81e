"""Orders made from accepted quotes, without a quote behind them."""

from collections.abc import Callable
from typing import Any

from synqro import orders, stores
from synqro.orders import Agreed, AgreedLine, Change, Order
from tests.orders.shop import SAM

QUOTE = "qt_1042"


def agreed(total: int = 4_900, due: int | None = None, **more: Any) -> Agreed:
    """Two brackets, all of it in one line; `due` is a deposit."""
    facts: dict[str, Any] = {
        "lines": [AgreedLine("Bracket in PETG", 1, total)],
        "subtotal": total,
        "shipping": 0,
        "tax": 0,
        "total": total,
        "due": total if due is None else due,
        "tax_rate_bp": 0,
        "tax_label": None,
        "tax_included": False,
        "lead_time_days": 5,
    }
    return Agreed(**facts | more)


def accepted(
    store: stores.Store, total: int = 4_900, due: int | None = None, **more: Any
) -> orders.Placed:
    """An order of an accepted quote, without a page yet."""
    return orders.place_from_quote(store, QUOTE, agreed(total, due, **more), customer=SAM)


def listener(heard: list[Change]) -> Callable[[Order, Change], None]:
    def listen(order: Order, change: Change) -> None:
        assert order.quote_id == QUOTE
        heard.append(change)

    return listen
