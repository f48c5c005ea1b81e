"""Settlements with their lines, written past the service that reads payouts."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import insert

from synqro import orders, settlements, stores
from synqro.core.clock import now
from synqro.core.db import db, transaction
from synqro.core.ids import id_after, new_id
from synqro.settlements import LineType, Reconciliation, Settlement, SettlementLine, Source, Status
from tests.conftest import Clock

BATCH = 10_000
KINDS = {
    LineType.SALE: "gross_sales",
    LineType.REFUND: "refunds",
    LineType.FEE: "fees",
    LineType.SHIPPING_LABEL: "labels",
    LineType.DISPUTE: "disputes",
    LineType.ADJUSTMENT: "adjustments",
    LineType.TAX_WITHHELD: "tax_withheld",
    LineType.TRANSFER: "adjustments",
    LineType.RESERVE: "reserve",
}
SUMS = {*KINDS.values(), "payout_fee"}


def line(
    gross: int = 4_590,
    fee: int = -94,
    *,
    type: LineType = LineType.SALE,
    order: orders.Order | None = None,
    **facts: Any,
) -> dict[str, Any]:
    """A line of a payout: a sale for 45.90 of which 0.94 are taken, unless told otherwise."""
    told = {
        "type": type,
        "category": "charge" if type is LineType.SALE else type.value,
        "gross": gross,
        "fee": fee,
        "net": gross + fee,
        "order_id": order.id if order else None,
        "order_number": order.number if order else None,
        "unmatched": False,
        "fee_details": [{"type": "stripe_fee", "amount": fee}] if fee else [],
        "description": "",
        "occurred_at": datetime(2026, 11, 18, 9, 30, tzinfo=UTC),
    }
    return told | facts


@transaction()
def settled(
    store: stores.Store,
    lines: Sequence[dict[str, Any]] = (),
    *,
    arrives: str = "2026-11-20",
    difference: int = 0,
    **facts: Any,
) -> Settlement:
    """A payout of these lines that arrives on a day; `difference` is what it has beyond them."""
    begun = datetime.fromisoformat(f"{arrives}T08:00:00+00:00") - timedelta(days=2)
    sums = dict.fromkeys(SUMS, 0)
    for one in lines:
        sums[KINDS[one["type"]]] += one["net"] - one["fee"]
        sums["fees"] += one["fee"]
    fee = facts.get("payout_fee", 0)
    found = {
        "id": id_after(None, "set", begun),
        "store_id": store.id,
        "source": Source.STRIPE,
        "account_id": "acct_test1",
        "external_payout_id": new_id("po"),
        "status": Status.COMPLETED,
        "currency": store.currency,
        "period_from": min((one["occurred_at"] for one in lines), default=None),
        "period_to": max((one["occurred_at"] for one in lines), default=None),
        "initiated_at": begun,
        "arrival_date": arrives,
        "destination_last4": "4242",
        **sums,
        "net": sum(one["net"] for one in lines) + fee + difference,
        "order_count": len({one["order_id"] for one in lines} - {None}),
        "line_count": len(lines),
        "unmatched_lines": sum(one["unmatched"] for one in lines),
        "reconciliation": Reconciliation.UNBALANCED if difference else Reconciliation.BALANCED,
        "difference": difference,
        "checked_at": begun,
        "completed_at": begun,
        "created_at": begun,
        "updated_at": begun,
    }
    made = settlements.Settlement(**found | facts)
    db.session.add(made)
    db.session.flush()
    for at in range(0, len(lines), BATCH):
        rows = [_row(made, at + n, one) for n, one in enumerate(lines[at : at + BATCH])]
        db.session.execute(insert(SettlementLine), rows)
    return made


def _row(settlement: Settlement, position: int, line: dict[str, Any]) -> dict[str, Any]:
    own = {
        "settlement_id": settlement.id,
        "store_id": settlement.store_id,
        "position": position,
        "id": f"{settlement.id}_{position}",
        "external_id": f"txn_{position}",
        "source_id": f"ch_{position}",
        "payment": f"pi_{position}" if line["type"] is LineType.SALE else None,
        "external_order_id": None,
        "tax_collected": None,
    }
    return own | line


def in_its_year(clock: Clock) -> None:
    """Go to the month of what is made here: days of another year are written with their year."""
    clock.forward((datetime(2026, 11, 28, 12, tzinfo=UTC) - now()).total_seconds())
