"""The books held against Stripe's: what it says of every payment, and what our ledger says."""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select

from synqro import payments, stores
from synqro.core.db import db
from synqro.core.ids import first_id
from synqro.core.money import Money
from synqro.orders.auditing import BATCH, Difference
from synqro.orders.ledger_models import Entry, EntryKind
from synqro.orders.models import Order
from synqro.payments import AccountRefused, Movements, NotThere, PaymentProviderError

Found = dict[str, tuple[int, str]]
AWAY = "Stripe did not answer"
LEFT = "Stripe no longer lets us in to the account that was paid"
UNSERVED = "no payment provider is set up for its shop"


class Unread(NamedTuple):
    """An order that could not be compared, and why, as the end of a sentence."""

    order_id: str
    number: int
    why: str


def compare(since: datetime) -> Iterator[Difference | Unread]:
    """Compare every payment of orders placed at `since` or later with what Stripe tells of it.

    Gives back differences, and the orders that could not be compared. Network calls, one
    payment after the other.
    """
    last = first_id("ord", since)
    while batch := _batch(last):
        for order_id, number, store_id in batch:
            yield from _compared(order_id, number, store_id)
            last = order_id
        db.session.rollback()


def _batch(last: str) -> list[tuple[str, int, str]]:
    with_money = select(Entry.order_id).where(Entry.kind == EntryKind.PAYMENT)
    some = (
        select(Order.id, Order.number, Order.store_id)
        .where(Order.id > last, Order.id.in_(with_money))
        .order_by(Order.id)
        .limit(BATCH)
    )
    return [(row.id, row.number, row.store_id) for row in db.session.execute(some)]


def _compared(order_id: str, number: int, store_id: str) -> Iterator[Difference | Unread]:
    provider = payments.provider_of(stores.by_id(store_id))
    if provider is None:
        yield Unread(order_id, number, UNSERVED)
        return
    mine = select(Entry.reference, Entry.account_id).filter_by(
        order_id=order_id, kind=EntryKind.PAYMENT
    )
    for payment, account_id in list(db.session.execute(mine.order_by(Entry.id))):
        try:
            wrong = _wrong(provider, account_id or "", order_id, payment)
            # What moves at this moment stands in one of the books and not yet in the other.
            again = wrong and _wrong(provider, account_id or "", order_id, payment)
        except NotThere:
            again = [f"Stripe knows no payment {payment}."]
        except (AccountRefused, PaymentProviderError) as error:
            why = LEFT if isinstance(error, AccountRefused) else AWAY
            yield Unread(order_id, number, why)
            return
        yield from (Difference(order_id, number, words) for words in again)


def _wrong(provider: payments.Provider, account_id: str, order_id: str, payment: str) -> list[str]:
    theirs = _told(payments.read_money(provider, account_id, payment))
    db.session.rollback()
    mine = select(Entry).where(Entry.order_id == order_id, Entry.payment == payment)
    ours = {_key(e.kind, e.reference): (e.amount, e.currency) for e in db.session.scalars(mine)}
    return [
        f"{key}: Stripe says {_said(theirs.get(key))}, the ledger {_said(ours.get(key))}."
        for key in sorted(theirs.keys() | ours.keys())
        if theirs.get(key) != ours.get(key)
    ]


def _told(movements: Movements) -> Found:
    payment = movements.payment
    found = {_key(EntryKind.PAYMENT, payment.id): (payment.amount, payment.currency)}
    for refund in movements.refunds:
        found[_key(EntryKind.REFUND, refund.id)] = (-refund.amount, refund.currency)
        if refund.status == "failed":
            found[_key(EntryKind.REFUND_FAILED, refund.id)] = (refund.amount, refund.currency)
    for dispute in movements.disputes:
        moved = {
            EntryKind.DISPUTE: -dispute.taken,
            EntryKind.DISPUTE_REVERSED: dispute.given_back,
        }
        for kind, amount in moved.items():
            if amount:
                found[_key(kind, dispute.id)] = (amount, dispute.currency)
    for fee in movements.fees:
        found[_key(EntryKind.FEE, fee.id)] = (-fee.amount, fee.currency)
    return found


def _key(kind: EntryKind, reference: str) -> str:
    return f"{kind.value.replace('_', ' ').capitalize()} {reference}"


def _said(found: tuple[int, str] | None) -> str:
    return str(Money(*found)) if found else "nothing"
