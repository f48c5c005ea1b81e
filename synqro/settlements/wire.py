"""A settlement as the outside reads it, in /v1 and in webhooks."""

from typing import Any

from synqro.core.money import Money
from synqro.core.times import moment
from synqro.core.wiring import settings
from synqro.settlements.matching import TOTALS
from synqro.settlements.models import Settlement, SettlementLine


def as_wire(row: Settlement) -> dict[str, Any]:
    """Give back the settlement as `/v1/settlements/{id}` shows it, ready for JSON.

    Its lines stand at `lines_url`.
    """
    totals = (*TOTALS, "payout_fee", "net")
    return {
        "id": row.id,
        "object": "settlement",
        "source": row.source.value,
        "external_payout_id": row.external_payout_id,
        "status": row.status.value,
        "currency": row.currency,
        "period": {"from": moment(row.period_from), "to": moment(row.period_to)},
        "initiated_at": moment(row.initiated_at),
        "arrival_date": row.arrival_date,
        "bank_reference": row.bank_reference,
        "destination_last4": row.destination_last4,
        "totals": {name: _number(getattr(row, name), row.currency) for name in totals},
        "counts": {"orders": row.order_count, "lines": row.line_count},
        "reconciliation": {
            "status": row.reconciliation.value,
            "difference": _number(row.difference, row.currency),
            "unmatched_lines": row.unmatched_lines,
            "checked_at": moment(row.checked_at),
        },
        "lines_url": f"{settings().public_url}/v1/settlements/{row.id}/lines",
    }


def line_as_wire(line: SettlementLine, currency: str) -> dict[str, Any]:
    """Give back a line of a settlement in `currency`, ready for JSON."""
    return {
        "id": line.id,
        "type": line.type.value,
        "order_id": line.order_id,
        "external_order_id": line.external_order_id,
        "external_id": line.external_id,
        "gross": _number(line.gross, currency),
        "fee": _number(line.fee, currency),
        "net": _number(line.net, currency),
        "fee_details": [
            {"type": part["type"], "amount": _number(part["amount"], currency)}
            for part in line.fee_details
        ],
        "occurred_at": moment(line.occurred_at),
        "description": line.description,
        "tax_collected_by_marketplace": _number(line.tax_collected or 0, currency),
    }


def _number(amount: int, currency: str) -> int | float:
    return Money(amount, currency).number
