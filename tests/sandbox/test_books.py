"""The books add up, whatever is done in whatever order."""

import tempfile
from contextlib import suppress
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from synqro.core import clock
from synqro.sandbox.stripe import disputing, paying, refunding
from synqro.sandbox.stripe.account_objects import bare_account
from synqro.sandbox.stripe.balance import processing_fee
from synqro.sandbox.stripe.books import Books, Json, Kept, Store
from synqro.sandbox.stripe.clockwork import catch_up
from synqro.sandbox.stripe.currencies import step
from synqro.sandbox.stripe.refusals import Refused
from synqro.sandbox.stripe.switches import write_switches
from tests.makers import move_clock

ACCOUNT = "acct_1"
MINUTE = 60
READY = {"requested": True, "status": "active", "submitted": True}
DONE = st.one_of(
    st.tuples(st.just("refund"), st.integers(1, 3000)),
    st.tuples(st.sampled_from(["chargeback", "inquiry"]), st.just(0)),
    st.tuples(st.sampled_from(["win", "lose", "close", "escalate", "answer"]), st.just(0)),
    st.tuples(st.just("wait"), st.sampled_from([1, MINUTE, 24 * 60 * MINUTE, 864_000])),
    st.tuples(st.just("refunds"), st.integers(0, 3)),
)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(steps=st.lists(DONE, max_size=14), currency=st.sampled_from(["gbp", "jpy", "kwd", "isk"]))
def test_balance_is_what_charges_refunds_and_disputes_say(
    steps: list[tuple[str, int]], currency: str
):
    with tempfile.TemporaryDirectory() as folder:
        clock_file = Path(folder) / "clock"
        clock.use_file(clock_file)
        store = Store(Path(folder) / "sandbox.db")
        try:
            walk(store, clock_file, steps, currency)
        finally:
            store.close()
            clock.use_file(None)


def walk(store: Store, clock_file: Path, steps: list[tuple[str, int]], currency: str) -> None:
    with store.transaction() as books:
        books.keep(Kept(ACCOUNT, "", "account", bare_account(ACCOUNT, 0) | READY))
        charge = charged(books, 2500 * step(currency), currency)
    passed = 0
    for name, number in steps:
        if name == "wait":
            passed += number
            move_clock(clock_file, passed)
        # A refusal undoes its own transaction only, as it does behind the API.
        with suppress(Refused), store.transaction() as books:
            catch_up(books)
        with suppress(Refused), store.transaction() as books:
            act(books, charge, name, number * step(currency))
        with store.transaction() as books:
            check(books)


def charged(books: Books, amount: int, currency: str) -> str:
    body = {"amount_total": amount, "currency": currency, "payment_intent": None}
    session = Kept("cs_1", ACCOUNT, "checkout.session", body, {"payment_intent_data": {}})
    paying.pay(books, session, None)
    return books.newest("charge", ACCOUNT)[0].id


def act(books: Books, charge_id: str, name: str, number: int) -> None:
    charge = books.find("charge", charge_id)
    assert charge
    if name == "refund":
        refunding.refund(books, charge, number, {})
    elif name in ("chargeback", "inquiry"):
        disputing.dispute(books, charge, inquiry=name == "inquiry", reason="general")
    elif name == "refunds":
        begins, ends = (
            ("pending", "succeeded")[number % 2],
            ("failed", "succeeded")[number // 2 % 2],
        )
        how = {"begins": begins, "ends": ends, "after": MINUTE, "failure_reason": "declined"}
        write_switches(books, {"refunds": how})
    elif name == "answer":
        for found in books.newest("dispute", ACCOUNT)[:1]:
            disputing.answer(books, found, {"receipt": "x"}, submit=True)
    elif name != "wait":
        for found in books.newest("dispute", ACCOUNT)[:1]:
            getattr(disputing, name)(books, found)


def check(books: Books) -> None:
    """Hold the sum of the rows to what the objects themselves say."""
    charges = bodies(books, "charge")
    refunds = bodies(books, "refund")
    disputes = bodies(books, "dispute")
    rows = [row for row in bodies(books, "balance_transaction") if row["type"] != "payout"]
    booked = [charge for charge in charges if charge["balance_transaction"]]
    came = sum(charge["amount"] for charge in booked)
    back = sum(r["amount"] for r in refunds if r["status"] != "failed")
    held = sum(d["amount"] for d in disputes if d["status"] in refunding.BLOCKING)
    fees = sum(
        processing_fee(c["amount"], c["currency"]) for c in charges if c["balance_transaction"]
    )
    fees += sum(disputing_fee(d) for d in disputes if d["balance_transactions"])
    assert sum(row["amount"] for row in rows) == came - back - held
    assert sum(row["net"] for row in rows) == came - back - held - fees
    for charge in charges:
        mine = [r for r in refunds if r["charge"] == charge["id"] and r["status"] != "failed"]
        assert charge["amount_refunded"] == sum(r["amount"] for r in mine) <= charge["amount"]
        assert charge["refunded"] is (charge["amount_refunded"] == charge["amount"])
        assert charge["amount_refunded"] + held <= charge["amount"]
        assert charge["disputed"] is bool(disputes)
    by_id = {row["id"]: row for row in rows}
    assert all(by_id[r["id"]] == r for d in disputes for r in d["balance_transactions"])


def disputing_fee(dispute: Json) -> int:
    return disputing.FEE.get(dispute["currency"], disputing.USUAL_FEE) * step(dispute["currency"])


def bodies(books: Books, kind: str) -> list[Json]:
    return [kept.body for kept in books.newest(kind, ACCOUNT)]
