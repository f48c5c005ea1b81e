"""The rows of a payout as lines: each named in our words, and matched to its order."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from synqro import orders
from synqro.core.ids import new_id
from synqro.orders import EntryKind, Movement, Paid
from synqro.payments import Payout, PayoutRow
from synqro.settlements.models import LineType, Reconciliation
from synqro.settlements.naming import OF_AN_ORDER, category_of, entry_kind, type_of

Line = dict[str, Any]
TOTALS = (
    "gross_sales",
    "refunds",
    "fees",
    "labels",
    "disputes",
    "adjustments",
    "tax_withheld",
    "reserve",
)
TOTAL_OF = {
    LineType.SALE: "gross_sales",
    LineType.REFUND: "refunds",
    LineType.FEE: "fees",
    LineType.SHIPPING_LABEL: "labels",
    LineType.DISPUTE: "disputes",
    LineType.ADJUSTMENT: "adjustments",
    LineType.TRANSFER: "adjustments",
    LineType.TAX_WITHHELD: "tax_withheld",
    LineType.RESERVE: "reserve",
}


class Moved(NamedTuple):
    """What of a line tells which rows of the ledger it brings."""

    type: LineType
    category: str
    net: int
    fee: int
    external_id: str
    source_id: str | None
    payment: str | None


def lines_of(store_id: str, account_id: str, rows: Iterable[PayoutRow]) -> list[Line]:
    """Give back the values of the lines that these rows make in a store, in their order.

    A row that is told twice counts once. Reads the orders; writes nothing.
    """
    told = list({row.id: row for row in rows}.values())
    found = orders.orders_of_payments(store_id, account_id, _payments(told), named(told))
    return [_line(store_id, row, found.get(row.payment or "")) for row in told]


def match_again(account_id: str, lines: Sequence[Line]) -> None:
    """Look once more for the orders of lines that had none."""
    lacking = [line for line in lines if line["unmatched"] and line["payment"]]
    if not lacking:
        return
    payments = [line["payment"] for line in lacking]
    found = orders.orders_of_payments(lacking[0]["store_id"], account_id, payments, {})
    for line in lacking:
        if order := found.get(line["payment"]):
            line |= {"order_id": order.order_id, "order_number": order.number, "unmatched": False}


def named(rows: Iterable[PayoutRow]) -> dict[str, str]:
    """Give back which order a payment names, where it names one."""
    return {row.payment: row.order_id for row in rows if row.payment and row.order_id}


def moved(row: PayoutRow) -> Moved:
    """Give back what of a row tells which rows of the ledger it brings."""
    said = (type_of(row), category_of(row), row.net, row.fee)
    return Moved(*said, row.id, row.source_id, row.payment)


def movements(lines: Iterable[Moved]) -> Iterator[Movement]:
    """Give back the rows of the ledger that these lines bring to the bank."""
    for line in lines:
        if not line.payment:
            continue
        kind = entry_kind(line.type, line.category, line.net)
        reference = line.payment if kind is EntryKind.PAYMENT else line.source_id
        if kind and reference:
            yield Movement(line.payment, kind, reference)
        if line.fee:
            yield Movement(line.payment, EntryKind.FEE, line.external_id)


def added_up(payout: Payout, lines: Sequence[Line]) -> dict[str, Any]:
    """Give back what a settlement says of all its lines.

    A line counts in its own total with what it brings before its fee, and in `fees` with
    that: so the totals and what it cost to pay out always are the net less the difference.
    """
    sums = Counter(dict.fromkeys(TOTALS, 0))
    for line in lines:
        sums[TOTAL_OF[line["type"]]] += line["net"] - line["fee"]
        sums["fees"] += line["fee"]
    difference = payout.amount - (sum(line["net"] for line in lines) - payout.fee)
    moments = [line["occurred_at"] for line in lines]
    return {
        **sums,
        "difference": difference,
        "reconciliation": Reconciliation.UNBALANCED if difference else Reconciliation.BALANCED,
        "line_count": len(lines),
        "order_count": len({line["order_id"] for line in lines} - {None}),
        "unmatched_lines": sum(line["unmatched"] for line in lines),
        "period_from": min(moments, default=None),
        "period_to": max(moments, default=None),
    }


def _payments(rows: Iterable[PayoutRow]) -> Iterator[str]:
    return (row.payment for row in rows if row.payment)


def _line(store_id: str, row: PayoutRow, order: Paid | None) -> Line:
    type, category = type_of(row), category_of(row)
    return {
        "id": new_id("stl"),
        "store_id": store_id,
        "type": type,
        "category": category,
        "external_id": row.id,
        "source_id": row.source_id,
        "payment": row.payment,
        "order_id": order.order_id if order else None,
        "order_number": order.number if order else None,
        "external_order_id": None,
        "unmatched": order is None and type in OF_AN_ORDER,
        "gross": row.gross,
        "fee": row.fee,
        "net": row.net,
        "fee_details": row.fee_details,
        "tax_collected": None,
        "description": row.description or _described(category, order),
        "occurred_at": row.created,
    }


def _described(category: str, order: Paid | None) -> str:
    words = category.replace("_", " ").capitalize()
    return f"{words}, order {order.number}" if order else words
