"""A payout's lines, all of them or those that somebody looks for."""

from enum import StrEnum

from sqlalchemy import ColumnElement, TextClause, select, text

from synqro.core.pages import Page, page
from synqro.settlements.models import LineType, Settlement, SettlementLine

UNMATCHED = "unmatched"


class Shown(StrEnum):
    """What the lines can be narrowed to."""

    ALL = "all"
    REFUNDS = "refunds"
    DISPUTES = "disputes"
    NO_ORDER = "no_order"


KINDS: dict[Shown, ColumnElement[bool] | TextClause] = {
    Shown.REFUNDS: SettlementLine.type == LineType.REFUND,
    Shown.DISPUTES: SettlementLine.type == LineType.DISPUTE,
    Shown.NO_ORDER: text(UNMATCHED),
}


def lines_shown(
    settlement: Settlement, shown: Shown, *, cursor: str | None = None, limit: int = 50
) -> Page[SettlementLine]:
    """Give back a page of a payout's lines, the newest first. Raises InvalidCursor."""
    wanted = select(SettlementLine).where(SettlementLine.settlement_id == settlement.id)
    if shown in KINDS:
        wanted = wanted.where(KINDS[shown])
    return page(wanted, SettlementLine.position, cursor=cursor, limit=limit)
