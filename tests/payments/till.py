"""The sandbox's own door, and what a test does at the till."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from synqro import catalogue, orders, payments, stores
from synqro.core.db import db
from synqro.core.sandbox import sandbox_secrets
from synqro.orders import Customer, Item, Order, Placed
from synqro.payments import Provider, StripeEvent
from synqro.payments.client import options, speaking
from synqro.sandbox.loopback import call
from tests.makers import wait_for

SAM = Customer("Sam Field", "sam@example.com")
HERE = "http://127.0.0.1/back"
SESSIONS = "/v1/checkout/sessions"


@dataclass
class Till:
    """What a test may do at the sandbox, and see in our inbox."""

    address: str
    secret: str
    run_jobs: Callable[[], int]

    def ask(self, path: str, **body: Any) -> Any:
        headers = {"Authorization": f"Bearer {self.secret}", "Content-Type": "application/json"}
        url = f"{self.address}/_sandbox/{path}"
        status, answer = call("POST", url, json.dumps(body).encode(), headers, timeout=60)
        assert status == 200, answer
        return json.loads(answer)

    def look(self, path: str) -> Any:
        """What the sandbox's pages see at that path."""
        headers = {"Authorization": f"Bearer {self.secret}"}
        status, answer = call("GET", f"{self.address}/_sandbox/{path}", None, headers, timeout=60)
        assert status == 200, answer
        return json.loads(answer)

    def press(self, order: Order, action: str) -> None:
        self.ask(f"sessions/{order.session_id}/{action}")

    def deliver(self, **how: Any) -> None:
        self.ask("switches", deliver=how)

    def fault(self, kind: str, path: str = SESSIONS, times: int = 1, **more: Any) -> None:
        self.ask("switches", faults=[{"kind": kind, "path": path, "times": times, **more}])

    def until(self, order: Order, status: str) -> Order:
        """Work through the queue until the order stands as wanted."""
        self.when(lambda: fresh(order).status == status)
        return fresh(order)

    def when(self, holds: Callable[[], Any]) -> Any:
        """Work through the queue until `holds`, and give back what it found."""

        def look() -> Any:
            self.run_jobs()
            return holds()

        return wait_for(look)

    def hear(self, kind: str) -> StripeEvent:
        """Wait until an event of that type has come in and was worked on once."""
        tried = db.select(StripeEvent).where(StripeEvent.type == kind, StripeEvent.attempts > 0)
        heard: StripeEvent = self.when(lambda: db.session.scalar(tried.limit(1)))
        return heard


def fresh(order: Order) -> Order:
    db.session.rollback()
    return db.session.get_one(Order, order.id, populate_existing=True)


def checkout(store: stores.Store, product: catalogue.Product, quantity: int = 1) -> Order:
    """An order with its page open."""
    placed = place(store, product, quantity)
    orders.checkout_page(store, placed.order)
    return fresh(placed.order)


def place(store: stores.Store, product: catalogue.Product, quantity: int = 1) -> Placed:
    return orders.place(store, items=[Item(product.id, quantity)], customer=SAM)


def at_stripe(order: Order) -> Any:
    """The order's session as the sandbox keeps it."""
    with speaking(Provider.SANDBOX) as client:
        return client.v1.checkout.sessions.retrieve(
            order.session_id, {"expand": ["line_items"]}, options(order.session_account)
        )


def secret_of(settings: Any) -> str:
    return sandbox_secrets(settings.data_dir).secret_key


def account(store: stores.Store) -> payments.Account:
    db.session.rollback()
    found = payments.account_of(store.id)
    assert found
    return found


def held(product: catalogue.Product) -> int:
    """How many pieces are promised to somebody."""
    db.session.rollback()
    found = db.select(catalogue.Variant.held).where(catalogue.Variant.product_id == product.id)
    return db.session.scalar(found) or 0
