"""Payouts and the balance add up, whatever happens in whatever order, to the unit."""

import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from synqro.core import clock
from synqro.sandbox.stripe import disputing, filling, paying_out, refunding
from synqro.sandbox.stripe.account_objects import bare_account
from synqro.sandbox.stripe.books import DAY, Books, Json, Kept, Store
from synqro.sandbox.stripe.clockwork import catch_up
from synqro.sandbox.stripe.currencies import step
from synqro.sandbox.stripe.refusals import Refused
from synqro.sandbox.stripe.switches import write_switches
from tests.makers import move_clock
from tests.sandbox.test_books import ACCOUNT, READY, charged, disputing_fee

MINUTE = 60
LIVE = ("pending", "in_transit", "paid")
CURRENCIES = st.sampled_from(["gbp", "jpy", "kwd"])
WAITS = st.sampled_from([5, MINUTE, DAY / 2, DAY, 3 * DAY, 15 * DAY])
STEPS = st.integers(1, 5000)
PARTS = st.integers(1, 300)
METHODS = st.sampled_from(["instant", "standard"])
WHICH = st.integers(0, 3)
PAYOUTS = st.fixed_dictionaries(
    {"fee": st.sampled_from([10, 0])},
    optional={
        "ends": st.sampled_from(["failed", "paid"]),
        "fails_after": st.sampled_from([0, MINUTE, 3 * DAY]),
        "arrives_after": st.sampled_from([0, DAY]),
        "reconciles_after": st.sampled_from([0, DAY]),
    },
)
REFUNDS = {"begins": "pending", "after": MINUTE}


class PaidOut(RuleBasedStateMachine):
    """One account in three currencies, and everything that moves its money."""

    @initialize(payouts=PAYOUTS)
    def open(self, payouts: Json) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.passed = 0.0
        self.clock = Path(self.folder.name) / "clock"
        clock.use_file(self.clock)
        self.store = Store(Path(self.folder.name) / "sandbox.db")
        with self.store.transaction() as books:
            self.account = books.keep(
                Kept(ACCOUNT, "", "account", bare_account(ACCOUNT, 0) | READY)
            )
            write_switches(books, {"payouts": payouts})

    def act(self, do: Callable[[Books], object]) -> None:
        """A refusal undoes its own transaction only, as it does behind the API."""
        with self.store.transaction() as books:
            catch_up(books)
        with suppress(Refused), self.store.transaction() as books:
            do(books)

    def on(self, kind: str, which: int, do: Callable[[Books, Kept], object]) -> None:
        """Do something to one of the newest objects of a kind, if there is one."""
        self.act(
            lambda books: [do(books, kept) for kept in books.newest(kind, ACCOUNT)[which:][:1]]
        )

    @rule(steps=STEPS, currency=CURRENCIES)
    def charge(self, steps: int, currency: str) -> None:
        self.act(lambda books: charged(books, steps * step(currency), currency))

    @rule(which=WHICH, steps=STEPS, whole=st.booleans())
    def refund(self, which: int, steps: int, whole: bool) -> None:
        def give_back(books: Books, charge: Kept) -> None:
            part = None if whole else steps * step(charge.body["currency"])
            refunding.refund(books, charge, part, {})

        self.on("charge", which, give_back)

    @rule(which=WHICH, inquiry=st.booleans())
    def dispute(self, which: int, inquiry: bool) -> None:
        self.on(
            "charge",
            which,
            lambda books, charge: disputing.dispute(
                books, charge, inquiry=inquiry, reason="general"
            ),
        )

    @rule(which=WHICH, ends=st.sampled_from(["win", "lose", "close", "escalate"]))
    def end_dispute(self, which: int, ends: str) -> None:
        self.on("dispute", which, getattr(disputing, ends))

    @rule(steps=st.integers(-300, 3000), currency=CURRENCIES, kind=st.sampled_from([*filling.ROWS]))
    def adjust(self, steps: int, currency: str, kind: str) -> None:
        asked = {"amount": steps * step(currency), "currency": currency, "type": kind}
        self.act(lambda books: filling.adjust(books, self.account, asked))

    @rule(fails=st.booleans(), payouts=PAYOUTS)
    def switch(self, fails: bool, payouts: Json) -> None:
        refunds = REFUNDS | {"ends": "failed" if fails else "succeeded"}
        self.act(lambda books: write_switches(books, {"refunds": refunds, "payouts": payouts}))

    @rule(seconds=WAITS)
    def wait(self, seconds: float) -> None:
        self.passed += seconds
        move_clock(self.clock, self.passed)

    @rule(currency=CURRENCIES)
    def pay_out(self, currency: str) -> None:
        self.act(lambda books: paying_out.pay_out(books, self.account, currency))

    @rule(
        steps=st.integers(1, 300),
        currency=CURRENCIES,
        method=st.sampled_from(["instant", "standard"]),
    )
    def ask(self, steps: int, currency: str, method: str) -> None:
        asked = {"amount": steps * step(currency), "currency": currency, "method": method}
        self.act(lambda books: paying_out.request(books, self.account, asked))

    @rule(which=WHICH)
    def fail(self, which: int) -> None:
        self.on("payout", which, paying_out.fail)

    @rule(which=WHICH, action=st.sampled_from(["pay", "reconcile", "cancel"]))
    def move_payout(self, which: int, action: str) -> None:
        self.on("payout", which, getattr(paying_out, action))

    @rule(which=WHICH)
    def reverse(self, which: int) -> None:
        self.on("payout", which, lambda books, payout: paying_out.reverse(books, payout, {}))

    @invariant()
    def adds_up(self) -> None:
        with self.store.transaction() as books:
            check_balance(books)
            check_payouts(books)

    def teardown(self) -> None:
        """In the end all money there is has been paid out."""
        if not hasattr(self, "store"):
            return
        self.act(lambda books: write_switches(books, {}))
        for _ in range(3):
            self.wait(20 * DAY)
            self.act(lambda _: None)
        with self.store.transaction() as books:
            assert all(left <= 0 for left in books.balances(ACCOUNT).values())
            check_balance(books)
            check_payouts(books)
        self.store.close()
        self.folder.cleanup()
        clock.use_file(None)


