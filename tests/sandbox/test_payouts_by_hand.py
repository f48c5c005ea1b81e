"""Payouts that a merchant asks for, calls off, and takes back."""

from typing import Any

import pytest
import stripe

from tests.makers import wait_for
from tests.sandbox.stage import Stage, code_of
from tests.sandbox.test_payouts import QUICK, SLOW, available, book, mine, pay_out, rows


def test_payout_asked_for_by_hand_has_no_rows_to_list(stage: Stage):
    account = stage.merchant()
    book(stage, account, 900)
    asked: Any = {"amount": 400, "currency": "gbp", "statement_descriptor": "RENT"}
    made = stage.client.v1.payouts.create(asked, mine(account))
    assert (made.automatic, made.reconciliation_status) == (False, "not_applicable")
    with pytest.raises(stripe.InvalidRequestError, match="only be filtered on automatic"):
        rows(stage, account, made.id)
    assert available(stage, account) == {"gbp": 500}
    with pytest.raises(stripe.InvalidRequestError) as error:
        stage.client.v1.payouts.create({"amount": 501, "currency": "gbp"}, mine(account))
    assert code_of(error.value) == "balance_insufficient"
    instant: Any = {"amount": 200, "currency": "gbp", "method": "instant"}
    quick = stage.client.v1.payouts.create(
        {**instant, "expand": ["balance_transaction"]}, mine(account)
    )
    assert quick.balance_transaction.fee == 2  # type: ignore[union-attr]
    automatic = pay_out(stage, account)
    assert automatic["amount"] == 298


def test_payout_by_hand_is_called_off_while_it_waits(stage: Stage):
    account = stage.merchant()
    stage.switch(payouts=SLOW)
    book(stage, account, 900)
    made = stage.client.v1.payouts.create({"amount": 400, "currency": "gbp"}, mine(account))
    off = stage.client.v1.payouts.cancel(made.id, {}, mine(account))
    assert off.status == "canceled" and off.failure_balance_transaction
    assert available(stage, account) == {"gbp": 900}
    stage.hears("payout.canceled")
    automatic = pay_out(stage, account)
    for wanted, say in ((made.id, "that are canceled"), (automatic["id"], "automatic payouts")):
        with pytest.raises(stripe.InvalidRequestError, match=say):
            stage.client.v1.payouts.cancel(wanted, {}, mine(account))


def test_payout_is_reversed_by_another(stage: Stage):
    account = stage.merchant()
    stage.switch(payouts=QUICK)
    book(stage, account, 900)
    made = pay_out(stage, account)
    stage.hears("payout.paid")
    back = stage.client.v1.payouts.reverse(made["id"], {}, mine(account))
    assert (back.amount, back.original_payout, back.automatic) == (-900, made["id"], False)
    expand: Any = {"expand": ["reversed_by"]}
    one = stage.client.v1.payouts.retrieve(made["id"], expand, mine(account))
    assert one.status == "paid" and one.reversed_by.id == back.id  # type: ignore[union-attr]
    for wanted in (made["id"], back.id):
        with pytest.raises(stripe.InvalidRequestError, match="reversed"):
            stage.client.v1.payouts.reverse(wanted, {}, mine(account))
    again = pay_out(stage, account)
    found = wait_for(lambda: len(r := rows(stage, account, again["id"])) == 2 and r)
    assert [(row.type, row.source) for row in found] == [
        ("payout", again["id"]),
        ("payout", back.id),
    ]


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({}, "parameter_missing"),
        ({"amount": 5}, "parameter_missing"),
        ({"amount": 0, "currency": "gbp"}, "parameter_invalid_integer"),
        ({"amount": -5, "currency": "gbp"}, "parameter_invalid_integer"),
        ({"amount": 5, "currency": "zzz"}, None),
        ({"amount": 5, "currency": "gbp", "destination": "ba_none"}, "resource_missing"),
        ({"amount": 5, "currency": "gbp", "method": "pigeon"}, None),
        ({"amount": 5, "currency": "gbp", "statement_descriptor": "x" * 23}, None),
        ({"amount": 150, "currency": "isk"}, "parameter_invalid_integer"),
        ({"amount": 5, "currency": "gbp", "automatic": "true"}, "parameter_unknown"),
    ],
)
def test_nonsense_is_refused(stage: Stage, params: Any, code: str | None):
    account = stage.merchant()
    book(stage, account, 900)
    with pytest.raises(stripe.InvalidRequestError) as error:
        stage.client.v1.payouts.create(params, mine(account))
    assert code_of(error.value) == code
