"""Payouts matched to their orders, to the unit."""

from .models import LineType, PayoutSync, Reconciliation, Settlement, SettlementLine, Source, Status

__all__ = [
    "LineType", "PayoutSync", "Reconciliation", "Settlement", "SettlementLine", "Source", "Status",
]  # fmt: skip
