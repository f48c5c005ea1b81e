"""Payouts that came back from the bank: their money waits, and comes with a later one."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from synqro import orders
from synqro.core.db import db
from synqro.core.ids import first_id
from synqro.orders import Order
from synqro.settlements.matching import Moved, movements
from synqro.settlements.models import LineType, Settlement, SettlementLine, Status
from synqro.settlements.naming import CAME_BACK, PAYOUT

OVER = (Status.FAILED, Status.REVERSED)


def carry(row: Settlement) -> None:
    """Bring the ledger in line with a settlement that was completed or has come to nothing.

    Whatever news came first: what a completed one holds, and what those that failed and came
    back with it held, is at the bank; what no completed one brings waits. Everything of the
    account is locked by the caller.
    """
    if row.status is Status.COMPLETED:
        _bring(row, row)
    elif row.status in OVER:
        orders.wait_again([row.id])
        for held in _held(row):
            held.carried_by = None
        carrier = _carrier(row)
        if carrier:
            _bring(carrier, row)


def follow_ledger(order: Order) -> None:
    """Mark what came into an order's ledger only after the payout that brought it was settled."""
    mine = (
        select(SettlementLine.settlement_id, *_columns())
        .where(SettlementLine.order_id == order.id, SettlementLine.payment.is_not(None))
        .order_by(SettlementLine.settlement_id)
    )
    held: dict[str, list[Moved]] = defaultdict(list)
    for settlement_id, *found in db.session.execute(mine):
        held[settlement_id].append(Moved(*found))
    for settlement_id, moved in held.items():
        row = db.session.get(Settlement, settlement_id, populate_existing=True)
        came_with = row and (row.id if row.status is Status.COMPLETED else row.carried_by)
        if came_with:
            orders.mark_paid_out(order.store_id, came_with, movements(moved))


def _bring(carrier: Settlement, begin: Settlement) -> None:
    """Mark what `begin` holds as brought by `carrier`, and what failed and came back with it."""
    for held in (begin, *_held(begin)):
        orders.mark_paid_out(carrier.store_id, carrier.id, movements(_moved(held)))
        if held is not carrier:
            held.carried_by = carrier.id


def _held(begin: Settlement) -> Iterator[Settlement]:
    """Give back those that failed and whose money came with `begin`, however often it failed."""
    known, left = {begin.id}, [begin]
    while left:
        back = select(SettlementLine.source_id, SettlementLine.category).where(
            SettlementLine.settlement_id == left.pop().id,
            SettlementLine.type == LineType.TRANSFER,
            SettlementLine.category.in_({*CAME_BACK, PAYOUT}),
        )
        sources = [(source, word == PAYOUT) for source, word in db.session.execute(back)]
        mine = select(Settlement).where(
            Settlement.store_id == begin.store_id,
            Settlement.source == begin.source,
            or_(
                Settlement.external_payout_id.in_([id for id, by_hand in sources if not by_hand]),
                Settlement.reversed_by.in_([id for id, by_hand in sources if by_hand]),
            ),
            Settlement.status.in_(OVER),
        )
        found = [row for row in db.session.scalars(mine) if row.id not in known]
        known |= {row.id for row in found}
        left += found
        yield from found


def _carrier(row: Settlement) -> Settlement | None:
    """Give back the completed one with which this one's money came after all."""
    source, category = SettlementLine.source_id, SettlementLine.category
    failed = and_(source == row.external_payout_id, category.in_(CAME_BACK))
    mine = (
        select(Settlement)
        .join(SettlementLine, SettlementLine.settlement_id == Settlement.id)
        .where(
            Settlement.store_id == row.store_id,
            Settlement.id >= first_id("set", row.initiated_at),
            Settlement.id != row.id,
            or_(failed, and_(source == row.reversed_by, category == PAYOUT)),
            SettlementLine.type == LineType.TRANSFER,
        )
    )
    for found in db.session.scalars(mine.order_by(Settlement.id.desc())):
        if found.status is Status.COMPLETED:
            return found
        if found.carried_by:
            return db.session.get(Settlement, found.carried_by)
    return None


def _moved(row: Settlement) -> Iterator[Moved]:
    mine = select(*_columns()).where(
        SettlementLine.settlement_id == row.id, SettlementLine.payment.is_not(None)
    )
    return (Moved(*found) for found in db.session.execute(mine))


def _columns() -> list[InstrumentedAttribute[Any]]:
    return [getattr(SettlementLine, name) for name in Moved._fields]
