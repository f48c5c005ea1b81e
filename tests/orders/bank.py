"""Stripe's books of one payment, kept by the plainest means, with answers that get lost."""

from dataclasses import dataclass, field, replace
from threading import Lock
from typing import Any

from synqro import payments
from synqro.core.clock import now
from synqro.orders import Order
from synqro.payments import (
    Fee,
    Movements,
    Payment,
    PaymentProviderError,
    Provider,
    RefundRefused,
    ToldDispute,
    ToldRefund,
)

BLOCKING = ("needs_response", "under_review", "lost")


@dataclass
class Bank:
    """`away` swallows calls, `deaf` does what was asked and loses the answer."""

    order: Order
    number: str = ""
    amount: int | None = None
    away: bool = False
    deaf: bool = False
    begins: str = "succeeded"
    refunds: list[ToldRefund] = field(default_factory=list)
    disputes: list[ToldDispute] = field(default_factory=list)
    keys: dict[str, ToldRefund] = field(default_factory=dict)
    lock: Any = field(default_factory=Lock)

    @property
    def payment(self) -> str:
        return self.number or f"pi_{self.order.id}"

    @property
    def received(self) -> int:
        return self.order.total if self.amount is None else self.amount

    def refunded(self) -> int:
        return sum(refund.amount for refund in self.refunds if refund.status != "failed")

    def disputed(self) -> int:
        return sum(dispute.taken - dispute.given_back for dispute in self.disputes)

    def left(self) -> int:
        return self.received - self.refunded() - self.disputed()

    def blocked(self) -> bool:
        return any(d.status in BLOCKING and not d.inquiry for d in self.disputes)

    def give_back(self, amount: int, ours: str | None = None) -> ToldRefund | None:
        """A refund begun anywhere; None where nothing may be refunded."""
        if self.blocked() or not 0 < amount <= self.left():
            return None
        number = f"re_{len(self.refunds)}_{self.payment}"
        made = ToldRefund(number, amount, self.order.currency, self.begins, None, ours)
        self.refunds.append(made)
        return made

    def turn(self, number: int, status: str) -> None:
        """A refund ends; one that has failed stays so."""
        if self.refunds:
            at = number % len(self.refunds)
            if self.refunds[at].status != "failed" and not self.blocked():
                self.refunds[at] = replace(self.refunds[at], status=status)

    def contest(self, inquiry: bool) -> None:
        open_ones = [d for d in self.disputes if d.status in ("needs_response", "under_review")]
        if self.left() <= 0 or open_ones or self.blocked():
            return
        left = self.left()
        self.disputes.append(
            ToldDispute(
                id=f"dp_{len(self.disputes)}_{self.payment}",
                amount=left,
                currency=self.order.currency,
                reason="fraudulent",
                status="needs_response",
                inquiry=inquiry,
                respond_by=None,
                taken=0 if inquiry else left,
                given_back=0,
            )
        )

    def settle(self, status: str) -> None:
        """The last dispute moves on."""
        if not self.disputes or self.disputes[-1].status not in ("needs_response", "under_review"):
            return
        last = self.disputes[-1]
        if last.inquiry:
            status = "closed" if status in ("won", "lost") else status
        back = last.taken if status == "won" else 0
        self.disputes[-1] = replace(last, status=status, given_back=back)

    def read(self, *_: Any) -> Movements:
        if self.away:
            raise PaymentProviderError
        account, money = self.order.session_account or "", self.order
        told = Payment(
            self.payment,
            Provider.SANDBOX,
            account,
            False,
            money.id,
            "succeeded",
            self.received,
            money.currency,
        )
        fee = Fee(f"txn_{self.payment}", 10, money.currency)
        return Movements(told, list(self.refunds), list(self.disputes), [fee], now())

    def create(self, *_: Any, amount: int, refund_id: str, **__: Any) -> ToldRefund:
        if self.away:
            raise PaymentProviderError
        with self.lock:  # two who ask at once with one key get one refund
            if refund_id not in self.keys:
                made = self.give_back(amount, refund_id)
                if made is None:
                    raise RefundRefused("The bank refuses.")
                self.keys[refund_id] = made
        if self.deaf:
            raise PaymentProviderError
        return self.keys[refund_id]

    def serve(self, monkeypatch: Any) -> None:
        monkeypatch.setattr(payments, "read_money", self.read)
        monkeypatch.setattr(payments, "create_refund", self.create)
