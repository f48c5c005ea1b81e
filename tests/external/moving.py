"""Answers of the sandbox about money that moves: refunds, disputes, and the balance."""

import json
from typing import Any

from tests.external.contract import Json
from tests.sandbox.stage import Stage

NOTED = {"metadata": {"a": "b"}}
Answers = list[tuple[str, str, Json]]


def answer(stage: Stage, method: str, path: str, body: Any = None, account: str = "") -> Any:
    options = {"stripe_account": account} if account else {}
    return json.loads(
        stage.client.raw_request(method.lower(), path, **(body or {}), **options).body
    )


def moved_answers(stage: Stage, account: str) -> Answers:
    """One answer at least from each endpoint that speaks of money moved."""
    found = refund_answers(stage, account) + dispute_answers(stage, account)
    found += payout_answers(stage, account)
    lists = {
        "/v1/balance": "",
        "/v1/balance_transactions": "limit=100&expand[0]=data.source&created[gt]=5",
        "/v1/charges": "expand[0]=data.refunds&expand[1]=data.balance_transaction",
        "/v1/disputes": "limit=2",
        "/v1/payouts": "expand[0]=data.destination&expand[1]=data.balance_transaction",
        "/v1/refunds": "limit=1&expand[0]=data.balance_transaction",
    }
    read = {
        path: answer(stage, "GET", f"{path}?{query}", None, account)
        for path, query in lists.items()
    }
    found += [("GET", path, one) for path, one in read.items()]
    rows = read["/v1/balance_transactions"]["data"]
    assert {row["type"] for row in rows} == {
        "adjustment", "charge", "payout", "payout_cancel", "payout_failure", "refund",
        "refund_failure", "stripe_fee",
    }  # fmt: skip
    for row in rows:
        one = answer(stage, "GET", f"/v1/balance_transactions/{row['id']}", None, account)
        found.append(("GET", "/v1/balance_transactions/{id}", one))
    return found


def refund_answers(stage: Stage, account: str) -> Answers:
    found = []
    fails: Json = {"refunds": {"begins": "pending", "ends": "failed", "after": 0}}
    how: list[tuple[Json, Json]] = [({}, {"amount": 100}), (fails, {"amount": 200}), (fails, {})]
    for switches, amount in how:
        stage.switch(balance_after=0, **switches)
        asked = {"payment_intent": paid(stage, account), "reason": "duplicate", **amount}
        made = answer(stage, "POST", "/v1/refunds", asked, account)
        one = f"/v1/refunds/{made['id']}"
        read = f"{one}?expand[0]=failure_balance_transaction&expand[1]=charge"
        found += [
            ("POST", "/v1/refunds", made),
            ("GET", "/v1/refunds/{refund}", answer(stage, "GET", read, None, account)),
            ("POST", "/v1/refunds/{refund}", answer(stage, "POST", one, NOTED, account)),
        ]
    return found


def dispute_answers(stage: Stage, account: str) -> Answers:
    stage.switch(balance_after=0)
    found = []
    ends = (("chargeback", "win"), ("chargeback", "lose"), ("inquiry", "close"))
    for kind, action in (*ends, ("inquiry", "escalate")):
        path = f"/v1/payment_intents/{paid(stage, account)}"
        charge = answer(stage, "GET", path, None, account)["latest_charge"]
        wanted = stage.ask("POST", f"charges/{charge}/dispute", {"kind": kind})["id"]
        one = f"/v1/disputes/{wanted}"
        said = {"evidence": {"receipt": "file_1"}}
        begun = answer(stage, "GET", one, None, account)
        answered = answer(stage, "POST", one, said, account)
        stage.ask("POST", f"disputes/{wanted}/{action}")
        read = f"{one}?expand[0]=charge.balance_transaction&expand[1]=payment_intent"
        found += [
            ("GET", "/v1/disputes/{dispute}", begun),
            ("POST", "/v1/disputes/{dispute}", answered),
            ("GET", "/v1/disputes/{dispute}", answer(stage, "GET", read, None, account)),
        ]
    return found


def payout_answers(stage: Stage, account: str) -> Answers:
    """Payouts that arrive, fail, are called off, and are reversed."""
    slow = {"leaves_after": 600, "arrives_after": 600, "reconciles_after": 600}
    stage.switch(payouts=slow)
    for kind, amount in (("charge_elsewhere", 9000), ("stripe_fee", -300), ("adjustment", 5)):
        asked = {"amount": amount, "currency": "gbp", "type": kind}
        stage.ask("POST", f"accounts/{account}/adjust", asked)
    path = "/v1/payouts"
    asked = {"amount": 700, "currency": "gbp", "method": "instant", "metadata": {"a": "b"}}
    found = []
    manual = [answer(stage, "POST", path, asked, account) for _ in range(2)]
    off = answer(stage, "POST", f"{path}/{manual[0]['id']}/cancel", {}, account)
    (made,) = stage.ask("POST", f"accounts/{account}/payout")["payouts"]
    for action in ("pay", "reconcile", "fail"):
        one = f"{path}/{made['id']}"
        found.append(("GET", f"{path}/{{payout}}", answer(stage, "GET", one, None, account)))
        stage.ask("POST", f"payouts/{made['id']}/{action}")
    stage.ask("POST", f"payouts/{manual[1]['id']}/pay")
    back = answer(stage, "POST", f"{path}/{manual[1]['id']}/reverse", {}, account)
    expand = "expand[0]=reversed_by&expand[1]=failure_balance_transaction&expand[2]=destination"
    for one in (made, manual[0], manual[1], back):
        read = answer(stage, "GET", f"{path}/{one['id']}?{expand}", None, account)
        found.append(("GET", f"{path}/{{payout}}", read))
    rows = f"/v1/balance_transactions?payout={made['id']}&expand[0]=data.source"
    return [
        *found,
        *(("POST", path, one) for one in manual),
        ("POST", f"{path}/{{payout}}/cancel", off),
        ("POST", f"{path}/{{payout}}/reverse", back),
        ("POST", f"{path}/{{payout}}", answer(stage, "POST", one_of(back), NOTED, account)),
        ("GET", "/v1/balance_transactions", answer(stage, "GET", rows, None, account)),
    ]


def one_of(payout: Json) -> str:
    return f"/v1/payouts/{payout['id']}"


def paid(stage: Stage, account: str) -> str:
    """A payment of £25.00; gives back its intent."""
    session = stage.open(account)
    stage.press(session.id, "pay")
    return str(stage.read(account, session.id).payment_intent)
