"""Payouts matched to their orders, to the unit."""

from .accepting import NothingToAccept, accept, reopen
from .carrying import follow_ledger
from .coming import next_payout, to_look_at
from .errors import SettlementNotFound
from .explaining import Explanation, Why, explain, explanation_of, gap
from .exporting import alone, every, journal_csv, lines_csv
from .finding import find, lines, listed
from .following import follow_payout, sync, sync_now
from .journal import Account, Posting, came_back, postings
from .models import LineType, PayoutSync, Reconciliation, Settlement, SettlementLine, Source, Status
from .months import Month, Sums, carriers, payouts_of, several, span, sums_of
from .settling import settle
from .sifting import Shown, lines_shown
from .syncs import due_syncs
from .wire import as_wire, line_as_wire

__all__ = [
    "Account", "Explanation", "LineType", "Month", "NothingToAccept", "PayoutSync", "Posting",
    "Reconciliation", "Settlement", "SettlementLine", "SettlementNotFound", "Shown", "Source",
    "Status", "Sums", "Why", "accept", "alone", "as_wire", "came_back", "carriers", "due_syncs",
    "every", "explain", "explanation_of", "find", "follow_ledger", "follow_payout", "gap",
    "journal_csv", "line_as_wire", "lines", "lines_csv", "lines_shown", "listed", "next_payout",
    "payouts_of", "postings", "reopen", "settle", "several", "span", "sums_of", "sync", "sync_now",
    "to_look_at",
]  # fmt: skip
