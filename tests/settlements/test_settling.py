"""A payout is settled: every line named and matched, every sum true, whatever comes first."""

import json
from dataclasses import replace

import pytest

from synqro import orders, settlements, stores
from synqro.orders import EntryKind
from synqro.settlements import LineType, Reconciliation, Status
from tests.orders import shop
from tests.orders.bank import Bank
from tests.settlements import bank
from tests.settlements.bank import payout, refund, row, sale


def sold(found: Bank):
    """The row of a sale of 28.00, which cost 0.10."""
    return sale(found.payment, 2800, 10)


def totals(found) -> dict[str, int]:
    names = "gross_sales refunds fees disputes adjustments reserve payout_fee net difference"
    return {name: amount for name in names.split() if (amount := getattr(found, name))}


def test_a_sale_and_its_fee(store, bought):
    paid = bought()
    rows = [sold(paid)]
    found = bank.settle(store, payout("po_1", rows), rows)
    assert (found.status, found.reconciliation) == (Status.COMPLETED, Reconciliation.BALANCED)
    assert totals(found) == {"gross_sales": 2800, "fees": -10, "net": 2790}
    assert (found.order_count, found.line_count, found.unmatched_lines) == (1, 1, 0)
    assert (found.destination_last4, found.bank_reference) == ("4471", "STRIPE po_1")
    [line] = bank.lines(found)
    assert (line.type, line.order_id, line.unmatched) == (LineType.SALE, paid.order.id, False)
    assert (line.gross, line.fee, line.net) == (2800, -10, 2790)
    assert line.description == f"Charge, order {paid.order.number}"
    assert bank.came_with(paid.order) == {found.id}


def test_everything_that_can_happen_to_a_payment(store, bought):
    paid, other = bought(), bought()
    other.give_back(1000)
    other.turn(0, "failed")
    other.give_back(500)
    paid.contest(inquiry=False)
    paid.settle("won")
    for found in (paid, other):
        orders.follow_money(found.read())
    back, part = (told.id for told in other.refunds)
    [contested] = paid.disputes
    rows = [
        bank.dispute(paid.payment, contested.id, 2800, won=True),
        bank.dispute(paid.payment, contested.id, 2800, 1500),
        refund(other.payment, part, 500),
        refund(other.payment, back, -1000, type="refund_failure", category="refund_failure"),
        replace(refund(other.payment, back, 1000), id="txn_refunded"),
        sold(other),
        sold(paid),
    ]
    found = bank.settle(store, payout("po_1", rows), rows)
    assert found.reconciliation is Reconciliation.BALANCED and found.unmatched_lines == 0
    assert totals(found) == {
        "gross_sales": 5600, "refunds": -500, "fees": -1520, "net": 3580,
    }  # fmt: skip
    assert bank.waiting(paid.order) == bank.waiting(other.order) == []
    assert found.order_count == 2


@pytest.mark.parametrize(
    ("type", "category", "expected", "total"),
    [
        ("payment", "charge", "sale", "gross_sales"),
        ("payment_refund", "refund", "refund", "refunds"),
        ("payment_failure_refund", "charge_failure", "refund", "refunds"),
        ("stripe_fee", "fee", "fee", "fees"),
        ("stripe_fx_fee", "fee", "fee", "fees"),
        ("tax_fee", "tax", "fee", "fees"),
        ("adjustment", "network_cost", "fee", "fees"),
        ("adjustment", "dispute", "dispute", "disputes"),
        ("adjustment", "dispute_reversal", "dispute", "disputes"),
        ("adjustment", "other_adjustment", "adjustment", "adjustments"),
        ("reserve_transaction", "risk_reserved_funds", "reserve", "reserve"),
        ("payment_network_reserve_hold", "other", "reserve", "reserve"),
        ("payout_minimum_balance_release", "other", "reserve", "reserve"),
        ("topup", "topup", "transfer", "adjustments"),
        ("payout_cancel", "payout_reversal", "transfer", "adjustments"),
        ("payout", "payout", "transfer", "adjustments"),
        ("something_of_2031", "news", "adjustment", "adjustments"),
    ],
)
def test_what_stripe_calls_a_movement(store, type, category, expected, total):
    rows = [row("a", -700, type=type, category=category), row("b", 1000)]
    found = bank.settle(store, payout("po_1", rows), rows)
    assert bank.lines(found)[0].type == expected
    left = 300 if total == "adjustments" else -700
    assert getattr(found, total) == left and found.difference == 0
    assert found.unmatched_lines == (expected in ("sale", "refund", "dispute"))


