"""The books added up again from their rows: what does not fit together is named."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import select

from synqro import catalogue
from synqro.core.db import db
from synqro.orders.books import Books, Sums, books_of
from synqro.orders.ledger_models import Entry, EntryKind, Refund, RefundStatus
from synqro.orders.models import Order, Status
from synqro.orders.settling import UNPAID

BATCH = 200
MADE = (RefundStatus.PENDING, RefundStatus.SUCCEEDED)
BEING_PAID_FOR = (Status.PAID, Status.IN_PROGRESS, Status.SHIPPED)


class Difference(NamedTuple):
    """What does not fit, in a sentence; `order_id` is None where no one order is at fault."""

    order_id: str | None
    number: int | None
    words: str


@dataclass(frozen=True)
class Case:
    """One order with everything that its money left behind."""

    order: Order
    books: Books
    entries: list[Entry]
    holds: list[catalogue.Hold]


def audit() -> Iterator[Difference]:
    """Add up every order from its rows and give back what does not fit, order by order.

    Reads a few hundred orders at a time.
    """
    last = ""
    while batch := _batch(last):
        for case in batch:
            for words in _wrong(case):
                yield Difference(case.order.id, case.order.number, words)
        last = batch[-1].order.id
        db.session.rollback()
    for variant_id, held, promised in catalogue.stock.miscounted():
        say = f"Variant {variant_id} counts {held} pieces as held, but orders hold {promised}."
        yield Difference(None, None, say)
    for variant_id, words in catalogue.unaccounted():
        yield Difference(None, None, f"Variant {variant_id}: {words}")


def _batch(last: str) -> list[Case]:
    some = select(Order).where(Order.id > last).order_by(Order.id).limit(BATCH)
    orders = list(db.session.scalars(some))
    ids = [order.id for order in orders]
    books = books_of(orders)
    entries: dict[str, list[Entry]] = {id: [] for id in ids}
    for entry in db.session.scalars(select(Entry).where(Entry.order_id.in_(ids))):
        entries[entry.order_id].append(entry)
    holds = catalogue.stock.holds_of(ids)
    return [Case(order, books[order.id], entries[order.id], holds[order.id]) for order in orders]


def _wrong(case: Case) -> Iterator[str]:
    yield from _wrong_sums(case)
    yield from _wrong_status(case)
    yield from _wrong_refunds(case)
    yield from _wrong_disputes(case)
    yield from _wrong_holds(case)


def _wrong_sums(case: Case) -> Iterator[str]:
    order, sums = case.order, case.books.sums
    if sums.refunded < 0:
        yield f"More came back from refunds than was refunded ({order.money(sums.refunded)})."
    if sums.disputed < 0:
        yield f"More came back from disputes than was taken ({order.money(sums.disputed)})."
    if sums.refunded > sums.paid:
        back, came = order.money(sums.refunded), order.money(sums.paid)
        yield f"{back} was refunded, but only {came} was paid."
    for entry in case.entries:
        if entry.kind is not EntryKind.FEE and entry.currency != order.currency:
            yield f"{entry.reference} is in {entry.currency}, but the order in {order.currency}."


def _wrong_status(case: Case) -> Iterator[str]:
    order, sums = case.order, case.books.sums
    if order.paid_at and not sums.paid:
        yield "It counts as paid, but the ledger has no payment."
    if order.status in UNPAID and sums.paid:
        yield f"It counts as unpaid, but {order.money(sums.paid)} was paid."
    if order.status in BEING_PAID_FOR and 0 < sums.paid <= sums.refunded:
        yield f"All of it was refunded, but it is {order.status.value}."
    if order.quote_id and order.status in BEING_PAID_FOR and _in_part(order, sums):
        yield f"{order.money(sums.paid - sums.surplus)} was paid, which was never asked for."
    came_back = any(refund.status is RefundStatus.FAILED for refund in case.books.refunds)
    asked_for = sums.paid - sums.surplus  # what came later is shown to the merchant by itself
    if order.status is Status.REFUNDED and sums.refunded < asked_for and not came_back:
        rest = order.money(asked_for - sums.refunded)
        yield f"It counts as refunded, but {rest} was never given back."


def _in_part(order: Order, sums: Sums) -> bool:
    """True where neither the deposit nor the whole of it was paid."""
    return sums.paid - sums.surplus not in (order.deposit, order.total)


def _wrong_refunds(case: Case) -> Iterator[str]:
    """Hold each refund against its rows in the ledger, and the other way round."""
    moved: Counter[tuple[str, EntryKind, int]] = Counter(
        (entry.reference, entry.kind, entry.amount)
        for entry in case.entries
        if entry.kind in (EntryKind.REFUND, EntryKind.REFUND_FAILED)
    )
    expected = Counter(row for refund in case.books.refunds for row in _rows(refund))
    for reference, kind, amount in expected - moved:
        yield f"{_named(kind)} {reference} ({case.order.money(amount)}) is not in the ledger."
    for reference, kind, amount in moved - expected:
        yield f"{_named(kind)} {reference} ({case.order.money(amount)}) belongs to no refund."


def _rows(refund: Refund) -> Iterator[tuple[str, EntryKind, int]]:
    if refund.reference is None:
        return
    yield refund.reference, EntryKind.REFUND, -refund.amount
    if refund.status not in MADE:
        yield refund.reference, EntryKind.REFUND_FAILED, refund.amount


def _wrong_disputes(case: Case) -> Iterator[str]:
    known = {dispute.reference for dispute in case.books.disputes}
    for entry in case.entries:
        contested = entry.kind in (EntryKind.DISPUTE, EntryKind.DISPUTE_REVERSED)
        if contested and entry.reference not in known:
            yield f"The ledger has a dispute {entry.reference} that the order does not have."


def _wrong_holds(case: Case) -> Iterator[str]:
    order = case.order
    states = {hold.state.value for hold in case.holds}
    if "held" in states and order.status is not Status.AWAITING_PAYMENT:
        yield f"It is {order.status.value}, but still holds pieces."
    if "taken" in states and not order.paid_at:
        yield "It was never paid, but has taken pieces."
    if "released" in states and order.paid_at and not order.oversold:
        yield "It was paid, but its pieces are back on the shelf."
    if any(hold.returned > hold.quantity for hold in case.holds):
        yield "More pieces were put back than it had taken."


def _named(kind: EntryKind) -> str:
    return "Refund" if kind is EntryKind.REFUND else "Failed refund"
