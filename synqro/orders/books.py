"""An order's money, added up from the ledger: nothing of it is stored."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from sqlalchemy import func, select

from synqro.core.db import db
from synqro.orders.ledger_models import Dispute, Entry, EntryKind, Refund, RefundStatus
from synqro.orders.models import Order, Status

OVER = (Status.EXPIRED, Status.CANCELLED, Status.REFUNDED)
BACK = (EntryKind.REFUND, EntryKind.REFUND_FAILED)
CONTESTED = (EntryKind.DISPUTE, EntryKind.DISPUTE_REVERSED)


class Sums(NamedTuple):
    """What came in, went back and was taken by a bank, each 0 or more, in minor units.

    `surplus` is the part of `paid` that nobody asked for.
    """

    paid: int = 0
    refunded: int = 0
    disputed: int = 0
    surplus: int = 0


NOTHING = Sums()


@dataclass(frozen=True)
class Books:
    """What an order shows of its money, read for many orders at once."""

    sums: Sums = NOTHING
    refunds: list[Refund] = field(default_factory=list)
    disputes: list[Dispute] = field(default_factory=list)


def sums(order: Order) -> Sums:
    """Add up the ledger of one order."""
    return sums_of([order.id]).get(order.id, NOTHING)


def sums_of(order_ids: Iterable[str]) -> dict[str, Sums]:
    """Add up the ledgers of many orders in one query; one without money is left out."""
    mine = (Entry.order_id.in_(list(order_ids)), Entry.kind != EntryKind.FEE)
    by = (Entry.order_id, Entry.kind, Entry.surplus)
    grouped = select(*by, func.sum(Entry.amount)).where(*mine).group_by(*by)
    found: dict[str, Counter[EntryKind]] = defaultdict(Counter)
    surplus: Counter[str] = Counter()
    for order_id, kind, unasked, amount in db.session.execute(grouped):
        found[order_id][kind] += int(amount)
        surplus[order_id] += int(amount) if unasked else 0
    return {order_id: _added(kinds, surplus[order_id]) for order_id, kinds in found.items()}


def books_of(orders: Sequence[Order]) -> dict[str, Books]:
    """Give back the books of many orders, by order id, in three queries."""
    ids = [order.id for order in orders]
    refunds, disputes = defaultdict(list), defaultdict(list)
    for refund in db.session.scalars(
        select(Refund).where(Refund.order_id.in_(ids)).order_by(Refund.id)
    ):
        refunds[refund.order_id].append(refund)
    for dispute in db.session.scalars(
        select(Dispute).where(Dispute.order_id.in_(ids)).order_by(Dispute.id)
    ):
        disputes[dispute.order_id].append(dispute)
    added = sums_of(ids)
    return {id: Books(added.get(id, NOTHING), refunds[id], disputes[id]) for id in ids}


def refunds(order: Order) -> list[Refund]:
    """Give back what was given back, or was meant to be, the oldest first."""
    mine = select(Refund).where(Refund.order_id == order.id)
    return list(db.session.scalars(mine.order_by(Refund.id)))


def disputes(order: Order) -> list[Dispute]:
    """Give back what a bank contests, or did, the oldest first."""
    mine = select(Dispute).where(Dispute.order_id == order.id)
    return list(db.session.scalars(mine.order_by(Dispute.id)))


def refundable(order: Order) -> int:
    """Give back what can still be refunded, in minor units: never below 0.

    What was asked for and not answered yet counts as gone.
    """
    return sum(left_by_payment(order).values())


def left_by_payment(order: Order) -> dict[str, int]:
    """Give back what is left to refund of each payment, the newest payment first."""
    left: dict[str, int] = {}
    mine = select(Entry).where(Entry.order_id == order.id, Entry.kind != EntryKind.FEE)
    rows = list(db.session.scalars(mine.order_by(Entry.id.desc())))
    for row in rows:
        if row.kind is EntryKind.PAYMENT:
            left[row.reference] = 0
    for row in rows:
        if row.payment in left:
            left[row.payment] += row.amount
    for refund in waiting(order):
        left[refund.payment] = left.get(refund.payment, 0) - refund.amount
    return {payment: max(0, amount) for payment, amount in left.items()}


def waiting(order: Order) -> list[Refund]:
    """Give back the refunds that Stripe has not answered yet."""
    mine = select(Refund).filter_by(order_id=order.id, status=RefundStatus.REQUESTED)
    return list(db.session.scalars(mine.order_by(Refund.id)))


def being_cancelled(order: Order) -> bool:
    """True while a refund that cancels the order has not been answered."""
    return any(refund.cancels for refund in waiting(order))


def paid(order: Order) -> int:
    """Add up what came in for the order, in minor units, whatever became of it."""
    return sums(order).paid


def balance_due(order: Order, found: Sums | None = None) -> int:
    """Give back what is still to pay of the whole, in minor units: 0 once it is paid or over.

    What was given back does not fall due again. `found` is read where it is not given.
    """
    if order.status in OVER:
        return 0
    found = sums(order) if found is None else found
    return max(0, order.total - (found.paid - found.surplus))


def balances(orders: Iterable[Order]) -> dict[str, int]:
    """Give back what is still to pay of each order whose deposit is paid, in one query or none."""
    begun = [order for order in orders if order.deposit is not None and order.paid_at]
    found = sums_of(order.id for order in begun) if begun else {}
    due = {order.id: balance_due(order, found.get(order.id, NOTHING)) for order in begun}
    return {order_id: amount for order_id, amount in due.items() if amount}


def amount_due(order: Order, found: Sums | None = None) -> int:
    """Give back what is to pay next, in minor units: the deposit first, then the balance."""
    if order.status is Status.AWAITING_PAYMENT:
        return order.total if order.deposit is None else order.deposit
    return balance_due(order, found)


def _added(kinds: Mapping[EntryKind, int], surplus: int) -> Sums:
    return Sums(
        paid=kinds.get(EntryKind.PAYMENT, 0),
        refunded=-sum(kinds.get(kind, 0) for kind in BACK),
        disputed=-sum(kinds.get(kind, 0) for kind in CONTESTED),
        surplus=surplus,
    )