def test_an_unknown_movement_keeps_stripes_words(store):
    rows = [row("a", 100, type="something_of_2031", category="news")]
    [line] = bank.lines(bank.settle(store, payout("po_1", rows), rows))
    assert (line.category, line.description) == ("something_of_2031", "Something of 2031")


def test_an_unknown_charge_is_named_and_still_adds_up(store, bought):
    rows = [sale("pi_unknown", 900, 40), sold(bought())]
    found = bank.settle(store, payout("po_1", rows), rows)
    assert (found.reconciliation, found.unmatched_lines) == (Reconciliation.BALANCED, 1)
    assert [line.unmatched for line in bank.lines(found)] == [True, False]
    assert len(bank.completed()) == 1


def test_a_difference_is_shown_and_never_plugged(store, bought):
    rows = [sold(bought())]
    found = bank.settle(store, payout("po_1", rows, amount=2800), rows)
    assert (found.status, found.reconciliation) == (Status.COMPLETED, Reconciliation.UNBALANCED)
    assert totals(found) == {"gross_sales": 2800, "fees": -10, "net": 2800, "difference": 10}
    assert len(bank.completed()) == 1


def test_a_row_that_does_not_add_up_is_kept_as_it_was_told(store, bought):
    told = replace(sold(bought()), net=2700)
    found = bank.settle(store, payout("po_1", [told], amount=2790), [told])
    assert (found.difference, found.reconciliation) == (90, Reconciliation.UNBALANCED)
    [line] = bank.lines(found)
    assert (line.gross, line.fee, line.net) == (2800, -10, 2700)


def test_the_fee_for_the_payout_itself(store, bought):
    rows = [sold(bought())]
    found = bank.settle(store, payout("po_1", rows, amount=2740, fee=50), rows)
    assert found.reconciliation is Reconciliation.BALANCED
    assert totals(found) == {"gross_sales": 2800, "fees": -10, "payout_fee": -50, "net": 2740}


def test_nothing_is_known_of_its_lines_yet(store, order):
    found = bank.settle(store, bank.earlier(payout("po_1", amount=2790))[1])
    assert (found.status, found.reconciliation) == (Status.PENDING, Reconciliation.INCOMPLETE)
    assert bank.lines(found) == [] and bank.completed() == []
    assert len(bank.waiting(order)) == 2


def test_lines_count_only_once_stripe_has_sorted_them_out(store, bought):
    rows = [sold(bought())]
    found = bank.settle(store, payout("po_1", rows, reconciled=False), rows)
    assert (found.status, found.line_count) == (Status.PENDING, 0)


def test_ten_times_changes_nothing(store, bought):
    rows = [sold(bought())]
    first = bank.settle(store, payout("po_1", rows), rows)
    version, seen = first.version, settlements.as_wire(first)
    for _ in range(9):
        again = bank.settle(store, payout("po_1", rows), rows)
    assert (again.version, settlements.as_wire(again)) == (version, seen)
    assert len(bank.completed()) == len(bank.lines(again)) == 1


def test_a_row_told_twice_counts_once(store, bought):
    told = sold(bought())
    found = bank.settle(store, payout("po_1", [told]), [told, told])
    assert (found.line_count, found.difference) == (1, 0)


def test_paid_out_by_hand(store, order):
    told = payout("po_1", amount=5000, automatic=False, reconciled=None, status="in_transit")
    found = bank.settle(store, told)
    assert (found.status, found.reconciliation) == ("pending", "not_applicable")
    found = bank.settle(store, replace(told, status="paid"))
    assert (found.status, found.reconciliation, found.difference) == (
        "completed", "not_applicable", 0,
    )  # fmt: skip
    assert len(bank.completed()) == 1 and len(bank.waiting(order)) == 2


def test_another_shop_on_the_same_account(store, twin, bought):
    shop.set_up_payments(twin)
    mine = bought()
    rows = [replace(sold(mine), order_id=mine.order.id)]
    ours = bank.settle(store, payout("po_1", rows), rows)
    theirs = bank.settle(twin, payout("po_1", rows), rows)
    assert ours.id != theirs.id and (ours.unmatched_lines, theirs.unmatched_lines) == (0, 1)
    assert bank.lines(theirs)[0].order_id is None
    assert bank.came_with(mine.order) == {ours.id}


def test_what_a_charge_says_of_its_order_is_looked_up(store, product, order):
    unpaid = shop.place(store, product).order
    rows = [
        sale("pi_1", 2800, order_id=unpaid.id),
        sale("pi_2", 2800, order_id="ord_of_nobody"),
        sale("pi_3", 2800, order_id=order.id),
    ]
    found = bank.settle(store, payout("po_1", rows), rows)
    assert [line.order_id for line in bank.lines(found)] == [unpaid.id, None, order.id]
    elsewhere = payout("po_2", rows, account_id="acct_other")
    found = bank.settle(store, elsewhere, rows)
    assert {line.order_id for line in bank.lines(found)} == {None}


