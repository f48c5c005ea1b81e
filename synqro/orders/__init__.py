"""Orders: placed in the widget, paid through Stripe, shipped by the maker."""

from .basket import MOST_ITEMS, Item, quote_total
from .errors import (
    NotPayable,
    NotShippable,
    NotStartable,
    OrderExpired,
    OrderNotFound,
    PaymentProcessing,
    PriceChanged,
    StoreClosed,
)
from .fulfilment import add_note, ship, start
from .lapsing import due, expire_due, look_again
from .models import (
    Address,
    Customer,
    Entry,
    Happening,
    Line,
    Order,
    Status,
    TimelineKind,
    Tracking,
)
from .paying import can_pay, checkout_page, pay
from .placing import Placed, place
from .pricing import PricedLine, Problem, Totals
from .reading import (
    Sales,
    balance_due,
    by_token,
    counts,
    find,
    ledger,
    link_token,
    paid,
    queue,
    sales,
    timeline,
)
from .settling import follow, give_up, mark_paid, mark_settling, payment_failed
from .wire import as_wire
from .worklist import Shown, Waiting, leaves_on, waiting, worklist

__all__ = [
    "MOST_ITEMS", "Address", "Customer", "Entry", "Happening", "Item", "Line", "NotPayable",
    "NotShippable", "NotStartable", "Order", "OrderExpired", "OrderNotFound", "PaymentProcessing",
    "Placed", "PriceChanged", "PricedLine", "Problem", "Sales", "Shown", "Status", "StoreClosed",
    "TimelineKind", "Totals", "Tracking", "Waiting", "add_note", "as_wire", "balance_due",
    "by_token", "can_pay", "checkout_page", "counts", "due", "expire_due", "find", "follow",
    "give_up", "leaves_on", "ledger", "link_token", "look_again", "mark_paid", "mark_settling",
    "paid", "pay", "payment_failed", "place", "queue", "quote_total", "sales", "ship", "start",
    "timeline", "waiting", "worklist",
]  # fmt: skip
