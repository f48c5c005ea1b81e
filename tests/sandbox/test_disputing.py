"""Payments that the customer's bank contests."""

import json
from typing import Any

import pytest
import stripe

from tests.makers import wait_for
from tests.sandbox.stage import Json, Stage, code_of
from tests.sandbox.test_refunding import bought, charge_of, refund

DAY = 24 * 3600


def dispute(stage: Stage, account: str, intent: str, kind: str = "chargeback") -> str:
    charge = charge_of(stage, account, intent).id
    return str(stage.ask("POST", f"charges/{charge}/dispute", {"kind": kind})["id"])


def read(stage: Stage, account: str, wanted: str) -> Any:
    return stage.client.v1.disputes.retrieve(wanted, {}, {"stripe_account": account})


def refused(stage: Stage, path: str) -> str:
    """The sentence with which a button is refused."""
    with pytest.raises(AssertionError, match="error") as error:
        stage.ask("POST", path)
    return str(error.value)


def test_chargeback_takes_the_money_and_a_fee(stage: Stage):
    account = stage.merchant()
    intent = bought(stage, account)
    wanted = dispute(stage, account, intent)
    stage.hears("charge.dispute.created", "charge.dispute.funds_withdrawn")
    found = read(stage, account, wanted)
    assert (found.status, found.amount, found.payment_intent) == ("needs_response", 2500, intent)
    assert found.evidence_details.due_by > found.created + 7 * DAY
    [row] = found.balance_transactions
    assert (row.amount, row.fee, row.net, row.source) == (-2500, 2000, -4500, wanted)
    assert charge_of(stage, account, intent).disputed is True
    with pytest.raises(stripe.InvalidRequestError) as error:
        refund(stage, account, intent)
    assert code_of(error.value) == "charge_disputed"


def test_won_dispute_brings_the_money_back(stage: Stage):
    account = stage.merchant()
    intent = bought(stage, account)
    wanted = dispute(stage, account, intent)
    stage.ask("POST", f"disputes/{wanted}/win")
    stage.hears("charge.dispute.closed", "charge.dispute.funds_reinstated")
    found = read(stage, account, wanted)
    assert found.status == "won"
    assert [row.amount for row in found.balance_transactions] == [-2500, 2500]
    assert refund(stage, account, intent).status == "succeeded"
    assert "is over" in refused(stage, f"disputes/{wanted}/lose")


def test_lost_dispute_keeps_the_money(stage: Stage):
    account = stage.merchant()
    intent = bought(stage, account)
    wanted = dispute(stage, account, intent)
    stage.ask("POST", f"disputes/{wanted}/lose")
    stage.hears("charge.dispute.closed")
    assert read(stage, account, wanted).status == "lost"
    with pytest.raises(stripe.InvalidRequestError):
        refund(stage, account, intent)


def test_inquiry_takes_nothing_until_it_becomes_a_chargeback(stage: Stage):
    account = stage.merchant()
    intent = bought(stage, account)
    wanted = dispute(stage, account, intent, "inquiry")
    found = read(stage, account, wanted)
    assert (found.status, found.balance_transactions) == ("warning_needs_response", [])
    assert found.is_charge_refundable is True
    assert "an inquiry" in refused(stage, f"disputes/{wanted}/win")
    refund(stage, account, intent, 1000)
    stage.ask("POST", f"disputes/{wanted}/escalate")
    stage.hears("charge.dispute.updated", "charge.dispute.funds_withdrawn")
    found = read(stage, account, wanted)
    assert (found.status, found.amount) == ("needs_response", 1500)


def test_inquiry_is_closed(stage: Stage):
    account = stage.merchant()
    intent = bought(stage, account)
    wanted = dispute(stage, account, intent, "inquiry")
    stage.ask("POST", f"disputes/{wanted}/close")
    assert read(stage, account, wanted).status == "warning_closed"
    assert dispute(stage, account, intent) != wanted


