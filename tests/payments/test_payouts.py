"""Payouts read back: what they are made of, in our units and with our signs."""

from typing import Any

import pytest

from synqro import orders, payments
from synqro.payments import Payout, PayoutRow, Provider, payouts
from tests.payments import moneybox
from tests.payments.till import account

QUICK = {"leaves_after": 0, "arrives_after": 0, "reconciles_after": 0}
AWAY = {"kind": "server_error", "path": "/v1/balance_transactions", "times": 3}


@pytest.fixture
def acct(till, shop) -> str:
    till.ask("switches", payouts=QUICK, balance_after=0)
    return account(shop).account_id


def pay_out(till, acct: str, **asked: Any) -> str:
    made = till.ask(f"accounts/{acct}/payout", available="now", **asked)["payouts"]
    return str(made[0]["id"])


def read(acct: str, payout_id: str) -> tuple[Payout, list[PayoutRow]]:
    found = payments.read_payout(Provider.SANDBOX, acct, payout_id)
    return found, payments.read_payout_rows(Provider.SANDBOX, acct, payout_id)


def test_a_sale_a_refund_and_a_dispute(till, acct, order):
    orders.refund(order.store_id, order.id, amount=1000)
    dispute = moneybox.dispute(till, order)
    till.ask(f"disputes/{dispute}/win")
    till.ask(f"accounts/{acct}/adjust", amount=-100, currency="eur", type="stripe_fee")
    found, rows = read(acct, pay_out(till, acct))
    assert (found.status, found.reconciled, found.automatic) == ("paid", True, True)
    assert (found.currency, found.amount) == ("EUR", sum(row.net for row in rows))
    assert found.last4 and found.reference and found.own_row and found.failure is None
    assert all(row.gross + row.fee == row.net and row.fee <= 0 for row in rows)
    named = {row.category: row for row in rows}
    assert named.keys() == {"charge", "refund", "dispute", "dispute_reversal", "fee"}
    payment = moneybox.payment(order)
    of_payment = {row.payment for name, row in named.items() if name != "fee"}
    assert of_payment == {payment} and named["fee"].payment is None
    assert (named["charge"].order_id, named["refund"].order_id) == (order.id, order.id)
    [refund] = orders.refunds(order)
    assert (named["refund"].source_id, named["refund"].gross) == (refund.reference, -1000)
    assert (named["dispute"].source_id, named["dispute"].source_kind) == (dispute, "dispute")
    charge = named["charge"]
    assert (charge.gross, charge.fee) == (5600, -109)
    assert charge.fee_details == [{"type": "stripe_fee", "amount": -109}]
    assert found.own_row not in {row.id for row in rows}


def test_one_that_failed_is_in_the_next_one(till, acct, order):
    first = pay_out(till, acct)
    till.ask(f"payouts/{first}/fail", failure_code="account_closed")
    found = payments.read_payout(Provider.SANDBOX, acct, first)
    assert (found.status, found.failure) == ("failed", "The bank account is closed.")
    _, [row] = read(acct, pay_out(till, acct))
    assert (row.type, row.source_id, row.gross) == ("payout_failure", first, found.amount)


def test_every_reason_is_a_sentence():
    assert all(words[0].isupper() and words.endswith(".") for words in payouts.FAILURES.values())


@pytest.mark.parametrize(("currency", "whole"), [("isk", 100), ("jpy", 1), ("kwd", 1)])
def test_units_of_the_currency(till, acct, currency, whole):
    till.ask(f"accounts/{acct}/fill", charges=2, currency=currency, amount=5000 * whole)
    found, rows = read(acct, pay_out(till, acct, currency=currency))
    assert [row.gross for row in rows] == [5000, 5000]
    assert found.amount == sum(row.net for row in rows)


def test_all_pages_or_none(till, acct, monkeypatch):
    till.ask(f"accounts/{acct}/fill", charges=230, currency="eur")
    payout_id = pay_out(till, acct)
    whole = payouts._rows

    def breaks(of, told):
        for number, row in enumerate(told):
            if number == 99:
                till.ask("switches", payouts=QUICK, faults=[AWAY])
            yield from whole(of, iter([row]))

    monkeypatch.setattr(payouts, "_rows", breaks)
    with pytest.raises(payments.PaymentProviderError):
        payments.read_payout_rows(Provider.SANDBOX, acct, payout_id)
    monkeypatch.undo()
    assert len({row.id for row in read(acct, payout_id)[1]}) == 230


def test_the_newest_first_page_after_page(till, acct):
    ids = []
    for _ in range(3):
        till.ask(f"accounts/{acct}/fill", charges=1, currency="eur")
        ids.append(pay_out(till, acct))
    some, more = payments.list_payouts(Provider.SANDBOX, acct, limit=2)
    assert ([one.id for one in some], more) == ([ids[2], ids[1]], True)
    rest, more = payments.list_payouts(Provider.SANDBOX, acct, after=ids[1], limit=2)
    assert ([one.id for one in rest], more) == ([ids[0]], False)
    assert some[0] == payments.read_payout(Provider.SANDBOX, acct, ids[2])
    since = some[0].created.replace(year=some[0].created.year + 1)
    assert payments.list_payouts(Provider.SANDBOX, acct, created_since=since) == ([], False)


def test_what_is_not_there(till, acct):
    with pytest.raises(payments.NotThere):
        payments.read_payout(Provider.SANDBOX, acct, "po_nothing")
    assert (account_pair := payments.paid_accounts()) and account_pair[0][1] == acct
