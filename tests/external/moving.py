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
    lists = {
        "/v1/balance_transactions": "limit=100&expand[0]=data.source",
        "/v1/charges": "expand[0]=data.refunds&expand[1]=data.balance_transaction",
        "/v1/disputes": "limit=2",
        "/v1/refunds": "limit=1&expand[0]=data.balance_transaction",
    }
    read = {
        path: answer(stage, "GET", f"{path}?{query}", None, account)
        for path, query in lists.items()
    }
    found += [("GET", path, one) for path, one in read.items()]
    rows = read["/v1/balance_transactions"]["data"]
    assert {row["type"] for row in rows} == {"adjustment", "charge", "refund", "refund_failure"}
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


def paid(stage: Stage, account: str) -> str:
    """A payment of £25.00; gives back its intent."""
    session = stage.open(account)
    stage.press(session.id, "pay")
    return str(stage.read(account, session.id).payment_intent)
