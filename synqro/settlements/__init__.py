"""Payouts matched to their orders, to the unit."""

from .errors import SettlementNotFound
from .finding import find, lines, listed
from .following import follow_payout, sync
from .models import LineType, PayoutSync, Reconciliation, Settlement, SettlementLine, Source, Status
from .settling import settle
from .syncs import due_syncs
from .wire import as_wire, line_as_wire

__all__ = [
    "LineType", "PayoutSync", "Reconciliation", "Settlement", "SettlementLine",
    "SettlementNotFound", "Source", "Status", "as_wire", "due_syncs", "find", "follow_payout",
    "line_as_wire", "lines", "listed", "settle", "sync",
]  # fmt: skip
