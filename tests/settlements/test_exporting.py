"""The files for the bookkeeper: both add up to the unit, whatever a payout holds."""

import csv
import tracemalloc
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from io import StringIO
from types import SimpleNamespace
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as some

from synqro import settlements, stores
from synqro.core.currencies import digits
from synqro.settlements import (
    Account,
    LineType,
    Month,
    Posting,
    Reconciliation,
    Settlement,
    Status,
    exporting,
    postings,
)
from synqro.settlements.exporting import amount, plain, written
from synqro.settlements.journal import Sum
from tests.settlements.made import line, settled

ZONE = "Europe/Berlin"
AMOUNTS = ("gross", "fee", "net")


def read(pieces: Iterable[str]) -> list[dict[str, str]]:
    text = "".join(pieces)
    assert text.count("\n") == text.count("\r\n") and text.endswith("\r\n")
    return list(csv.DictReader(StringIO(text, newline="")))


def total(rows: Sequence[dict[str, str]], column: str) -> Decimal:
    return sum((Decimal(row[column]) for row in rows), Decimal())


def lines_of(store: stores.Store, one: Settlement) -> list[dict[str, str]]:
    found = settlements.find(store.id, one.id)
    return read(settlements.lines_csv(settlements.alone(found), ZONE))


def journal_of(store: stores.Store, one: Settlement) -> list[dict[str, str]]:
    found = settlements.find(store.id, one.id)
    return read(settlements.journal_csv(settlements.alone(found)))


def test_every_line_is_a_row_that_a_program_can_read(store: stores.Store) -> None:
    sold = line(order_id="ord_1", order_number=2301, description='=SUM(A1) "Vase", 2 × blue')
    one = settled(store, [sold, line(-1_000, 0, type=LineType.REFUND, description="-1")])
    first, second = lines_of(store, one)
    assert first == {
        "date": "2026-11-18",
        "payout": one.external_payout_id,
        "payout_date": "2026-11-20",
        "type": "sale",
        "order_number": "2301",
        "description": '\'=SUM(A1) "Vase", 2 × blue',
        "gross": "45.90",
        "fee": "-0.94",
        "net": "44.96",
        "currency": "EUR",
        "order_id": "ord_1",
        "payment_id": "pi_0",
        "source_id": "ch_0",
        "line_id": "txn_0",
        "settlement_id": one.id,
    }
    assert (second["gross"], second["fee"], second["description"]) == ("-10.00", "0.00", "'-1")


def test_a_day_is_the_shops(store: stores.Store) -> None:
    late = line()["occurred_at"].replace(hour=23, minute=30)
    [row] = lines_of(store, settled(store, [line(occurred_at=late)]))
    assert row["date"] == "2026-11-19"


def test_fee_and_difference_of_a_payout_stand_behind_its_lines(store: stores.Store) -> None:
    one = settled(store, [line()], difference=-30, payout_fee=-25)
    rows = lines_of(store, one)
    assert [(row["type"], row["net"]) for row in rows] == [
        ("sale", "44.96"), ("payout_fee", "-0.25"), ("difference", "-0.30"),
    ]  # fmt: skip
    assert total(rows, "net") == Decimal(one.net).scaleb(-2)


def test_the_journal_is_an_entry_for_each_payout(store: stores.Store) -> None:
    kinds = [
        line(),
        line(-1_000, 0, type=LineType.REFUND),
        line(-2_000, -1_500, type=LineType.DISPUTE),
        line(300, 0, type=LineType.ADJUSTMENT),
        line(-700, 0, type=LineType.RESERVE),
        line(9_700, 0, type=LineType.TRANSFER, category="payout_failure"),
    ]
    one = settled(store, kinds, difference=-30, bank_reference="=TRACE")
    rows = journal_of(store, one)
    assert [(row["account"], row["debit"], row["credit"]) for row in rows] == [
        ("Sales", "0.00", "45.90"),
        ("Refunds", "10.00", "0.00"),
        ("Payment fees", "15.94", "0.00"),
        ("Disputes", "20.00", "0.00"),
        ("Adjustments", "0.00", "3.00"),
        ("Reserve", "7.00", "0.00"),
        ("Payouts in transit", "0.00", "97.00"),
        ("Difference", "0.30", "0.00"),
        ("Bank", "92.66", "0.00"),
    ]
    assert total(rows, "debit") == total(rows, "credit")
    same = {(row["date"], row["currency"], row["reference"], row["payout"]) for row in rows}
    assert same == {("2026-11-20", "EUR", "'=TRACE", one.external_payout_id)}


