"""Which orders a payout's money belongs to, and what of theirs has still to reach the bank."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import NamedTuple, TypeVar

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select, text, update
from sqlalchemy.orm import aliased

from synqro.core.db import db, transaction
from synqro.core.pages import Page, page
from synqro.orders.fitting import may_be_paid_on
from synqro.orders.ledger_models import NOT_PAID_OUT, Entry, EntryKind
from synqro.orders.models import Order
from synqro.orders.reading import MOST_COUNTED, several

T = TypeVar("T")
CHUNK = 500
QUIETLY = {"synchronize_session": False}


class Paid(NamedTuple):
    """The order that a payment is for."""

    order_id: str
    number: int


class Movement(NamedTuple):
    """A row of the ledger by its names: of which payment, what it is, its provider's id."""

    payment: str
    kind: EntryKind
    reference: str


@dataclass(frozen=True)
class NotPaidOut:
    """An order with a payment that no payout has brought yet.

    `amount` (minor units, signed) is what the order's ledger has in `currency`, the order's
    own, and was not paid out; `since` when the first such payment came in.
    """

    order: Order
    amount: int
    currency: str
    since: datetime


def orders_of_payments(
    store_id: str, account_id: str, payments: Iterable[str], order_ids: Mapping[str, str]
) -> dict[str, Paid]:
    """Give back the store's orders that payments on this account are for, by payment.

    `order_ids` names orders for payments that may be in no ledger, as their metadata does:
    one counts only where it is the store's and is paid on this account.
    """
    wanted = list(dict.fromkeys(payments))
    found: dict[str, Paid] = {}
    for some in _chunks(wanted):
        mine = (
            select(Entry.payment, Order.id, Order.number)
            .join(Order, Order.id == Entry.order_id)
            .where(Entry.payment.in_(some), Entry.kind == EntryKind.PAYMENT)
            .where(Entry.store_id == store_id, Entry.account_id == account_id)
        )
        found |= {payment or "": Paid(id, n) for payment, id, n in db.session.execute(mine)}
    named = {p: order_ids[p] for p in wanted if p not in found and p in order_ids}
    orders = _paid_on(store_id, account_id, set(named.values()))
    return found | {p: orders[order_id] for p, order_id in named.items() if order_id in orders}


def behind(
    store_id: str,
    account_id: str,
    movements: Collection[Movement],
    order_ids: Mapping[str, str],
) -> list[str]:
    """Give back the payments that should be read back first: money of theirs has moved that
    stands in no ledger, though they are for orders of this store.

    `order_ids` is what their metadata says, as in `orders_of_payments`.
    """
    there: set[Movement] = set()
    for some in _chunks({move.payment for move in movements}):
        mine = select(Entry.payment, Entry.kind, Entry.reference).where(
            Entry.payment.in_(some), Entry.store_id == store_id, Entry.account_id == account_id
        )
        rows = db.session.execute(mine)
        there |= {Movement(payment or "", kind, id) for payment, kind, id in rows}
    known = {move.payment for move in there}
    lacking = {m.payment for m in movements if m.payment in known and m not in there}
    named = {m.payment: order_ids[m.payment] for m in movements if m.payment in order_ids}
    unknown = {payment: id for payment, id in named.items() if payment not in known}
    orders = _paid_on(store_id, account_id, set(unknown.values()))
    return sorted(lacking | {payment for payment, id in unknown.items() if id in orders})


@transaction()
def mark_paid_out(store_id: str, settlement_id: str, movements: Iterable[Movement]) -> None:
    """Write down with which settlement these movements reached the bank.

    Only where they still wait: what came with another settlement stays with that.
    """
    for some in _chunks(movements):
        payments = {move.payment for move in some}
        waiting = update(Entry).where(
            Entry.payment.in_(payments),
            or_(*_named(some)),
            Entry.store_id == store_id,
            Entry.settlement_id.is_(None),
        )
        marked = waiting.values(settlement_id=settlement_id)
        db.session.execute(marked, execution_options=QUIETLY)


@transaction()
def wait_again(settlement_ids: Iterable[str]) -> None:
    """Let everything that was to come with these settlements wait for another one."""
    theirs = update(Entry).where(Entry.settlement_id.in_(list(settlement_ids)))
    db.session.execute(theirs.values(settlement_id=None), execution_options=QUIETLY)


def not_paid_out(store_id: str, *, cursor: str | None = None, limit: int = 25) -> Page[NotPaidOut]:
    """Give back a page of orders with money that no payout has brought, the newest first.

    Raises InvalidCursor.
    """
    found = page(_waiting(store_id), Entry.id, cursor=cursor, limit=limit, newest_first=True)
    ids = [entry.order_id for entry in found.data]
    orders = {order.id: order for order in several(store_id, ids)}
    amounts, since = _left(ids)
    rows = [
        NotPaidOut(
            orders[entry.order_id],
            amounts[entry.order_id, orders[entry.order_id].currency],
            orders[entry.order_id].currency,
            since[entry.order_id],
        )
        for entry in found.data
    ]
    return Page(rows, found.next_cursor)


def count_not_paid_out(store_id: str) -> int:
    """Count those orders, up to MOST_COUNTED, which means that many or more."""
    some = _waiting(store_id).with_only_columns(Entry.id).limit(MOST_COUNTED)
    return int(db.session.scalar(select(func.count()).select_from(some.subquery())) or 0)


def _waiting(store_id: str) -> Select[Entry]:
    """Each order's newest payment that waits, so that an order with two comes once."""
    newer = aliased(Entry)
    same = (
        newer.order_id == Entry.order_id,
        newer.kind == EntryKind.PAYMENT,
        newer.settlement_id.is_(None),
        newer.id > Entry.id,
    )
    mine = select(Entry).where(Entry.store_id == store_id, text(NOT_PAID_OUT))
    return mine.where(~exists().where(*same))


def _left(order_ids: Sequence[str]) -> tuple[dict[tuple[str, str], int], dict[str, datetime]]:
    """What these orders have waiting, by order and currency; and since when."""
    amounts: dict[tuple[str, str], int] = defaultdict(int)
    since: dict[str, datetime] = {}
    mine = select(Entry.order_id, Entry.currency, Entry.amount, Entry.kind, Entry.at).where(
        Entry.order_id.in_(order_ids), Entry.settlement_id.is_(None)
    )
    for order_id, currency, amount, kind, at in db.session.execute(mine):
        amounts[order_id, currency] += amount
        if kind is EntryKind.PAYMENT:
            since[order_id] = min(at, since.get(order_id, at))
    return amounts, since


def _paid_on(store_id: str, account_id: str, order_ids: Collection[str]) -> dict[str, Paid]:
    return {
        order.id: Paid(order.id, order.number)
        for some in _chunks(order_ids)
        for order in several(store_id, some)
        if may_be_paid_on(order, account_id)
    }


def _named(movements: Iterable[Movement]) -> Iterator[ColumnElement[bool]]:
    by_kind: dict[EntryKind, list[str]] = defaultdict(list)
    for move in movements:
        by_kind[move.kind].append(move.reference)
    for kind, references in by_kind.items():
        yield and_(Entry.kind == kind, Entry.reference.in_(references))


def _chunks(things: Iterable[T]) -> Iterator[list[T]]:
    left = iter(things)
    while some := list(islice(left, CHUNK)):
        yield some
