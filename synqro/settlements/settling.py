"""A payout taken in, in whatever order its news arrives: matched to its orders and added up."""

from collections.abc import Sequence
from typing import cast

from sqlalchemy import Select, Table, insert, select

from synqro import stores
from synqro.core.clock import now
from synqro.core.db import db, transaction
from synqro.core.ids import id_after
from synqro.payments import Payout, PayoutRow
from synqro.settlements import telling
from synqro.settlements.carrying import OVER, carry
from synqro.settlements.matching import TOTALS, Line, added_up, lines_of, match_again
from synqro.settlements.models import (
    Reconciliation,
    Settlement,
    SettlementLine,
    Source,
    Status,
)
from synqro.settlements.syncs import alone

KNOWN = (Reconciliation.BALANCED, Reconciliation.UNBALANCED)
ADD_LINES = insert(cast(Table, SettlementLine.__table__))
CAME_TO_NOTHING = ("canceled", "failed")


def settle(store_id: str, payout: Payout, rows: Sequence[PayoutRow] | None) -> Settlement:
    """Bring a store's settlement in line with a payout read back at Stripe, and give it back.

    `rows` are all that it is made of, None where that was not read; they count once Stripe
    has sorted them out. Repeats change nothing, and older news undoes nothing: what failed
    stays so, and what is completed can only fail. Raises StoreNotFound.
    """
    known = lines_known(store_id, payout.id)
    wanted = rows is not None and payout.reconciled and not known
    lines = lines_of(store_id, payout.account_id, rows or ()) if wanted else None
    return _settle(store_id, payout, lines)


def lines_known(store_id: str, payout_id: str) -> bool:
    """True where it is known what a payout is made of."""
    row = db.session.scalar(_of(store_id, payout_id))
    return row is not None and row.reconciliation in KNOWN


@transaction()
def _settle(store_id: str, payout: Payout, lines: list[Line] | None) -> Settlement:
    store = stores.by_id(store_id)
    alone(store_id, payout.account_id)
    row = db.session.scalar(_of(store_id, payout.id).execution_options(populate_existing=True))
    was = row.status if row else None
    if row is None:
        row = _begun(store_id, payout)
        db.session.add(row)
    added = lines is not None and row.reconciliation not in KNOWN
    _renew(row, payout)
    if lines is not None and added:
        _add(row, payout, lines)
    row.status = _status(row, payout)
    first = row.status is Status.COMPLETED and row.completed_at is None
    if first:
        row.completed_at = now()
    if db.session.is_modified(row):
        row.updated_at = now()
    db.session.flush()
    if row.status is not was or added:
        carry(row)
    if first:
        telling.completed(store, row)
    if payout.status == "failed" and was not in OVER:
        telling.failed(store, row)
    return row


def _renew(row: Settlement, payout: Payout) -> None:
    """Note what a payout tells only after a while."""
    row.arrival_date = payout.arrival_date.isoformat()
    row.bank_reference = payout.reference or row.bank_reference
    row.destination_last4 = payout.last4 or row.destination_last4
    row.failure = payout.failure or row.failure
    row.reversed_by = payout.reversed_by or row.reversed_by


def _add(row: Settlement, payout: Payout, lines: list[Line]) -> None:
    """Add the lines, matched again to what has come in since they were read, and their sums."""
    match_again(row.account_id, lines)
    for name, value in added_up(payout, lines).items():
        setattr(row, name, value)
    row.payout_fee, row.checked_at = -payout.fee, now()
    db.session.flush()
    values = [
        {"settlement_id": row.id, "position": position, **line}
        for position, line in enumerate(lines)
    ]
    if values:
        db.session.execute(ADD_LINES, values)


def _status(row: Settlement, payout: Payout) -> Status:
    if row.status in OVER:
        return row.status
    if payout.status in CAME_TO_NOTHING:
        return Status.FAILED
    if payout.reversed_by:
        return Status.REVERSED
    by_hand = row.reconciliation is Reconciliation.NOT_APPLICABLE
    if row.reconciliation in KNOWN or (by_hand and payout.status == "paid"):
        return Status.COMPLETED
    return row.status


def _of(store_id: str, payout_id: str) -> Select[Settlement]:
    return select(Settlement).filter_by(
        store_id=store_id, source=Source.STRIPE, external_payout_id=payout_id
    )


def _begun(store_id: str, payout: Payout) -> Settlement:
    manual = payout.reconciled is None
    nothing = dict.fromkeys((*TOTALS, "order_count", "line_count", "unmatched_lines"), 0)
    return Settlement(
        id=id_after(None, "set", payout.created),
        store_id=store_id,
        source=Source.STRIPE,
        account_id=payout.account_id,
        external_payout_id=payout.id,
        status=Status.PENDING,
        currency=payout.currency,
        initiated_at=payout.created,
        arrival_date=payout.arrival_date.isoformat(),
        payout_fee=-payout.fee,
        net=payout.amount,
        reconciliation=Reconciliation.NOT_APPLICABLE if manual else Reconciliation.INCOMPLETE,
        difference=0,
        created_at=now(),
        updated_at=now(),
        **nothing,
    )