def test_money_that_did_not_arrive_is_in_transit(store: stores.Store) -> None:
    failed = journal_of(store, settled(store, [line()], status=Status.FAILED))
    assert [row["account"] for row in failed] == ["Sales", "Payment fees", "Payouts in transit"]
    unknown = settled(store, net=5, reconciliation=Reconciliation.INCOMPLETE)
    assert journal_of(store, unknown) == lines_of(store, unknown) == []
    by_hand = settled(store, net=500, reconciliation=Reconciliation.NOT_APPLICABLE)
    assert [row["account"] for row in journal_of(store, by_hand)] == ["Payouts in transit", "Bank"]
    assert [(row["type"], row["net"]) for row in lines_of(store, by_hand)] == [("payout", "5.00")]


def test_what_failed_and_what_was_taken_back_adds_up_to_what_the_bank_has(
    store: stores.Store,
) -> None:
    closed = "The bank account is closed."
    by_hand = {"reconciliation": Reconciliation.NOT_APPLICABLE}
    lost = settled(store, [line()], difference=-30, status=Status.FAILED, failure=closed)
    last = lines_of(store, lost)[-1]
    assert (last["type"], last["description"], last["gross"]) == ("failed", closed, "-44.66")
    settled(store, net=800, status=Status.FAILED, **by_hand)
    settled(store, [line()], status=Status.REVERSED)
    settled(store, net=-4_496, **by_hand)
    moved = [("payout_failure", 4_466), ("payout_failure", 800), ("payout", -800)]
    moved += [("payout", 4_496), ("payout", -1_000)]
    rest = [line(of, 0, type=LineType.TRANSFER, category=word) for word, of in moved]
    settled(store, rest)
    settled(store, net=1_000, **by_hand)

    month = Month(2026, 11)
    rows = read(settlements.lines_csv(settlements.every(store.id, month), ZONE))
    assert total(rows, "net") == Decimal("89.62")
    journal = read(settlements.journal_csv(settlements.every(store.id, month)))
    left = {
        account: total(mine, "debit") - total(mine, "credit")
        for account in Account
        if (mine := [row for row in journal if row["account"] == account])
    }
    assert left == {
        Account.SALES: Decimal("-91.80"),
        Account.FEES: Decimal("1.88"),
        Account.TRANSIT: 0,
        Account.DIFFERENCE: Decimal("0.30"),
        Account.BANK: Decimal("89.62"),
    }
    [sums] = settlements.sums_of(store.id, month, date(2026, 11, 30))
    assert sums.paid == 8_962


def test_a_months_file_holds_all_its_payouts_and_no_other(store: stores.Store) -> None:
    november = [settled(store, [line()] * 3, arrives=f"2026-11-{day:02}") for day in (1, 14, 30)]
    settled(store, [line()], arrives="2026-12-01")
    month = Month(2026, 11)
    rows = read(settlements.lines_csv(settlements.every(store.id, month), ZONE))
    assert [row["settlement_id"] for row in rows[::3]] == [one.id for one in november[::-1]]
    assert len(rows) == 9
    journal = read(settlements.journal_csv(settlements.every(store.id, month)))
    assert len(journal) == 9 and total(journal, "debit") == total(journal, "credit")


