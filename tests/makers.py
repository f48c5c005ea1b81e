"""What tests make and say in one line: people, products, orders, refusals."""

import os
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from synqro import catalogue, orders, payments, quotes, stores

EMAIL = "maker@northlight.example"
PASSWORD = "correct horse battery"
BUYER = {"name": "Sam Field", "email": "sam@example.com"}
HTMX = {"HX-Request": "true"}
PORTS = count(os.getpid() * 20)


def person(email: str = EMAIL, name: str = "Robin Maker") -> stores.Person:
    """A person who signs in with PASSWORD."""
    return stores.add_person(name=name, email=email, password=PASSWORD)


def product(store: stores.Store, **facts: Any) -> catalogue.Product:
    """A product for 28.00 with three in stock; `price` in minor units."""
    given = {"title": "Ripple vase", "price": 2800, "stock": 3, **facts}
    return catalogue.create_product(store.id, **given)


def quote(store: stores.Store, **facts: Any) -> quotes.Asked:
    """A customer's request, and the token of its link."""
    customer = orders.Customer(BUYER["name"], BUYER["email"])
    given = {"customer": customer, "description": "Four brackets for a gate", **facts}
    return quotes.request(store, **given)


def offer(unit_price: int = 1575, quantity: int = 4, **facts: Any) -> quotes.Offer:
    """An answer of one line; `unit_price` in minor units."""
    return quotes.Offer([quotes.OfferLine("Bracket, PETG grey", quantity, unit_price)], **facts)


def quoted(store: stores.Store, **facts: Any) -> quotes.Asked:
    """A request that was answered with `offer(**facts)`."""
    asked = quote(store)
    return quotes.Asked(quotes.send(store.id, asked.quote.id, offer(**facts)), asked.token)


def connect(client: FlaskClient, store: stores.Store) -> None:
    """Walk the store's owner through the sandbox's onboarding page."""
    here = "http://127.0.0.1/back"
    page = payments.connect(store, return_url=here, refresh_url=here)
    answer = client.post(urlsplit(page).path, data={"action": "complete"})
    assert answer.status_code == 303, answer.text
    account = payments.refresh_account(store)
    assert account and account.ready


def buy(client: FlaskClient, store: stores.Store, product_id: str, **facts: Any) -> TestResponse:
    """POST an order for one piece, as the widget or a page of the shop's own does."""
    body = {"product_id": product_id, "customer": BUYER, **facts}
    headers = {"X-Synqro-Store": store.publishable_key}
    return client.post("/api/storefront/order", json=body, headers=headers)


def press(client: FlaskClient, checkout_url: str, action: str = "pay") -> TestResponse:
    """Press a button of the sandbox's pay page."""
    return client.post(urlsplit(checkout_url).path, data={"action": action})


def refusal(answer: TestResponse) -> tuple[int, str]:
    return answer.status_code, answer.get_json()["error"]["code"]


def wrong(answer: TestResponse) -> dict[str, str]:
    """Which fields were refused, and why."""
    assert answer.status_code == 422, answer.text
    return {f["field"]: f["code"] for f in answer.get_json()["error"]["fields"]}


def wait_for(condition: Callable[[], object], seconds: float = 60) -> Any:
    """Look again until `condition` holds, and give back what it found."""
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < deadline, f"still not so after {seconds} s"
        time.sleep(0.02)
    return found


def move_clock(file: Path, seconds: float) -> None:
    """Let the product's clock be so many seconds ahead, for all who read it, at once.

    A file half written would be the true time to them.
    """
    beside = file.with_suffix(".new")
    beside.write_text(str(seconds))
    beside.replace(file)


def free_port() -> int:
    """Give back a port that nobody else of this run will be given.

    Runs side by side count in ranges of their own, below where the kernel takes the ports
    of outgoing connections.
    """
    lane = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0")[2:])
    for port in PORTS:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with suppress(OSError):
                probe.bind(("127.0.0.1", 12_000 + lane * 2_000 + port % 2_000))
                return int(probe.getsockname()[1])
    raise AssertionError("no port is free")
