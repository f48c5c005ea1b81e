"""Money paid out through the API, as the merchant's own calls and the events tell it."""

import sqlite3
from pathlib import Path
from typing import Any

import pytest
import stripe

from synqro.core.clock import now
from synqro.sandbox.stripe.books import DAY, Store
from tests.makers import wait_for
from tests.sandbox.stage import Json, Stage, code_of
from tests.sandbox.test_refunding import bought, refund

QUICK = {"leaves_after": 0, "arrives_after": 0, "reconciles_after": 0}
SLOW = {"leaves_after": 600, "arrives_after": 1200, "reconciles_after": 1800}


def mine(account: str) -> Any:
    return {"stripe_account": account}


def book(stage: Stage, account: str, amount: int, currency: str = "gbp", **more: Any) -> Json:
    asked = {"amount": amount, "currency": currency, "type": "adjustment", **more}
    return stage.ask("POST", f"accounts/{account}/adjust", asked)


def pay_out(stage: Stage, account: str, **asked: Any) -> Json:
    (made,) = stage.ask("POST", f"accounts/{account}/payout", asked)["payouts"]
    return dict(made)


def payouts(stage: Stage, account: str, **params: Any) -> list[Any]:
    return list(stage.client.v1.payouts.list(params, mine(account)).data)  # type: ignore[arg-type]


def rows(stage: Stage, account: str, payout: str, **params: Any) -> list[Any]:
    asked: Any = {"payout": payout, **params}
    found = stage.client.v1.balance_transactions.list(asked, mine(account))
    return list(found.auto_paging_iter())


def available(stage: Stage, account: str) -> dict[str, int]:
    found = stage.client.v1.balance.retrieve({}, mine(account))
    return {one.currency: one.amount for one in found.available if one.amount}


