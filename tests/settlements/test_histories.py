"""Whatever happens to a shop's money and stock, in whatever order it hears of it: all adds up."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from synqro import orders
from synqro.core.db import db
from synqro.sandbox.stripe.books import DAY
from synqro.settlements import Settlement, Status
from tests.databases import examples
from tests.settlements.inside import Inside, about, inside, payment_of
from tests.settlements.trade import Shop
from tests.settlements.truth import check, sent, truth_of

MINUTE, HOUR = 60, 3600
LEAST = 12  # steps between two rests
WHICH, FEW = st.integers(0, 3), st.integers(1, 3)
PART = st.one_of(st.none(), st.integers(1, 600))
BP = st.sampled_from([None, 3000, 5000])
THEN = st.sampled_from(["", "heard", "heard", "given back", "contested"])
NEWS = st.integers(0, 9)
WAITS = st.sampled_from([5, 3 * MINUTE, 40 * MINUTE, 3 * HOUR, DAY, 3 * DAY, 9 * DAY])
PAYOUTS = st.fixed_dictionaries(
    {"fee": st.sampled_from([0, 10]), "arrives_after": st.sampled_from([0, DAY])},
    optional={
        "automatic": st.booleans(),
        "ends": st.sampled_from(["failed", "paid"]),
        "fails_after": st.sampled_from([0, HOUR, 2 * DAY]),
        "reconciles_after": st.sampled_from([0, HOUR, 2 * DAY]),
    },
)
ENDS = st.sampled_from(["succeeded", "failed"])
REFUNDS = st.fixed_dictionaries(
    {"begins": st.sampled_from(["succeeded", "pending"]), "ends": ENDS, "after": st.just(HOUR)}
)
FORWARDS = [Status.PENDING, Status.COMPLETED, Status.FAILED]


class Histories(RuleBasedStateMachine):
    """A shop and its account at the sandbox; the shop hears of what happens there at times."""

    def __init__(self, stripe: Inside, currency: str) -> None:
        super().__init__()
        self.stripe, self.currency = stripe, currency
        self.lost: set[str] = set()
        self.seen: dict[str, Status] = {}
        self.since_rest = 0
        stripe.begin()

    @initialize(payouts=PAYOUTS, all_out=st.booleans())
    def open(self, payouts: dict[str, Any], all_out: bool) -> None:
        self.shop, self.all_out = Shop(self.stripe, self.currency), all_out
        self.stripe.switch(payouts=payouts)
        self.sell(0, 1, "heard")

    # What customers do.

    @rule(product=st.integers(0, 1), quantity=FEW, then=THEN)
    def sell(self, product: int, quantity: int, then: str) -> None:
        """A customer pays; the shop hears of it at once, or only of what comes of it."""
        self.shop.check_out(product, quantity)
        self.shop.press(0, "pay")
        if then == "given back":
            self.shop.refund_at_stripe(0, 100 * quantity)
        elif then == "contested":
            self.shop.contest(0, False)
        elif then == "heard":
            self.hear_all(False)

    @rule(price=st.integers(300, 6000), deposit_bp=BP, finished=st.booleans())
    def agree(self, price: int, deposit_bp: int | None, finished: bool) -> None:
        """A customer accepts a price and pays; the balance once the deposit is paid out."""
        self.shop.agree(price, deposit_bp)
        self.shop.press(0, "pay")
        if finished:
            self.shop.pay_out(True)
            self.hear_all(False)
            self.pay(0, "pay")

    @rule(which=WHICH, action=st.sampled_from(["pay", "async_ok", "async_fail"]))
    def pay(self, which: int, action: str) -> None:
        self.shop.next_page(which)
        self.shop.press(which, action)

    @rule(product=st.integers(0, 1), quantity=FEW)
    def check_out(self, product: int, quantity: int) -> None:
        self.shop.check_out(product, quantity)

    @rule(which=WHICH, inquiry=st.booleans())
    def contest(self, which: int, inquiry: bool) -> None:
        self.shop.contest(which, inquiry)

    # What the merchant does.

    @rule(which=WHICH, steps=PART, restock=st.booleans(), how=REFUNDS)
    def refund(self, which: int, steps: int | None, restock: bool, how: dict[str, Any]) -> None:
        self.stripe.switch(refunds=how)
        self.shop.refund(which, steps, restock)

    @rule(which=WHICH, steps=PART, how=REFUNDS)
    def refund_at_stripe(self, which: int, steps: int | None, how: dict[str, Any]) -> None:
        self.stripe.switch(refunds=how)
        self.shop.refund_at_stripe(which, steps)

    @rule(which=WHICH, deed=st.sampled_from(["start", "ship", "cancel", "call off"]))
    def work_on(self, which: int, deed: str) -> None:
        self.shop.work_on(which, deed)

    @rule(which=st.integers(0, 1), number=st.integers(0, 9))
    def count(self, which: int, number: int) -> None:
        self.shop.count(which, number)

    @rule(which=st.integers(0, 1), pieces=st.integers(1, 6))
    def receive(self, which: int, pieces: int) -> None:
        self.shop.receive(which, pieces)

    @rule(which=st.integers(0, 1), pieces=st.integers(-3, 3).filter(bool))
    def correct(self, which: int, pieces: int) -> None:
        self.shop.correct(which, pieces)

    @rule(which=WHICH)
    def undo(self, which: int) -> None:
        self.shop.undo(which)

    # What happens at Stripe.

    @rule(which=WHICH, ending=st.sampled_from(["win", "lose", "close", "escalate"]))
    def decide(self, which: int, ending: str) -> None:
        self.shop.decide(which, ending)

    @rule(
        kind=st.sampled_from(["adjustment", "stripe_fee", "charge_elsewhere"]),
        steps=st.integers(-300, 2000).filter(bool),
    )
    def adjust(self, kind: str, steps: int) -> None:
        self.shop.adjust(kind, -abs(steps) if kind == "stripe_fee" else steps)

    @rule(payouts=PAYOUTS)
    def payouts_go(self, payouts: dict[str, Any]) -> None:
        self.stripe.switch(payouts=payouts)

    @rule(now=st.booleans(), fate=st.sampled_from(["", "", "fails", "fails once it was paid"]))
    def pay_out(self, now: bool, fate: str) -> None:
        self.shop.pay_out(now)
        if fate == "fails once it was paid":
            self.stripe.forward(2 * DAY)
            self.hear_all(False)
        if fate:
            self.shop.move_payout(0, "fail")

    @rule(steps=st.integers(1, 300), method=st.sampled_from(["instant", "standard"]))
    def ask_for(self, steps: int, method: str) -> None:
        self.shop.ask_for(steps, method)

    @rule(which=WHICH, action=st.sampled_from(["fail", "fail", "pay", "reconcile", "cancel"]))
    def move_payout(self, which: int, action: str) -> None:
        self.shop.move_payout(which, action)

    @rule(seconds=WAITS)
    def wait(self, seconds: float) -> None:
        self.stripe.forward(seconds)

    # What the shop hears.

    @rule(which=NEWS, twice=st.booleans())
    def hear(self, which: int, twice: bool) -> None:
        if news := self.stripe.news():
            self.stripe.hand_over(news[which % len(news)], times=1 + twice)

    @rule(backwards=st.booleans())
    def hear_all(self, backwards: bool) -> None:
        """All that is new, in a word each: of what would be read back anyway, no word twice."""
        news = self.stripe.news()
        words = {about(event): event for event in news}
        for event in news:
            self.stripe.lose(event)
        for event in list(words.values())[:: -1 if backwards else 1]:
            self.stripe.hand_over(event)

    @rule(which=NEWS)
    def lose(self, which: int) -> None:
        """Nobody ever tells of what has just changed of a payout, a refund, or whatever."""
        news = self.stripe.news()
        chosen = news[which % max(len(news), 1) :][:1]
        things = {event["data"]["object"]["id"] for event in chosen}
        for event in news:
            if event["data"]["object"]["id"] in things:
                self.lost.add(payment_of(event))
                self.stripe.lose(event)

    @rule(which=WHICH, steps=PART)
    def long_after(self, which: int, steps: int | None) -> None:
        """A refund at Stripe once nobody looks at the payment any more, and no word of it."""
        self.stripe.forward(8 * DAY)
        self.hear_all(False)
        self.shop.sweep()
        self.shop.refund_at_stripe(which, steps)
        while self.stripe.news():
            self.lose(0)

    @rule(how=st.sampled_from(["away", "deaf", "there"]))
    def answers(self, how: str) -> None:
        self.stripe.away, self.stripe.deaf = how == "away", how == "deaf"

    @rule(calls=st.integers(1, 8))
    def stumble(self, calls: int) -> None:
        """One of the next calls fails, in the middle of whatever it is for."""
        self.stripe.stumbles = calls

    @rule()
    def sweep(self) -> None:
        self.shop.sweep()

    # What must hold.

    @invariant()
    def never_back(self) -> None:
        """A payout never becomes what it was, and is told of once."""
        self.since_rest += self.since_rest >= 0
        db.session.rollback()
        found = db.session.execute(db.select(Settlement.id, Settlement.status))
        for id, status in found:
            was = self.seen.get(id, Status.PENDING)
            assert FORWARDS.index(was) <= FORWARDS.index(status)
            self.seen[id] = status
        told = [data["id"] for data in sent("settlement.completed")]
        assert len(told) == len(set(told))
        assert {id for id, status in self.seen.items() if status == Status.COMPLETED} <= set(told)

    @rule()
    def sometimes_rest(self) -> None:
        if self.since_rest > LEAST:
            self.rest()

    def rest(self) -> None:
        """All news comes in at last, or is found; then everything is compared."""
        self.since_rest = -1
        self.stripe.away = self.stripe.deaf = False
        self.stripe.stumbles = 0
        looked_at = self.looked_at()
        self.hear_all(False)
        for seconds in (25 * HOUR, HOUR / 4):
            self.stripe.forward(seconds)
            self.hear_all(False)
            self.shop.sweep()
        self.shop.look_again(3)
        self.lost |= set(map(payment_of, self.stripe.given_up()))
        check(self.shop, truth_of(self.stripe), self.lost, self.lost - looked_at)
        self.since_rest = 0

    def looked_at(self) -> set[str | None]:
        """Payments that are read back again by themselves, whatever was heard of them."""
        mine = db.select(orders.Entry.payment).join(orders.Order)
        return set(db.session.scalars(mine.where(orders.Order.money_look_at.is_not(None))))

    def teardown(self) -> None:
        """Compare once more; in some histories all there is has been paid out by then."""
        try:
            if hasattr(self, "shop") and self.since_rest >= 0:
                if self.all_out:
                    self.shop.pay_all_out()
                self.rest()
        finally:
            self.stripe.end()


@pytest.fixture
def stripe(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Inside]:
    with inside(app, monkeypatch) as found:
        yield found


@pytest.mark.parametrize("currency", ["JPY", "GBP", "KWD"])
def test_any_history(stripe: Inside, currency: str) -> None:
    run_state_machine_as_test(
        lambda: Histories(stripe, currency),
        settings=settings(
            max_examples=examples(16),
            stateful_step_count=60,
            suppress_health_check=list(HealthCheck),
        ),
    )
