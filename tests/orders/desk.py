"""Stripe's pages of one order, and its books of every payment made on them."""

from dataclasses import dataclass, field, replace
from typing import Any

from synqro import orders, payments
from synqro.orders import Order
from synqro.payments import Movements, PaymentProviderError, Provider, Refused, Session
from tests.orders.bank import Bank


@dataclass
class Desk:
    """`away` swallows every call; each page that is paid gets a bank of its own."""

    order: Order
    away: bool = False
    pages: dict[str, Session] = field(default_factory=dict)
    banks: dict[str, Bank] = field(default_factory=dict)

    def open(self, *_: Any, attempt: int, **told: Any) -> Session:
        self._there()
        page_id = f"cs_{attempt}_{self.order.id}"
        return self.pages.setdefault(page_id, self._page(page_id, told))

    def expire(self, _: Any, __: Any, page_id: str) -> Session:
        self._there()
        if self.pages[page_id].status != "open":
            raise Refused
        self.pages[page_id] = replace(self.pages[page_id], status="expired")
        return self.pages[page_id]

    def read_page(self, _: Any, __: Any, page_id: str) -> Session:
        self._there()
        return self.pages[page_id]

    def open_pages(self) -> list[str]:
        return [page.id for page in self.pages.values() if page.status == "open"]

    def pay(self, number: int) -> None:
        """A customer finishes a page; the event about it is told later, or never."""
        if left := self.open_pages():
            page = self.pages[left[number % len(left)]]
            done = {"status": "complete", "payment_status": "paid"}
            self.pages[page.id] = replace(page, **done)
            self.banks[page.payment_id] = Bank(
                self.order, number=page.payment_id, amount=page.amount
            )

    def end(self, number: int) -> None:
        """A page's time is over."""
        if left := self.open_pages():
            page_id = left[number % len(left)]
            self.pages[page_id] = replace(self.pages[page_id], status="expired")

    def tell(self, number: int) -> None:
        """An event about any page comes in, however late."""
        if self.pages:
            orders.follow(list(self.pages.values())[number % len(self.pages)])

    def bank(self, number: int) -> Bank | None:
        found = list(self.banks.values())
        return found[number % len(found)] if found else None

    def read(self, _: Any, __: Any, payment: str) -> Movements:
        self._there()
        return self.banks[payment].read()

    def create(self, *_: Any, payment_id: str, **told: Any) -> Any:
        self._there()
        return self.banks[payment_id].create(**told)

    def serve(self, monkeypatch: Any) -> None:
        for name, answer in {
            "open_checkout": self.open,
            "expire_session": self.expire,
            "read_session": self.read_page,
            "read_money": self.read,
            "create_refund": self.create,
        }.items():
            monkeypatch.setattr(payments, name, answer)

    def _there(self) -> None:
        if self.away:
            raise PaymentProviderError

    def _page(self, page_id: str, told: dict[str, Any]) -> Session:
        return Session(
            id=page_id,
            url=f"https://pay.example/{page_id}",
            provider=Provider.SANDBOX,
            account_id=self.order.session_account or "",
            livemode=False,
            order_id=self.order.id,
            status="open",
            payment_status="unpaid",
            payment_failed=False,
            amount=sum(line.unit_amount * line.quantity for line in told["lines"]),
            currency=self.order.currency,
            payment_id=f"pi_{page_id}",
        )