def test_evidence_is_kept_and_handed_in(stage: Stage):
    account = stage.merchant()
    wanted = dispute(stage, account, bought(stage, account))
    options: Any = {"stripe_account": account}
    disputes = stage.client.v1.disputes
    staged = disputes.update(wanted, {"evidence": {"receipt": "x"}, "submit": False}, options)
    assert (staged.status, staged.evidence_details.has_evidence) == ("needs_response", True)
    given = disputes.update(wanted, {"submit": True}, options)
    assert (given.status, given.evidence_details.submission_count) == ("under_review", 1)
    assert given.evidence.receipt == "x"
    stage.ask("POST", f"disputes/{wanted}/win")
    with pytest.raises(stripe.InvalidRequestError, match="is over"):
        disputes.update(wanted, {"submit": True}, options)


def test_dispute_nobody_answers_is_lost(stage: Stage):
    account = stage.merchant()
    wanted = dispute(stage, account, bought(stage, account))
    stage.forward(11 * DAY)
    stage.hears("charge.dispute.closed")
    assert read(stage, account, wanted).status == "lost"


def test_refund_under_way_fails_when_the_payment_is_disputed(stage: Stage):
    account = stage.merchant()
    intent = bought(stage, account)
    stage.switch(refunds={"begins": "pending", "after": 600})
    begun = refund(stage, account, intent, 1000)
    wanted = dispute(stage, account, intent)
    found = stage.client.v1.refunds.retrieve(begun.id, {}, {"stripe_account": account})
    assert found.failure_reason == "charge_for_pending_refund_disputed"
    assert read(stage, account, wanted).amount == 2500


@pytest.mark.parametrize("action", ["decline", "dispute", "refund"])
def test_payment_with_nothing_to_contest_is_refused(stage: Stage, action: str):
    account = stage.merchant()
    intent = bought(stage, account, "decline" if action == "decline" else "pay")
    charge = charge_of(stage, account, intent).id
    if action == "dispute":
        dispute(stage, account, intent)
    if action == "refund":
        refund(stage, account, intent)
    assert "error" in refused(stage, f"charges/{charge}/dispute")


def test_restricted_account_is_told_and_lifted(stage: Stage):
    account = stage.merchant()
    told = [
        "v2.core.account[configuration.merchant].capability_status_updated",
        "v2.core.account[requirements].updated",
    ]
    wait_for(lambda: sorted(thin(stage)) == told)
    stage.hook.arrived.clear()
    stage.ask("POST", f"accounts/{account}/restrict")
    wait_for(lambda: sorted(thin(stage)) == told)
    asked: Any = {"include": ["configuration.merchant", "requirements"]}
    found = stage.client.v2.core.accounts.retrieve(account, asked)
    merchant = found.configuration and found.configuration.merchant
    assert merchant and merchant.capabilities and merchant.capabilities.card_payments
    assert merchant.capabilities.card_payments.status == "restricted"
    assert found.requirements and len(found.requirements.entries or []) == 1
    with pytest.raises(stripe.InvalidRequestError, match="cannot currently make charges"):
        stage.open(account)
    stage.ask("POST", f"accounts/{account}/lift")
    assert stage.open(account).status == "open"


def thin(stage: Stage) -> list[str]:
    found: list[Json] = [json.loads(b) for path, _, b in stage.hook.arrived if path.endswith("v2")]
    return [event["type"] for event in found]


@pytest.mark.parametrize(
    ("action", "event"),
    [("deauthorize", "account.application.deauthorized"), ("close", "v2.core.account.closed")],
)
def test_lost_account_is_told_once_and_never_heard_of_again(stage: Stage, action: str, event: str):
    account = stage.merchant()
    session = stage.open(account)
    stage.ask("POST", f"accounts/{account}/{action}")
    wait_for(lambda: event in stage.hook.types() + thin(stage))
    with pytest.raises(stripe.PermissionError):
        stage.read(account, session.id)
    stage.forward(2 * DAY)
    assert "not connected" in refused(stage, f"accounts/{account}/restrict")
    assert stage.hook.types("checkout") == []
