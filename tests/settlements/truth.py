"""What must hold once all news is in: ledger, stock, settlements and the sandbox compared."""

import csv
import json
from collections import defaultdict
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from io import StringIO
from typing import Any, NamedTuple

from synqro import catalogue, events, orders, settlements
from synqro.core.db import db
from synqro.orders import Entry, EntryKind
from synqro.sandbox.stripe.books import Books, Json
from synqro.settlements import LineType, Settlement, SettlementLine, Status
from tests.settlements.inside import ACCOUNT, Inside
from tests.settlements.trade import THRESHOLD, Shop

OVER = ("failed", "canceled")
TOTALS = "gross_sales refunds fees labels disputes adjustments tax_withheld reserve payout_fee"
OF_ORDERS = (LineType.SALE, LineType.REFUND, LineType.DISPUTE)
ADDED = {
    "gross_sales": [LineType.SALE],
    "refunds": [LineType.REFUND],
    "disputes": [LineType.DISPUTE],
    "fees": [LineType.FEE],
    "adjustments": [LineType.ADJUSTMENT, LineType.TRANSFER],
}
OF_PAYOUTS = ("payout", "payout_cancel", "payout_failure")


class Moved(NamedTuple):
    """Money of an order, by the names that the ledger has for it."""

    payment: str
    kind: EntryKind
    reference: str


@dataclass
class Truth:
    """What the sandbox's books say: `holder` is which automatic payout a row is part of."""

    rows: dict[str, Json]
    payouts: dict[str, Json]
    holder: dict[str, str]
    balance: int
    order_of: dict[str, str]
    """Which of our orders a payment is for."""
    moved: dict[Moved, tuple[int, str | None]]
    """Of each movement of ours its amount, and its row of the balance, if it has one yet."""

    def brings(self, payout_id: str | None) -> str | None:
        """The payout with which the money of one reached the bank, however often it failed."""
        payout = self.payouts.get(payout_id or "")
        if payout is None or payout["reconciliation_status"] != "completed":
            return None
        if payout["status"] not in OVER:
            return payout_id
        return self.brings(self.holder.get(payout["failure_balance_transaction"]))

    def told(self, payment: str, row_id: str | None) -> bool:
        """True where payouts have told of a row, and of whose payment it belongs to."""
        _, paid = self.moved[Moved(payment, EntryKind.PAYMENT, payment)]
        holders = [self.payouts.get(self.holder.get(id or "", "")) for id in (row_id, paid)]
        return all(one and one["reconciliation_status"] == "completed" for one in holders)

    def brought(self, row_id: str | None) -> str | None:
        return self.brings(self.holder.get(row_id or ""))

    def expected(self, payout: Json) -> Status:
        if payout["status"] in OVER:
            return Status.FAILED
        automatic = payout["automatic"]
        over = payout["reconciliation_status"] == "completed" if automatic else _is_paid(payout)
        return Status.COMPLETED if over else Status.PENDING


def _is_paid(payout: Json) -> bool:
    return bool(payout["status"] == "paid")


def truth_of(stripe: Inside) -> Truth:
    found: Truth = stripe.act(_read)
    return found


def _read(books: Books) -> Truth:
    rows = {row["id"]: row for row in _bodies(books, "balance_transaction")}
    holders = books.connection.execute("SELECT id, payout FROM objects WHERE payout NOT NULL")
    intents = {
        one["id"]: one["metadata"].get("order_id") for one in _bodies(books, "payment_intent")
    }
    ours = {id: order_id for id, order_id in intents.items() if order_id}
    return Truth(
        rows=rows,
        payouts={payout["id"]: payout for payout in _bodies(books, "payout")},
        holder=dict(holders.fetchall()),
        balance=sum(books.balances(ACCOUNT).values()),
        order_of=ours,
        moved={moved: (amount, row) for moved, amount, row in _moved(books, rows, ours)},
    )