def test_taken_from_the_bank(store, order):
    rows = [refund(f"pi_{order.id}", "re_1", 1000)]
    found = bank.settle(store, payout("po_1", rows), rows)
    assert (found.net, found.refunds, found.reconciliation) == (-1000, -1000, "balanced")


def test_what_is_told_of_it(store, bought):
    rows = [refund("pi_x", "re_1", 1), sold(bought())]
    found = bank.settle(store, payout("po_1", rows), rows)
    wire = json.loads(bank.completed()[0].body)["data"]
    assert wire == settlements.as_wire(found)
    assert wire["totals"]["gross_sales"] == 28 and wire["totals"]["refunds"] == -0.01
    assert wire["counts"] == {"orders": 1, "lines": 2}
    assert wire["reconciliation"]["unmatched_lines"] == 1
    assert wire["lines_url"].endswith(f"/v1/settlements/{found.id}/lines")
    line = settlements.line_as_wire(bank.lines(found)[1], "EUR")
    assert (line["gross"], line["fee"], line["net"]) == (28, -0.1, 27.9)
    assert line["fee_details"] == [{"type": "stripe_fee", "amount": -0.1}]


@pytest.mark.parametrize(("currency", "number"), [("JPY", 2790), ("EUR", 27.9), ("KWD", 2.79)])
def test_digits_of_the_currency(store, bought, currency, number):
    rows = [replace(sold(bought()), currency=currency)]
    found = bank.settle(store, payout("po_1", rows, currency=currency), rows)
    assert settlements.as_wire(found)["totals"]["net"] == number


def test_orders_that_are_not_paid_out(store, bought):
    first, second, third = bought(), bought(), bought()
    second.give_back(800)
    orders.follow_money(second.read())
    rows = [sold(first)]
    bank.settle(store, payout("po_1", rows), rows)
    page = orders.not_paid_out(store.id, limit=1)
    assert [(one.order.id, one.amount, one.currency) for one in page.data] == [
        (third.order.id, 2790, "EUR")
    ]
    page = orders.not_paid_out(store.id, cursor=page.next_cursor)
    assert [(one.order.id, one.amount) for one in page.data] == [(second.order.id, 1990)]
    assert page.next_cursor is None and orders.count_not_paid_out(store.id) == 2
    assert page.data[0].since == orders.ledger(second.order)[0].at


def test_an_order_paid_in_two_parts_waits_once(store, bought):
    paid = bought()
    late = replace(paid.read(), payment=replace(paid.read().payment, id="pi_again"))
    orders.follow_money(late)
    assert orders.count_not_paid_out(store.id) == 1
    [one] = orders.not_paid_out(store.id).data
    assert one.amount == sum(entry.amount for entry in orders.ledger(paid.order))


def test_finding_one(store, twin, bought):
    rows = [sold(bought())]
    found = bank.settle(store, payout("po_1", rows), rows)
    assert settlements.find(store.id, found.id) == found
    for place, id in ((twin, found.id), (store, "set_\0"), (store, "set_" + "x" * 5000)):
        with pytest.raises(settlements.SettlementNotFound):
            settlements.find(place.id, id)
    with pytest.raises(stores.StoreNotFound):
        settlements.settle("st_nobody", payout("po_1", rows), rows)


def test_the_newest_payout_comes_first_whenever_we_heard_of_it(store):
    ids = [bank.settle(store, payout(f"po_{day}", amount=1), []).id for day in (2, 3, 1)]
    page = settlements.listed(store.id, limit=2)
    assert [row.id for row in page.data] == [ids[1], ids[0]]
    page = settlements.listed(store.id, cursor=page.next_cursor, limit=2)
    assert [row.id for row in page.data] == [ids[2]]
    assert settlements.listed(store.id, status=Status.FAILED).data == []


def test_lines_page_after_page(store):
    rows = [row(str(number), number) for number in range(5)]
    found = bank.settle(store, payout("po_1", rows), rows)
    page = settlements.lines(store.id, found.id, limit=3)
    rest = settlements.lines(store.id, found.id, cursor=page.next_cursor, limit=3)
    assert [line.gross for line in (*page.data, *rest.data)] == [0, 1, 2, 3, 4]


def test_the_ledger_marks_each_kind_by_itself(store, bought):
    paid = bought()
    paid.give_back(1000)
    orders.follow_money(paid.read())
    rows = [sold(paid)]
    bank.settle(store, payout("po_1", rows), rows)
    assert bank.waiting(paid.order) == [(EntryKind.REFUND, -1000)]
