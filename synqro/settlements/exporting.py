"""Payouts as CSV: every line, or the journal; batch by batch, however many there are."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from synqro.core.currencies import digits
from synqro.core.db import db, let_go
from synqro.settlements.journal import Sum, postings
from synqro.settlements.models import Reconciliation, Settlement, SettlementLine, Status
from synqro.settlements.months import Month, payouts_of

BATCH = 1_000
LINES = (
    "date", "payout", "payout_date", "type", "order_number", "description", "gross", "fee", "net",
    "currency", "order_id", "payment_id", "source_id", "line_id", "settlement_id",
)  # fmt: skip
JOURNAL = ("date", "account", "debit", "credit", "currency", "reference", "payout")
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet calculates instead of showing it
READ = (
    SettlementLine.position, SettlementLine.occurred_at, SettlementLine.type,
    SettlementLine.order_number, SettlementLine.description, SettlementLine.gross,
    SettlementLine.fee, SettlementLine.net, SettlementLine.order_id, SettlementLine.payment,
    SettlementLine.source_id, SettlementLine.external_id,
)  # fmt: skip

Cells = Sequence[str]


def lines_csv(payouts: Iterable[Settlement], timezone: str) -> Iterator[str]:
    """Give back the lines of payouts as CSV, in pieces; days are those of `timezone`.

    The `net` of a payout's rows adds up to what it pays: behind its lines come its own fee, and
    its difference where there is one. One that failed pays nothing: its last row takes all of it
    back, for its money stands among the lines of the payout that brings it after all.
    """
    yield written([LINES])
    for payout in payouts:
        yield from pieces(payout, _batches(payout), ZoneInfo(timezone))


def pieces(payout: Settlement, batches: Iterable[Sequence[Any]], zone: ZoneInfo) -> Iterator[str]:
    """Give back the rows of a payout that is made of `batches` of lines."""
    left = payout.net - payout.payout_fee
    for batch in batches:
        yield written(_line(payout, line, zone) for line in batch)
        left -= sum(line.net for line in batch)
    yield written(_closing(payout, left))


def journal_csv(payouts: Iterable[Settlement]) -> Iterator[str]:
    """Give back the journal of payouts as CSV, in pieces: an entry for each of them."""
    yield written([JOURNAL])
    for payout in payouts:
        yield written(_entry(payout))


def every(store_id: str, month: Month) -> Iterator[Settlement]:
    """Give back the payouts of a month, the last to arrive first, never many at once."""
    cursor = None
    while True:
        found = payouts_of(store_id, month, cursor=cursor, limit=BATCH)
        yield from alone(*found.data)
        if (cursor := found.next_cursor) is None:
            return


def alone(*payouts: Settlement) -> Sequence[Settlement]:
    """Give back payouts that stay readable when the read that found them has ended."""
    for payout in payouts:
        db.session.expunge(payout)
    return payouts


def written(rows: Iterable[Cells]) -> str:
    """Write rows as RFC 4180 has them."""
    text = StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue()


def plain(text: object) -> str:
    """Give back a text cell that no spreadsheet takes for a formula, "" for None."""
    found = "" if text is None else str(text)
    return f"'{found}" if found.startswith(FORMULA) else found


def amount(minor: int, currency: str) -> str:
    """Write an amount with a decimal point and exactly the digits of its currency."""
    places = digits(currency)
    if not places:
        return str(minor)
    whole, part = divmod(abs(minor), 10**places)
    return f"{'-' if minor < 0 else ''}{whole}.{part:0{places}}"


def _batches(payout: Settlement) -> Iterator[Sequence[Any]]:
    after = -1
    while True:
        mine = select(*READ).where(
            SettlementLine.settlement_id == payout.id, SettlementLine.position > after
        )
        batch = db.session.execute(mine.order_by(SettlementLine.position).limit(BATCH)).all()
        let_go()
        if batch:
            after = batch[-1].position
            yield batch
        if len(batch) < BATCH:
            return


def _line(payout: Settlement, line: Any, zone: ZoneInfo) -> Cells:
    day = line.occurred_at.astimezone(zone).date().isoformat()
    amounts = line.gross, line.fee, line.net
    ids = line.order_id, line.payment, line.source_id, line.external_id
    said = line.order_number, line.description
    return _row(payout, day, line.type.value, said, amounts, ids)


def _closing(payout: Settlement, left: int) -> Iterator[Cells]:
    """Give back what a payout's net has beside its lines: `left` is what they leave open."""
    if payout.reconciliation is Reconciliation.INCOMPLETE:
        return
    fee, ids = payout.payout_fee, [None] * 4
    if fee:
        yield _row(
            payout,
            payout.arrival_date,
            "payout_fee",
            (None, "Fee for the payout"),
            (0, fee, fee),
            ids,
        )
    if left:
        by_hand = payout.reconciliation is Reconciliation.NOT_APPLICABLE
        kind = "payout" if by_hand else "difference"
        say = "Paid out by hand" if by_hand else "What arrived less what the lines add up to"
        yield _row(payout, payout.arrival_date, kind, (None, say), (left, 0, left), ids)
    if payout.status is Status.FAILED:
        back, say = -payout.net, payout.failure or "It did not arrive"
        yield _row(payout, payout.arrival_date, "failed", (None, say), (back, 0, back), ids)


def _row(
    payout: Settlement,
    day: str,
    kind: str,
    said: Sequence[object],
    amounts: Iterable[int],
    ids: Iterable[str | None],
) -> Cells:
    money = [amount(one, payout.currency) for one in amounts]
    head = day, plain(payout.external_payout_id), payout.arrival_date, kind
    return [*head, *map(plain, said), *money, payout.currency, *map(plain, ids), payout.id]


def _entry(payout: Settlement) -> Iterator[Cells]:
    kinds = SettlementLine.type, SettlementLine.category
    sums = func.sum(SettlementLine.fee), func.sum(SettlementLine.net)
    mine = select(*kinds, *sums).where(SettlementLine.settlement_id == payout.id).group_by(*kinds)
    found = [Sum(kind, word, *map(int, each)) for kind, word, *each in db.session.execute(mine)]
    let_go()
    reference = plain(payout.bank_reference or payout.external_payout_id)
    for account, *sides in postings(payout, found):
        money = [amount(side, payout.currency) for side in sides]
        yield [
            payout.arrival_date, account.value, *money, payout.currency, reference,
            plain(payout.external_payout_id),
        ]  # fmt: skip