def _moved(
    books: Books, rows: dict[str, Json], ours: Container[str]
) -> Iterator[tuple[Moved, int, str | None]]:
    """Give back all that moved for orders of ours, as the objects themselves tell it."""
    for charge in _bodies(books, "charge"):
        payment = charge["payment_intent"]
        if payment in ours and charge["status"] == "succeeded":
            row = charge["balance_transaction"]
            yield Moved(payment, EntryKind.PAYMENT, payment), charge["amount"], row
            yield from _fee(payment, rows.get(row or ""))
    for refund in _bodies(books, "refund"):
        payment, amount = refund["payment_intent"], refund["amount"]
        if payment in ours:
            row = refund["balance_transaction"]
            yield Moved(payment, EntryKind.REFUND, refund["id"]), -amount, row
            if back := refund.get("failure_balance_transaction"):
                yield Moved(payment, EntryKind.REFUND_FAILED, refund["id"]), amount, back
    for dispute in _bodies(books, "dispute"):
        payment = dispute["payment_intent"]
        for row in dispute["balance_transactions"] if payment in ours else ():
            kind = EntryKind.DISPUTE if row["amount"] < 0 else EntryKind.DISPUTE_REVERSED
            yield Moved(payment, kind, dispute["id"]), row["amount"], row["id"]
            yield from _fee(payment, row)


def _fee(payment: str, row: Json | None) -> Iterator[tuple[Moved, int, str | None]]:
    if row and row["fee"]:
        yield Moved(payment, EntryKind.FEE, row["id"]), -row["fee"], row["id"]


def check(shop: Shop, truth: Truth, lost: set[str], unheard: Container[str]) -> None:
    """Compare everything.

    Of the payments in `lost` the shop may have heard late, once their payouts were settled;
    and of those in `unheard` not at all.
    """
    db.session.rollback()
    db.session.expire_all()
    assert [wrong.words for wrong in orders.audit()] == []
    found = list(db.session.scalars(db.select(Settlement).filter_by(store_id=shop.store.id)))
    by_payout = {row.external_payout_id: row for row in found}
    assert by_payout.keys() == truth.payouts.keys() and len(by_payout) == len(found)
    lines = lines_of(found)
    lost = lost | {payment for row in found for payment in heard_late(row, lines[row.id])}
    for row in found:
        check_settlement(truth, row, lines[row.id], lost)
        check_carrier(truth, row, by_payout)
        check_journal(row)
    check_sum(truth, found)
    check_ledger(truth, {row.id: row.external_payout_id for row in found}, lost, unheard)
    check_waiting(shop)
    check_told(found)
    check_stock(shop)


def lines_of(found: Iterable[Settlement]) -> dict[str, list[SettlementLine]]:
    lines: dict[str, list[SettlementLine]] = {row.id: [] for row in found}
    for line in db.session.scalars(db.select(SettlementLine)):
        lines[line.settlement_id].append(line)
    return lines


def heard_late(row: Settlement, lines: list[SettlementLine]) -> Iterator[str]:
    """Payments that were known only after lines of theirs, which do not tell their order."""
    for line in lines:
        known = db.select(Entry.at).filter_by(kind=EntryKind.PAYMENT, payment=line.payment)
        at = db.session.scalar(known) if line.unmatched and line.payment else None
        if at and row.checked_at and at > row.checked_at:
            yield line.payment or ""


def check_settlement(
    truth: Truth, row: Settlement, lines: list[SettlementLine], lost: Container[str]
) -> None:
    """Hold a settlement to its payout, to its lines, and these to the rows of the balance."""
    payout = truth.payouts[row.external_payout_id]
    own = truth.rows[payout["balance_transaction"]]
    assert (row.status, row.net, row.payout_fee) == (
        truth.expected(payout), payout["amount"], -own["fee"],
    )  # fmt: skip
    known = payout["reconciliation_status"] == "completed"
    held = {id for id, holder in truth.holder.items() if holder == payout["id"]} - {own["id"]}
    assert sorted(line.external_id for line in lines) == sorted(held if known else ())
    for line in lines:
        told = truth.rows[line.external_id]
        assert (line.gross, line.fee, line.net) == (told["amount"], -told["fee"], told["net"])
        assert line.gross + line.fee == line.net
        assert line.order_id == truth.order_of.get(line.payment or "") or (
            line.payment in lost and line.order_id is None and line.type is not LineType.SALE
        )
        assert line.unmatched is (line.order_id is None and line.type in OF_ORDERS)
    assert (row.line_count, row.difference) == (len(lines), 0)
    assert row.unmatched_lines == sum(line.unmatched for line in lines)
    if known:
        assert row.reconciliation == "balanced"
        assert sum(line.net for line in lines) + row.payout_fee == row.net
        assert sum(getattr(row, name) for name in TOTALS.split()) == row.net
        for name, types in ADDED.items():
            fees = sum(line.fee for line in lines) if name == "fees" else 0
            assert getattr(row, name) == fees + sum(x.gross for x in lines if x.type in types)


