"""Money given back through the API, as the merchant's own calls and the events tell it."""

from typing import Any

import pytest
import stripe

from tests.makers import wait_for
from tests.sandbox.stage import Stage, code_of


def bought(stage: Stage, account: str, action: str = "pay") -> str:
    """A payment of £25.00; gives back its intent."""
    session = stage.open(account)
    stage.press(session.id, action)
    return str(stage.read(account, session.id).payment_intent)


def refund(stage: Stage, account: str, intent: str, amount: int | None = None, **more: Any) -> Any:
    asked: Any = {"payment_intent": intent, **more}
    if amount is not None:
        asked["amount"] = amount
    return stage.client.v1.refunds.create(asked, {"stripe_account": account})


def charge_of(stage: Stage, account: str, intent: str, *expand: str) -> Any:
    params: Any = {"expand": ["latest_charge", *(f"latest_charge.{path}" for path in expand)]}
    options: Any = {"stripe_account": account}
    return stage.client.v1.payment_intents.retrieve(intent, params, options).latest_charge


def test_part_and_rest_come_back_and_are_told(stage: Stage):
    account = stage.merchant()
    intent = bought(stage, account)
    part = refund(stage, account, intent, 1000, reason="requested_by_customer")
    assert (part.status, part.amount, part.currency) == ("succeeded", 1000, "gbp")
    charge = charge_of(stage, account, intent)
    assert (charge.amount_refunded, charge.refunded) == (1000, False)
    rest = refund(stage, account, intent)
    assert rest.amount == 1500
    charge = charge_of(stage, account, intent, "refunds")
    assert (charge.amount_refunded, charge.refunded) == (2500, True)
    assert [r.id for r in charge.refunds.data] == [rest.id, part.id]
    wait_for(lambda: stage.hook.types("charge.refunded") == ["charge.refunded"] * 2)
    assert stage.hook.types("refund.") == ["refund.created"] * 2


def test_more_than_is_left_is_refused(stage: Stage):
    account = stage.merchant()
    intent = bought(stage, account)
    refund(stage, account, intent, 2000)
    say = r"Refund amount \(£5.01\) is greater than unrefunded amount on charge \(£5.00\)"
    with pytest.raises(stripe.InvalidRequestError, match=say):
        refund(stage, account, intent, 501)
    refund(stage, account, intent, 500)
    with pytest.raises(stripe.InvalidRequestError) as error:
        refund(stage, account, intent)
    assert code_of(error.value) == "charge_already_refunded"


def test_refund_that_fails_later_can_be_made_again(stage: Stage):
    account = stage.merchant()
    intent = bought(stage, account)
    ends = {"begins": "pending", "ends": "failed", "after": 60, "failure_reason": "declined"}
    stage.switch(refunds=ends)
    begun = refund(stage, account, intent)
    assert begun.status == "pending" and charge_of(stage, account, intent).refunded
    stage.forward(61)
    stage.hears("refund.failed", "refund.updated", "charge.refund.updated")
    params: Any = {"expand": ["failure_balance_transaction"]}
    options: Any = {"stripe_account": account}
    failed = stage.client.v1.refunds.retrieve(begun.id, params, options)
    assert (failed.status, failed.failure_reason) == ("failed", "declined")
    assert failed.failure_balance_transaction.amount == 2500
    assert charge_of(stage, account, intent).amount_refunded == 0
    stage.switch()
    assert refund(stage, account, intent).status == "succeeded"


def test_refund_under_way_arrives(stage: Stage):
    account = stage.merchant()
    intent = bought(stage, account)
    stage.switch(refunds={"begins": "pending", "after": 60})
    begun = refund(stage, account, intent, 100)
    assert begun.pending_reason == "processing"
    stage.forward(61)
    stage.hears("refund.updated")
    options: Any = {"stripe_account": account}
    assert stage.client.v1.refunds.retrieve(begun.id, {}, options).status == "succeeded"


def test_same_key_refunds_once(stage: Stage):
    account = stage.merchant()
    intent = bought(stage, account)
    options: Any = {"stripe_account": account, "idempotency_key": "rfd_1"}
    refunds = stage.client.v1.refunds
    first, again = (refunds.create({"payment_intent": intent}, options) for _ in range(2))
    assert first.id == again.id
    listed = refunds.list({"payment_intent": intent}, {"stripe_account": account})
    assert [found.id for found in listed.data] == [first.id]


def test_fee_comes_a_little_after_the_money(stage: Stage):
    account = stage.merchant()
    stage.switch(balance_after=60)
    intent = bought(stage, account)
    assert charge_of(stage, account, intent).balance_transaction is None
    stage.forward(61)
    stage.hears("charge.updated")
    row = charge_of(stage, account, intent, "balance_transaction").balance_transaction
    assert (row.amount, row.fee, row.net, row.status) == (2500, 63, 2437, "pending")
    stage.forward(3 * 24 * 3600)
    options: Any = {"stripe_account": account}
    found = stage.client.v1.balance_transactions.retrieve(row.id, {"expand": ["source"]}, options)
    assert found.status == "available"
    assert found.source.payment_intent == intent


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({}, "parameter_missing"),
        ({"amount": 0}, "parameter_invalid_integer"),
        ({"amount": -5}, "parameter_invalid_integer"),
        ({"amount": "1e3"}, "parameter_invalid_integer"),
        ({"amount": {"a": "1"}}, "parameter_invalid_integer"),
        ({"amount": "9" * 400}, "parameter_invalid_integer"),
        ({"payment_intent": ""}, "parameter_invalid_empty"),
        ({"payment_intent": {"x": "y"}}, None),
        ({"payment_intent": "pi_none"}, "resource_missing"),
        ({"payment_intent": "pi_\x00' OR 1=1"}, "resource_missing"),
        ({"charge": "ch_none"}, "resource_missing"),
        ({"reason": "bored"}, None),
        ({"metadata": "no"}, None),
        ({"expand": ["charge.balance_transaction.source.charge.outcome"]}, None),
        ({"refund_everything": "true"}, "parameter_unknown"),
    ],
)
def test_nonsense_is_refused(stage: Stage, params: Any, code: str | None):
    account = stage.merchant()
    if "expand" in params:
        params = {**params, "payment_intent": bought(stage, account)}
    with pytest.raises(stripe.InvalidRequestError) as error:
        stage.client.v1.refunds.create(params, {"stripe_account": account})
    assert code_of(error.value) == code


@pytest.mark.parametrize("path", ["refunds", "disputes", "balance_transactions", "charges"])
def test_lists_refuse_nonsense(stage: Stage, path: str):
    account = stage.merchant()
    for query in ("limit=0", "limit=x", "starting_after=re_none", "payment_intent[a]=b", "a=%ff"):
        with pytest.raises(stripe.InvalidRequestError):
            stage.client.raw_request("get", f"/v1/{path}?{query}", stripe_account=account)
    with pytest.raises(stripe.InvalidRequestError):
        stage.client.raw_request("get", f"/v1/{path}/none_such", stripe_account=account)


def test_other_merchants_see_and_take_nothing(stage: Stage):
    account, other = stage.merchant(), stage.merchant()
    intent = bought(stage, account)
    made = refund(stage, account, intent, 100)
    with pytest.raises(stripe.InvalidRequestError, match="No such payment_intent"):
        refund(stage, other, intent)
    with pytest.raises(stripe.InvalidRequestError, match="No such refund"):
        stage.client.v1.refunds.retrieve(made.id, {}, {"stripe_account": other})
    assert stage.client.v1.refunds.list({}, {"stripe_account": other}).data == []