def test_ten_times_as_many_lines_take_no_more_memory(
    store: stores.Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "BATCH", 100)
    few, lots = settled(store, [line()] * 300), settled(store, [line()] * 3_000)
    peaks, rows = [], []
    for one in (few, few, lots):
        found = settlements.find(store.id, one.id)
        tracemalloc.start()
        pieces = settlements.lines_csv(settlements.alone(found), ZONE)
        rows.append(sum(piece.count("\r\n") for piece in pieces))
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert rows == [301, 301, 3_001]
    assert peaks[2] < peaks[1] * 1.5


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\tx", "\rx"])
def test_no_text_is_a_formula(text: str) -> None:
    assert plain(text) == f"'{text}"
    assert [plain(fine) for fine in ("a=b", "", None, 2301, "'=")] == ["a=b", "", "", "2301", "'="]


minor = some.integers(-(10**12), 10**12)
currencies = some.sampled_from(["JPY", "EUR", "KWD"])


@given(minor, currencies)
def test_an_amount_is_exact_in_the_digits_of_its_currency(value: int, currency: str) -> None:
    text = amount(value, currency)
    assert int(Decimal(text).scaleb(digits(currency))) == value
    assert len(text.partition(".")[2]) == digits(currency)


@given(some.lists(some.lists(some.text(), min_size=2), max_size=3))
def test_what_is_written_can_be_read_again(rows: list[list[str]]) -> None:
    assert list(csv.reader(StringIO(written(rows), newline=""))) == rows


told = some.builds(
    SimpleNamespace,
    occurred_at=some.integers(0, 2**32).map(lambda at: datetime.fromtimestamp(at, UTC)),
    type=some.sampled_from(LineType),
    order_number=some.none() | some.integers(1),
    description=some.text(),
    gross=minor,
    fee=minor,
    net=minor,
    order_id=some.none(),
    payment=some.none() | some.text(),
    source_id=some.none() | some.text(),
    external_id=some.text(),
)


@given(some.lists(some.lists(told, max_size=4), max_size=3), minor, minor, currencies)
def test_the_lines_add_up_to_what_is_paid_whatever_they_are(
    batches: list[list[Any]], net: int, fee: int, currency: str
) -> None:
    payout: Any = SimpleNamespace(
        id="set_1",
        external_payout_id="po_1",
        arrival_date="2026-11-20",
        net=net,
        payout_fee=fee,
        currency=currency,
        status=Status.COMPLETED,
        reconciliation=Reconciliation.UNBALANCED,
    )
    found = "".join(exporting.pieces(payout, batches, ZoneInfo(ZONE)))
    rows = list(csv.DictReader(StringIO(found, newline=""), exporting.LINES))
    assert total(rows, "net").scaleb(digits(currency)) == net
    lines = [line for batch in batches for line in batch]
    for row, one in zip(rows, lines, strict=False):
        amounts = [int(Decimal(row[name]).scaleb(digits(currency))) for name in AMOUNTS]
        assert amounts == [one.gross, one.fee, one.net]
        assert row["description"] in (one.description, f"'{one.description}")
        assert not row["description"].startswith(exporting.FORMULA)


sums = some.builds(
    Sum,
    some.sampled_from(LineType),
    some.sampled_from(["charge", "payout_failure", "other"]),
    minor,
    minor,
)


@given(some.lists(sums), minor, minor, some.sampled_from(Status))
def test_debits_are_credits_whatever_the_lines(
    found: list[Sum], net: int, fee: int, status: Status
) -> None:
    payout: Any = SimpleNamespace(
        net=net, payout_fee=fee, status=status, reconciliation=Reconciliation.UNBALANCED
    )
    entry = postings(cast(Settlement, payout), found)
    assert sum(one.debit for one in entry) == sum(one.credit for one in entry)
    assert all(min(one.debit, one.credit) == 0 < one.debit + one.credit for one in entry)
    assert len({one.account for one in entry}) == len(entry)
    bank = [one for one in entry if one.account is Account.BANK]
    if status in (Status.COMPLETED, Status.REVERSED) and net:
        assert bank == [Posting(Account.BANK, max(net, 0), max(-net, 0))]
    else:
        assert bank == []
    difference = [one.credit - one.debit for one in entry if one.account is Account.DIFFERENCE]
    assert sum(difference) == net - fee - sum(one.net for one in found)
