"""Finding settlements, and the lines of one."""

from sqlalchemy import select

from synqro.core.db import db
from synqro.core.pages import Page, page
from synqro.settlements.errors import SettlementNotFound
from synqro.settlements.models import Settlement, SettlementLine, Status


def find(store_id: str, settlement_id: str) -> Settlement:
    """Give back one settlement of this store. Raises SettlementNotFound."""
    found = db.session.get(Settlement, settlement_id) if settlement_id.isprintable() else None
    if found is None or found.store_id != store_id:
        raise SettlementNotFound("There is no such settlement.")
    return found


def listed(
    store_id: str,
    *,
    status: Status | None = None,
    cursor: str | None = None,
    limit: int = 25,
) -> Page[Settlement]:
    """Give back a page of settlements, that of the newest payout first. Raises InvalidCursor."""
    wanted = select(Settlement).where(Settlement.store_id == store_id)
    if status:
        wanted = wanted.where(Settlement.status == status)
    return page(wanted, Settlement.id, cursor=cursor, limit=limit, newest_first=True)


def lines(
    store_id: str, settlement_id: str, *, cursor: str | None = None, limit: int = 100
) -> Page[SettlementLine]:
    """Give back a page of a settlement's lines, as the provider tells them, the newest first.

    Raises SettlementNotFound, InvalidCursor.
    """
    found = find(store_id, settlement_id)
    wanted = select(SettlementLine).where(SettlementLine.settlement_id == found.id)
    return page(wanted, SettlementLine.position, cursor=cursor, limit=limit)