def check_balance(books: Books) -> None:
    """Hold the balance to what all that moved it says of itself."""
    came = {}
    for currency in ("gbp", "jpy", "kwd"):
        rows = of(books, "balance_transaction", currency)
        refunds = of(books, "refund", currency)
        disputes = of(books, "dispute", currency)
        payouts = of(books, "payout", currency)
        others = [row for row in rows if row["type"] in ("adjustment", "stripe_fee")]
        came[currency] = (
            sum(c["amount"] for c in of(books, "charge", currency) if c["balance_transaction"])
            - sum(r["amount"] for r in refunds if r["status"] != "failed")
            - sum(d["amount"] for d in disputes if d["status"] in refunding.BLOCKING)
            + sum(row["amount"] for row in others if not row["source"])
            - sum(p["amount"] for p in payouts if p["status"] in LIVE)
            - sum(row["fee"] for row in rows)
        )
        taken = [d for d in disputes if d["balance_transactions"]]
        fees = [row["fee"] for row in rows if row["source"] in {d["id"] for d in taken}]
        assert sum(fees) == sum(disputing_fee(d) for d in taken)
        assert sum(row["net"] for row in rows) == came[currency]
    held = books.balances(ACCOUNT)
    for currency, amount in came.items():
        sides = (held.get((status, currency), 0) for status in ("available", "pending"))
        assert sum(sides) == amount


def check_payouts(books: Books) -> None:
    payouts = [kept.body for kept in books.newest("payout", ACCOUNT)]
    rows = {row.id: row.body for row in books.newest("balance_transaction", ACCOUNT)}
    inside = dict(books.connection.execute("SELECT id, payout FROM objects WHERE payout NOT NULL"))
    assert set(inside.values()) == {p["id"] for p in payouts if p["automatic"]}
    for payout in payouts:
        own = rows[payout["balance_transaction"]]
        mine = [rows[row] for row, holder in inside.items() if holder == payout["id"]]
        if payout["automatic"]:
            assert own in mine and payout["amount"] > 0
            assert (
                sum(row["net"] for row in mine if row is not own) == payout["amount"] + own["fee"]
            )
            assert all(row["available_on"] <= payout["created"] for row in mine)
            assert {row["currency"] for row in mine} == {payout["currency"]}
        back = [row for row in rows.values() if row["source"] == payout["id"] and row is not own]
        assert [row["id"] for row in back] == [
            row for row in [payout["failure_balance_transaction"]] if row
        ]
        assert bool(back) is (payout["status"] not in LIVE)
        assert all(row["amount"] == payout["amount"] for row in back)
    by_clock = [p for p in payouts if p["automatic"] and p["created"] % DAY == 0]
    assert len(by_clock) == len({(p["currency"], p["created"]) for p in by_clock})


def of(books: Books, kind: str, currency: str) -> list[Json]:
    return [kept.body for kept in books.newest(kind, ACCOUNT, currency=currency)]


TestPaidOut: Any = PaidOut.TestCase
TestPaidOut.settings = settings(max_examples=25, stateful_step_count=30)