def check_carrier(truth: Truth, row: Settlement, by_payout: dict[str, Settlement]) -> None:
    """The money of what failed waits, or came with exactly one other."""
    payout = truth.payouts[row.external_payout_id]
    if payout["status"] not in OVER:
        assert row.carried_by is None
        return
    back = truth.brings(truth.holder.get(payout["failure_balance_transaction"]))
    assert row.carried_by == (by_payout[back].id if back else None)


def check_sum(truth: Truth, found: list[Settlement]) -> None:
    """What arrived or is to arrive, and what is in the balance, is all that ever moved."""
    there = [row for row in found if row.status in (Status.COMPLETED, Status.PENDING)]
    cost = sum(row["fee"] for row in truth.rows.values() if row["type"] in OF_PAYOUTS)
    came = sum(row["net"] for row in truth.rows.values() if row["type"] not in OF_PAYOUTS)
    assert sum(row.net for row in there) + truth.balance == came - cost


def check_ledger(
    truth: Truth, payout_of: dict[str, str], lost: Container[str], unheard: Container[str]
) -> None:
    """Each movement stands in the ledger once, and says with which payout it came."""
    entries = {_named(entry): entry for entry in db.session.scalars(db.select(Entry))}
    wanted = {
        moved: (amount, truth.brought(row))
        for moved, (amount, row) in truth.moved.items()
        if moved in entries or moved.payment not in unheard or truth.told(moved.payment, row)
    }
    there = {
        moved: (entry.amount, payout_of[entry.settlement_id] if entry.settlement_id else None)
        for moved, entry in entries.items()
    }
    late = {m: (there[m][0], None) for m in wanted.keys() & there.keys() if m.payment in lost}
    wanted |= {m: facts for m, facts in late.items() if there[m] == facts}
    both = {moved: (there.get(moved), wanted.get(moved)) for moved in there | wanted}
    assert {moved: facts for moved, facts in both.items() if facts[0] != facts[1]} == {}


def _named(entry: Entry) -> Moved:
    return Moved(entry.payment or "", entry.kind, entry.reference)


def check_waiting(shop: Shop) -> None:
    """Orders that are not paid out are those with a payment that waits, and with its sum."""
    left: dict[str, int] = defaultdict(int)
    waits: set[str] = set()
    for entry in db.session.scalars(db.select(Entry).where(Entry.settlement_id.is_(None))):
        left[entry.order_id] += entry.amount
        waits |= {entry.order_id} if entry.kind is EntryKind.PAYMENT else set()
    shown = orders.not_paid_out(shop.store.id, limit=100).data
    assert {one.order.id: one.amount for one in shown} == {id: left[id] for id in waits}
    assert len(shown) == len(waits) == orders.count_not_paid_out(shop.store.id)


def check_told(found: list[Settlement]) -> None:
    """Every settlement that was ever completed was told of once, and no other."""
    told = [data["id"] for data in sent("settlement.completed")]
    assert sorted(told) == sorted(row.id for row in found if row.completed_at)
    for row in found:
        assert row.completed_at or row.status is not Status.COMPLETED


def check_stock(shop: Shop) -> None:
    """Counts are what people and orders made of them; what became low was told of, once each."""
    low: list[tuple[str, int]] = []
    for variant_id in shop.variants:
        holds = db.select(catalogue.Hold.counted).filter_by(variant_id=variant_id)
        out = sum(db.session.scalars(holds.where(catalogue.Hold.state == "taken")))
        assert shop.on_hand(variant_id) == shop.by_hand[variant_id] - out
        mine = db.select(catalogue.Move).filter_by(variant_id=variant_id)
        for move in db.session.scalars(mine.order_by(catalogue.Move.number)):
            if move.before is not None and move.after is not None:
                low += [(variant_id, move.after)] * (move.before > THRESHOLD >= move.after)
    told = [(data["variant_id"], data["available"]) for data in sent("stock.low")]
    assert sorted(told) == sorted(low)


def sent(type: str) -> list[dict[str, Any]]:
    mine = db.select(events.Event.body).filter_by(type=type).order_by(events.Event.id)
    return [json.loads(body)["data"] for body in db.session.scalars(mine)]


def check_journal(row: Settlement) -> None:
    """Debits and credits of a payout are equal."""
    written = csv.DictReader(StringIO("".join(settlements.journal_csv([row]))))
    sides = [(Decimal(each["debit"]), Decimal(each["credit"])) for each in written]
    assert sum(debit for debit, _ in sides) == sum(credit for _, credit in sides)


def _bodies(books: Books, kind: str) -> list[Json]:
    return [kept.body for kept in books.newest(kind, ACCOUNT)]