def days_later(stage: Stage, days: int) -> None:
    """Go to an hour after that many midnights (UTC) from now, on the clock as it stands."""
    passed = float(stage.clock_file.read_text() or 0) if stage.clock_file.exists() else 0
    moment = now().timestamp()
    stage.forward(passed + (moment // DAY + days) * DAY + 3600 - moment)


def next_midnight() -> int:
    return int(now().timestamp() // DAY + 1) * DAY


def test_all_that_is_available_is_paid_out_at_midnight_with_rows_that_add_up(stage: Stage):
    account = stage.merchant()
    days_later(stage, 1)  # so that no day ends on the way
    stage.switch(balance_after=0)
    intent = bought(stage, account)
    refund(stage, account, intent, 1000)
    days_later(stage, 2)
    assert payouts(stage, account) == []
    days_later(stage, 3)
    stage.hears("payout.created", "payout.paid", "payout.reconciliation_completed")
    (payout,) = payouts(stage, account)
    assert (payout.status, payout.automatic) == ("paid", True)
    assert payout.reconciliation_status == "completed" and payout.trace_id.value
    assert payout.created % DAY == 0 and payout.arrival_date == payout.created
    found = rows(stage, account, payout.id, expand=["data.source", "data.source.charge"])
    assert [row.type for row in found] == ["payout", "refund", "charge"]
    own, back, sale = found
    assert own.id == payout.balance_transaction and own.source.id == payout.id
    assert (own.net, back.net + sale.net) == (-1437, 1437) and payout.amount == 1437
    assert back.source.payment_intent == sale.source.payment_intent == intent
    assert back.source.charge.id == sale.source.id
    assert available(stage, account) == {}


def test_events_of_a_payout_name_the_account_and_come_in_order(stage: Stage):
    account = stage.merchant()
    book(stage, account, 900)
    pay_out(stage, account)
    stage.forward(60)
    stage.hears("payout.reconciliation_completed")
    assert stage.hook.types("payout.") == [
        "payout.created",
        "payout.updated",
        "payout.updated",
        "payout.paid",
        "payout.reconciliation_completed",
    ]
    told = stage.client.v1.events.list({"type": "payout.*"}, mine(account)).data
    assert {event.account for event in told} == {account}
    assert told[0].data.object["reconciliation_status"] == "completed"


def test_rows_are_not_known_before_it_is_reconciled(stage: Stage):
    account = stage.merchant()
    stage.switch(payouts=SLOW)
    book(stage, account, 900)
    payout = pay_out(stage, account)
    assert payout["reconciliation_status"] == "in_progress"
    assert [row.type for row in rows(stage, account, payout["id"])] == ["payout"]
    stage.ask("POST", f"payouts/{payout['id']}/reconcile")
    assert len(rows(stage, account, payout["id"])) == 2
    stage.forward(3600)  # and not once more by itself
    wait_for(lambda: payouts(stage, account)[0].status == "paid")
    assert stage.hook.types("payout.reconciliation") == ["payout.reconciliation_completed"]


def test_payout_that_fails_days_after_it_was_paid_comes_with_the_next(stage: Stage):
    account = stage.merchant()
    stage.switch(payouts={"fails_after": 3 * DAY, "failure_code": "no_account"})
    book(stage, account, 900)
    book(stage, account, 50)
    failing = pay_out(stage, account)
    stage.forward(60)
    stage.hears("payout.paid")
    stage.switch()
    stage.forward(3 * DAY + 60)
    stage.hears("payout.failed")
    failed = stage.client.v1.payouts.retrieve(failing["id"], {}, mine(account))
    assert (failed.status, failed.failure_code) == ("failed", "no_account")
    assert failed.failure_message and available(stage, account) == {"gbp": 950}
    stage.forward(5 * DAY)
    wait_for(lambda: len(payouts(stage, account)) == 2)
    after = wait_for(lambda: payouts(stage, account, status="paid"))[0]
    (own, back) = rows(stage, account, after.id, expand=["data.source"])
    assert (back.id, back.type) == (failed.failure_balance_transaction, "payout_failure")
    assert (back.amount, back.source.id, after.amount) == (950, failed.id, 950)
    assert own.source.id == after.id
    assert len(rows(stage, account, failed.id)) == 3


def test_payout_fails_before_it_arrives(stage: Stage):
    account = stage.merchant()
    stage.switch(payouts={**QUICK, "ends": "failed"})
    book(stage, account, 900)
    payout = pay_out(stage, account)
    stage.hears("payout.failed", "payout.reconciliation_completed")
    assert "payout.paid" not in stage.hook.types()
    with pytest.raises(AssertionError, match="it is failed already"):
        stage.ask("POST", f"payouts/{payout['id']}/fail")
    with pytest.raises(AssertionError, match="is failed already"):
        stage.ask("POST", f"payouts/{payout['id']}/pay")


def test_days_jumped_over_bring_one_payout_each_at_their_own_time(stage: Stage):
    account = stage.merchant()
    days_later(stage, 1)  # so that no day ends on the way
    stage.switch(balance_after=0)
    bought(stage, account)
    bought(stage, account)
    days_later(stage, 1)
    bought(stage, account)
    days_later(stage, 40)
    wait_for(lambda: len(payouts(stage, account)) == 2)
    late, early = payouts(stage, account)
    assert (early.amount, late.amount) == (2 * 2437, 2437)
    assert late.created - early.created == DAY
    assert [p.id for p in payouts(stage, account, created={"gte": late.created})] == [late.id]
    assert [p.id for p in payouts(stage, account, arrival_date={"lt": late.created})] == [early.id]
    assert payouts(stage, account, created=early.created)[0].id == early.id
    assert [p.id for p in payouts(stage, account, starting_after=late.id)] == [early.id]
    assert [p.id for p in payouts(stage, account, ending_before=early.id, limit=1)] == [late.id]


def test_debt_is_not_paid_out_but_lowers_the_next(stage: Stage):
    account = stage.merchant()
    stage.switch(payouts=QUICK)
    book(stage, account, -700, type="stripe_fee")
    with pytest.raises(AssertionError, match="nothing available"):
        pay_out(stage, account)
    book(stage, account, 500)
    days_later(stage, 2)
    assert payouts(stage, account) == [] and available(stage, account) == {"gbp": -200}
    book(stage, account, 300)
    days_later(stage, 1)
    (payout,) = wait_for(lambda: payouts(stage, account))
    assert payout.amount == 100 and len(rows(stage, account, payout.id)) == 4


def test_each_currency_is_paid_out_apart(stage: Stage):
    account = stage.merchant()
    for amount, currency in ((900, "gbp"), (900, "jpy"), (1230, "kwd"), (500, "isk")):
        book(stage, account, amount, currency)
    made = stage.ask("POST", f"accounts/{account}/payout")["payouts"]
    assert {p["currency"]: p["amount"] for p in made} == {
        "gbp": 900, "isk": 500, "jpy": 900, "kwd": 1230,
    }  # fmt: skip
    assert len({p["destination"] for p in made}) == 4
    for amount, currency in ((1, "isk"), (1231, "kwd")):
        with pytest.raises(AssertionError, match="must be multiples of"):
            book(stage, account, amount, currency)


def test_what_is_pending_can_be_paid_out_at_once(stage: Stage):
    account = stage.merchant()
    intent = bought(stage, account)
    refund(stage, account, intent, 500)
    payout = pay_out(stage, account, available="now")
    assert payout["amount"] == 2437 - 500


def test_payout_costs_a_fee_that_stands_in_its_own_row(stage: Stage):
    account = stage.merchant()
    stage.switch(payouts={**QUICK, "fee": 25})
    book(stage, account, 900)
    payout = pay_out(stage, account)
    own, row = wait_for(lambda: len(r := rows(stage, account, payout["id"])) == 2 and r)
    assert (payout["amount"], row.net) == (875, 900)
    assert (own.amount, own.fee, own.net) == (-875, 25, -900)


def test_nothing_is_paid_out_while_the_account_may_not(stage: Stage):
    account = stage.merchant()
    book(stage, account, 900)
    stage.ask("POST", f"accounts/{account}/restrict")
    with pytest.raises(stripe.InvalidRequestError) as error:
        stage.client.v1.payouts.create({"amount": 1, "currency": "gbp"}, mine(account))
    assert code_of(error.value) == "payouts_not_allowed"
    days_later(stage, 3)
    assert payouts(stage, account) == []
    stage.ask("POST", f"accounts/{account}/lift")
    days_later(stage, 1)
    assert wait_for(lambda: payouts(stage, account))[0].amount == 900


def test_payouts_made_by_hand_only_are_not_made_by_the_clock(stage: Stage):
    account = stage.merchant()
    stage.switch(payouts={"automatic": False})
    book(stage, account, 900)
    days_later(stage, 3)
    assert payouts(stage, account) == []
    stage.switch()
    days_later(stage, 1)
    assert len(wait_for(lambda: payouts(stage, account))) == 1


def test_lists_refuse_nonsense_and_others_see_nothing(stage: Stage):
    account, other = stage.merchant(), stage.merchant()
    book(stage, account, 900)
    payout = pay_out(stage, account)["id"]
    wrong = ("created[gte]=x", "created[since]=1", "created=", "starting_after=po_none", "a=b")
    for query in (*wrong, "limit=0", "limit=101", "status[a]=b"):
        with pytest.raises(stripe.InvalidRequestError):
            stage.client.raw_request("get", f"/v1/payouts?{query}", **mine(account))
    for path in (f"/v1/payouts/{payout}", f"/v1/balance_transactions?payout={payout}"):
        with pytest.raises(stripe.InvalidRequestError, match="No such payout"):
            stage.client.raw_request("get", path, **mine(other))
    assert payouts(stage, other) == [] and available(stage, other) == {}


def test_many_rows_are_booked_at_once_and_read_in_pages(stage: Stage):
    account = stage.merchant()
    stage.switch(payouts=SLOW)
    asked = {"charges": 230, "currency": "kwd", "refunds": 20, "disputes": 10}
    made = stage.ask("POST", f"accounts/{account}/fill", asked)
    assert len(set(made["payment_intents"])) == 230 and len(made["refunds"]) == 20
    payout = pay_out(stage, account)
    stage.ask("POST", f"payouts/{payout['id']}/reconcile")
    found = rows(stage, account, payout["id"], limit=100, expand=["data.source"])
    assert len({row.id for row in found}) == len(found) == 1 + 230 + 20 + 10
    assert sum(row.net for row in found) == 0
    told = {row.source.payment_intent for row in found if row.type != "payout"}
    assert told == set(made["payment_intents"])
    assert stage.hook.types("charge") == []


def test_file_from_before_there_were_payouts_is_paid_out_at_the_next_midnight(tmp_path: Path):
    path, midnights = tmp_path / "sandbox.db", {next_midnight()}
    Store(path).close()
    with sqlite3.connect(path) as old:
        for index in ("payout", "unpaid"):
            old.execute(f"DROP INDEX ix_objects_{index}")
        old.execute("ALTER TABLE objects DROP COLUMN payout")
        body = '{"currency": "gbp", "status": "available", "net": 5}'
        for n in range(3):
            values = (f"txn_{n}", "acct_1", "balance_transaction", body, "{}")
            old.execute(
                "INSERT INTO objects (id, account, kind, body, inside) VALUES (?, ?, ?, ?, ?)",
                values,
            )
    old.close()
    for _ in range(2):
        store = Store(path)
        with store.transaction() as books:
            (day,) = books.waiting("payday", "acct_1")
            assert day.due in midnights | {next_midnight()}  # one may have passed meanwhile
            assert books.balances("acct_1") == {("available", "gbp"): 15}
        store.close()
