"""Orders: placed in the widget, paid through Stripe, shipped by the maker."""

from .accepting import Agreed, AgreedLine, check_chargeable, place_from_quote
from .asking_back import restockable
from .auditing import Difference, audit
from .basket import MOST_ITEMS, Item, quote_total
from .books import (
    Books,
    Sums,
    amount_due,
    balance_due,
    balances,
    being_cancelled,
    books_of,
    disputes,
    paid,
    refundable,
    refunds,
    sums,
    sums_of,
)
from .cancelling import can_cancel, cancel, cancel_by_customer, withdraw
from .closing import close_checkouts
from .comparing import Unread, compare
from .contesting import reason_in_words, speaks_of_dispute
from .errors import (
    NotCancellable,
    NotPayable,
    NotRefundable,
    NotShippable,
    NotStartable,
    OrderExpired,
    OrderNotFound,
    PaymentProcessing,
    PriceChanged,
    RefundChanged,
    StoreClosed,
)
from .following_money import follow_money, knows_payment
from .fulfilment import add_note, ship, start
from .lapsing import look_again
from .ledger_models import Dispute, DisputeStatus, Entry, EntryKind, Refund, RefundStatus
from .listening import Change
from .models import Address, Customer, Happening, Line, Order, Status, TimelineKind, Tracking
from .noting import settle_problem
from .paying import can_pay, checkout_page, pay, payable_page
from .paying_out import (
    Movement,
    NotPaidOut,
    Paid,
    behind,
    count_not_paid_out,
    mark_paid_out,
    not_paid_out,
    orders_of_payments,
    wait_again,
)
from .placing import Placed, place
from .pricing import PricedLine, Problem, Totals, tax_on
from .reading import (
    Sales,
    by_token,
    find,
    ledger,
    link_token,
    numbers,
    several,
    timeline,
)
from .refunding import due_refunds, refund, send_refund
from .regulars import bought_before
from .selling import Named, coming_sums, last_paid, late_ones, named, sales_of
from .settling import follow, give_up, mark_paid, mark_settling, payment_failed
from .sifting import Sought, changed_first, newest_first
from .sold import Sold, sold
from .sweeping import stores_to_sweep, sweep
from .watching import due_looks, look_at_money
from .wire import as_wire
from .worklist import Shown, Waiting, leaves_on, waiting, waiting_counts, worklist

__all__ = [
    "MOST_ITEMS", "Address", "Agreed", "AgreedLine", "Books", "Change", "Customer", "Difference",
    "Dispute", "DisputeStatus", "Entry", "EntryKind", "Happening", "Item", "Line", "Movement",
    "Named", "NotCancellable", "NotPaidOut", "NotPayable", "NotRefundable", "NotShippable",
    "NotStartable", "Order", "OrderExpired", "OrderNotFound", "Paid", "PaymentProcessing", "Placed",
    "PriceChanged", "PricedLine", "Problem", "Refund", "RefundChanged", "RefundStatus", "Sales",
    "Shown", "Sold", "Sought", "Status", "StoreClosed", "Sums", "TimelineKind", "Totals",
    "Tracking", "Unread", "Waiting", "add_note", "amount_due", "as_wire", "audit", "balance_due",
    "balances", "behind", "being_cancelled", "books_of", "bought_before", "by_token", "can_cancel",
    "can_pay", "cancel", "cancel_by_customer", "changed_first", "check_chargeable", "checkout_page",
    "close_checkouts", "coming_sums", "compare", "count_not_paid_out", "disputes", "due_looks",
    "due_refunds", "find", "follow", "follow_money", "give_up", "knows_payment", "last_paid",
    "late_ones", "leaves_on", "ledger", "link_token", "look_again", "look_at_money", "mark_paid",
    "mark_paid_out", "mark_settling", "named", "newest_first", "not_paid_out", "numbers",
    "orders_of_payments", "paid", "pay", "payable_page", "payment_failed", "place",
    "place_from_quote", "quote_total", "reason_in_words", "refund", "refundable", "refunds",
    "restockable", "sales_of", "send_refund", "settle_problem", "several", "ship", "sold",
    "speaks_of_dispute", "start", "stores_to_sweep", "sums", "sums_of", "sweep", "tax_on",
    "timeline", "wait_again", "waiting", "waiting_counts", "withdraw", "worklist",
]  # fmt: skip
