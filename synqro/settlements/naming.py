"""What Stripe calls a movement, in our words."""

from synqro.orders import EntryKind
from synqro.payments import PayoutRow
from synqro.settlements.models import LineType

# Stripe's types and categories, https://docs.stripe.com/reports/balance-transaction-types.
SALES = frozenset({"charge", "payment"})
REFUNDS = frozenset(
    {"payment_failure_refund", "payment_refund", "payment_reversal", "refund", "refund_failure"}
)
FEES = frozenset({"stripe_fee", "stripe_fx_fee", "tax_fee"})
FEE_CATEGORIES = frozenset({"fee", "network_cost", "tax"})
RESERVES = frozenset(
    {
        "payment_network_reserve_hold",
        "payment_network_reserve_release",
        "payout_minimum_balance_hold",
        "payout_minimum_balance_release",
        "reserve_hold",
        "reserve_release",
        "reserve_transaction",
        "reserved_funds",
    }
)
CAME_BACK = frozenset({"payout_cancel", "payout_failure"})
PAYOUT = "payout"  # one made by hand, or one that took another back
TRANSFERS = CAME_BACK | {
    PAYOUT,
    "connect_collection_transfer",
    "inbound_transfer",
    "inbound_transfer_reversal",
    "topup",
    "topup_reversal",
    "transfer",
    "transfer_cancel",
    "transfer_failure",
    "transfer_refund",
}
DISPUTED, DISPUTE_REVERSED = "dispute", "dispute_reversal"
WITHHELD = "tax_deducted_at_source"  # a kind of source
OF_AN_ORDER = (LineType.SALE, LineType.REFUND, LineType.DISPUTE)
BY_TYPE = {
    LineType.SALE: SALES,
    LineType.REFUND: REFUNDS,
    LineType.FEE: FEES,
    LineType.RESERVE: RESERVES,
    LineType.TRANSFER: TRANSFERS,
}


def type_of(row: PayoutRow) -> LineType:
    """Give back what a movement is; one that nobody has heard of is an adjustment."""
    for found, words in BY_TYPE.items():
        if row.type in words:
            return found
    if row.category in (DISPUTED, DISPUTE_REVERSED) or row.source_kind == "dispute":
        return LineType.DISPUTE
    if row.category in FEE_CATEGORIES:
        return LineType.FEE
    return LineType.TAX_WITHHELD if row.source_kind == WITHHELD else LineType.ADJUSTMENT


def category_of(row: PayoutRow) -> str:
    """Give back Stripe's own word for a movement, the one that says the most."""
    return row.category if row.type == "adjustment" and row.category else row.type


def entry_kind(type: LineType, category: str, net: int) -> EntryKind | None:
    """Give back what the ledger calls a line (`net` tells which way a dispute's went)."""
    if type is LineType.SALE:
        return EntryKind.PAYMENT
    if type is LineType.REFUND:
        return EntryKind.REFUND_FAILED if category == "refund_failure" else EntryKind.REFUND
    if type is LineType.DISPUTE:
        back = category == DISPUTE_REVERSED or (category != DISPUTED and net > 0)
        return EntryKind.DISPUTE_REVERSED if back else EntryKind.DISPUTE
    return None
