"""Payouts told by hand, as Stripe would tell them, and what a test sees of their settlements."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from synqro import events, mail, orders, settlements, stores
from synqro.core.db import db
from synqro.orders import EntryKind, Order
from synqro.payments import Payout, PayoutRow, Provider
from synqro.settlements import Settlement, SettlementLine
from tests.orders.shop import ACCOUNT

MORNING = datetime(2026, 11, 23, 8, tzinfo=UTC)


def payout(id: str, rows: Sequence[PayoutRow] = (), **facts: Any) -> Payout:
    """A payout of what these rows bring: paid and reconciled, unless told otherwise."""
    told: dict[str, Any] = {
        "id": id,
        "provider": Provider.SANDBOX,
        "account_id": ACCOUNT,
        "livemode": False,
        "amount": sum(row.net for row in rows),
        "currency": "EUR",
        "status": "paid",
        "automatic": True,
        "reconciled": True,
        "created": MORNING + timedelta(days=int(id[3:] or 0)),
        "arrival_date": date(2026, 11, 25),
        "own_row": f"txn_own_{id}",
        "last4": "4471",
        "reference": f"STRIPE {id}",
    }
    return Payout(**told | facts)


def earlier(told: Payout) -> list[Payout]:
    """What was told of a payout before it was paid and reconciled."""
    return [replace(told, status=status, reconciled=False) for status in ("pending", "paid")]


def failed(told: Payout, failure: str = "The bank account is closed.") -> Payout:
    return replace(told, status="failed", failure=failure)


def row(id: str, gross: int, fee: int = 0, **facts: Any) -> PayoutRow:
    """A movement; `fee` as a positive amount."""
    told: dict[str, Any] = {
        "id": f"txn_{id}",
        "type": "adjustment",
        "category": "other_adjustment",
        "gross": gross,
        "fee": -fee,
        "net": gross - fee,
        "fee_details": [{"type": "stripe_fee", "amount": -fee}] if fee else [],
        "currency": "EUR",
        "source_id": None,
        "source_kind": None,
        "payment": None,
        "order_id": None,
        "created": MORNING - timedelta(days=2),
        "description": "",
    }
    return PayoutRow(**told | facts)


def sale(payment: str, gross: int, fee: int = 0, **facts: Any) -> PayoutRow:
    """A charge, whose row of the balance is called as the ledger calls its fee."""
    about = {"type": "charge", "category": "charge", "source_kind": "charge"}
    return row(payment, gross, fee, **about, source_id=f"ch_{payment}", payment=payment, **facts)


def refund(payment: str, id: str, amount: int, fee: int = 0, **facts: Any) -> PayoutRow:
    about = {"type": "refund", "category": "refund", "source_kind": "refund"}
    return row(id, -amount, fee, **about | facts, source_id=id, payment=payment)


def dispute(payment: str, id: str, amount: int, fee: int = 0, *, won: bool = False) -> PayoutRow:
    category = "dispute_reversal" if won else "dispute"
    about = {"category": category, "source_kind": "dispute", "source_id": id}
    return row(f"{category}_{id}", amount if won else -amount, fee, **about, payment=payment)


def came_back(told: Payout) -> PayoutRow:
    """The row by which a payout that failed is in the next one."""
    about = {"type": "payout_failure", "category": "payout_reversal", "source_kind": "payout"}
    return row(f"back_{told.id}", told.amount, **about, source_id=told.id)


def settle(
    store: stores.Store, told: Payout, rows: Sequence[PayoutRow] | None = None
) -> Settlement:
    return fresh(settlements.settle(store.id, told, rows))


def fresh(row: Settlement) -> Settlement:
    db.session.rollback()
    return db.session.get_one(Settlement, row.id, populate_existing=True)


def lines(row: Settlement) -> list[SettlementLine]:
    db.session.rollback()
    return list(settlements.lines(row.store_id, row.id, limit=1000).data)


def waiting(order: Order) -> list[tuple[EntryKind, int]]:
    """What of an order's ledger has not reached the bank."""
    db.session.rollback()
    db.session.expire_all()
    found = [entry for entry in orders.ledger(order) if entry.settlement_id is None]
    return [(entry.kind, entry.amount) for entry in found]


def came_with(order: Order) -> set[str | None]:
    db.session.rollback()
    db.session.expire_all()
    return {entry.settlement_id for entry in orders.ledger(order)}


def completed() -> list[events.Event]:
    db.session.rollback()
    mine = db.select(events.Event).filter_by(type="settlement.completed")
    return list(db.session.scalars(mine.order_by(events.Event.id)))


def mailed() -> list[mail.Message]:
    db.session.rollback()
    mine = db.select(mail.Message).filter_by(template="settlements/failed")
    return list(db.session.scalars(mine))
