"""Calls that go wrong on the way: what the SDK meets, and what was done all the same."""

from typing import Any

import pytest
import stripe

from tests.sandbox.stage import LINE, SHOP, Stage, code_of, sdk
from tests.sandbox.test_payouts import SLOW

PATH = "/v1/checkout/sessions"


def everything(stage: Stage, account: str) -> list[Any]:
    options: Any = {"stripe_account": account}
    return list(stage.client.v1.checkout.sessions.list({}, options).data)


def test_connection_cut_before_leaves_nothing_done(stage: Stage):
    account = stage.merchant()
    stage.switch(faults=[{"kind": "dropped", "method": "POST", "path": PATH}])
    with pytest.raises(stripe.APIConnectionError):
        stage.open(account, "ord_1:1")
    assert everything(stage, account) == []
    assert stage.open(account, "ord_1:1").status == "open"


def test_answer_lost_after_the_work_comes_with_the_same_key(stage: Stage):
    account = stage.merchant()
    stage.switch(faults=[{"kind": "dropped_after", "path": PATH, "times": 2}])
    for _ in range(2):
        with pytest.raises(stripe.APIConnectionError):
            stage.open(account, "ord_1:1")
    found = everything(stage, account)
    again = stage.open(account, "ord_1:1")
    assert [session.id for session in found] == [again.id]


def test_sdk_that_retries_finds_what_was_done(stage: Stage):
    account = stage.merchant()
    stage.switch(faults=[{"kind": "dropped_after", "path": PATH}])
    client = sdk(stage.address, stage.secrets.secret_key, max_network_retries=2)
    params: Any = {"mode": "payment", "success_url": SHOP, "line_items": [LINE]}
    opened = client.v1.checkout.sessions.create(params, {"stripe_account": account})
    assert [session.id for session in everything(stage, account)] == [opened.id]


@pytest.mark.parametrize("body", ["html", "json"])
def test_nonsense_for_an_answer_hides_work_that_was_done(stage: Stage, body: str):
    account = stage.merchant()
    stage.switch(faults=[{"kind": "garbage", "path": PATH, "body": body}])
    with pytest.raises(stripe.APIError):
        stage.open(account, "ord_1:1")
    assert [s.id for s in everything(stage, account)] == [stage.open(account, "ord_1:1").id]


def test_key_can_be_refused(stage: Stage):
    account = stage.merchant()
    stage.switch(faults=[{"kind": "unauthorized", "path": "/v1"}])
    with pytest.raises(stripe.AuthenticationError):
        stage.open(account)


def test_refund_can_be_refused_for_an_empty_balance(stage: Stage):
    account = stage.merchant()
    session = stage.open(account)
    stage.press(session.id, "pay")
    asked: Any = {"payment_intent": stage.read(account, session.id).payment_intent}
    stage.switch(faults=[{"kind": "balance_insufficient", "path": "/v1/refunds"}])
    with pytest.raises(stripe.InvalidRequestError) as error:
        stage.client.v1.refunds.create(asked, {"stripe_account": account})
    assert code_of(error.value) == "balance_insufficient"


def test_answers_are_forgotten_after_a_day(stage: Stage):
    account = stage.merchant()
    first = stage.open(account, "ord_1:1")
    stage.forward(23 * 3600)
    assert stage.open(account, "ord_1:1").id == first.id
    stage.forward(25 * 3600)
    assert stage.open(account, "ord_1:1").id != first.id


def test_fault_strikes_only_the_call_it_waits_for(stage: Stage):
    account = stage.merchant()
    path = "/v1/balance_transactions"
    stage.switch(faults=[{"kind": "server_error", "path": path, "after": 2}])
    asked = {"charges": 25, "currency": "gbp"}
    stage.ask("POST", f"accounts/{account}/fill", asked)
    options: Any = {"stripe_account": account}
    pages = stage.client.v1.balance_transactions
    first = pages.list({"limit": 10}, options)
    second = first.next_page()
    with pytest.raises(stripe.APIError):
        second.next_page()
    assert len(second.next_page().data) == 5
    assert stage.ask("GET", "switches")["faults"] == []


def test_row_can_be_missing_from_a_payout(stage: Stage):
    account = stage.merchant()
    stage.switch(payouts=SLOW)
    stage.ask("POST", f"accounts/{account}/fill", {"charges": 3, "currency": "gbp"})
    (payout,) = stage.ask("POST", f"accounts/{account}/payout")["payouts"]
    stage.ask("POST", f"payouts/{payout['id']}/reconcile")
    stage.switch(faults=[{"kind": "missing_row", "path": "/v1/balance_transactions"}])
    params: Any = {"payout": payout["id"]}
    options: Any = {"stripe_account": account}
    lacking = stage.client.v1.balance_transactions.list(params, options).data
    whole = stage.client.v1.balance_transactions.list(params, options).data
    assert [row.id for row in lacking] == [whole[0].id, whole[2].id, whole[3].id]
    assert sum(row.net for row in whole) == 0
