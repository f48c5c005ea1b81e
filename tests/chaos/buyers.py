"""Buyers who do not give up: they order, pay, and come back when they are cut off."""

import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPException
from random import Random
from typing import Any

from synqro.sandbox.loopback import call
from synqro.web.widget.confirming import ASKING_TRY
from tests.chaos.shop import Shop

# What a buyer does with the open page, and how often among twenty.
PLANS = {
    ("pay",): 11,
    ("pay", "pay"): 2,
    ("decline", "pay"): 2,
    ("three_ds", "complete"): 1,
    ("async_ok",): 1,
    ("async_fail",): 1,
    (): 2,
}
PATIENCE = 60.0  # seconds until a buyer has had enough
PAUSE = 0.1
PER_KEY = 100
CLEAN = {409, 502, 503}
"""The ways in which a buyer may be told that it is not possible now."""


@dataclass
class Told:
    """What the shop has answered, whatever becomes of it."""

    orders: dict[str, str] = field(default_factory=dict)
    """The page of each order that was answered with 201."""
    statuses: Counter[int] = field(default_factory=Counter)
    broken: int = 0
    times: list[tuple[float, float]] = field(default_factory=list)
    """For each order: when it was answered, and how many seconds the last try took."""
    unclean: list[str] = field(default_factory=list)
    left: int = 0

    def __str__(self) -> str:
        """What was answered, in a line."""
        said = ", ".join(f"{count} × {status}" for status, count in sorted(self.statuses.items()))
        return f"{len(self.orders)} orders ({said}, {self.broken} cut off, {self.left} left)"

    def took(self, share: float, since: float = 0, until: float = float("inf")) -> float:
        """Seconds within which that share of the orders was answered."""
        took = sorted(s for at, s in self.times if since <= at < until)
        return took[int(len(took) * share)] if took else 0.0


class Buyers:
    """`count` orders by `threads` buyers side by side; the seed says who does what.

    `think` is how many seconds a buyer takes from one order to the next.
    """

    def __init__(
        self, shop: Shop, seed: str, *, count: int = 10_000, threads: int = 4, think: float = 0.0
    ) -> None:
        self.shop = shop
        self.told = Told()
        self._think = think
        self._seed = seed
        self._left = iter(range(count))
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._threads = [
            threading.Thread(target=self._live, name=f"buyer {n}", daemon=True)
            for n in range(threads)
        ]

    def __enter__(self) -> Told:
        for thread in self._threads:
            thread.start()
        return self.told

    def __exit__(self, *_: object) -> None:
        self.finish()

    def finish(self) -> Told:
        """Let nobody begin anew, and wait for those who are at it."""
        self._over.set()
        return self.wait()

    def wait(self) -> Told:
        """Wait until everyone is served."""
        for thread in self._threads:
            if thread.ident:
                thread.join(3 * PATIENCE)
                assert not thread.is_alive(), f"{thread.name} still waits"
        assert not self.told.unclean, (self.told.unclean[:5], self.shop.crashes()[:3])
        return self.told

    def _live(self) -> None:
        while not self._over.is_set():
            with self._lock:
                number = next(self._left, None)
            if number is None:
                return
            self.buy(Random(f"{self._seed}:{number}"), number)
            self._over.wait(self._think)

    def buy(self, dice: Random, number: int, plan: tuple[str, ...] | None = None) -> str | None:
        """Order something and do what `plan` says with the page; give back the order's id."""
        order = self._order(dice, number)
        if order is None:
            return None
        chosen = dice.choices(list(PLANS), list(PLANS.values()))[0] if plan is None else plan
        for action in chosen:
            self.pay(order["order_id"], action)
        if chosen and dice.random() < 0.3:
            # Many a browser is closed by then; some come back to the shop.
            late = f"result=success&tries={ASKING_TRY}"  # the page asks Stripe itself by then
            self._insist("GET", f"{order['order_url']}?{late}", {200})
        found: str = order["order_id"]
        return found

    def pay(self, order: str, action: str = "pay") -> None:
        """Press a button of the order's page until it is answered."""
        page = self.told.orders[order]
        self._insist("POST", page, {200, 303}, form=f"action={action}")

    @contextmanager
    def begin(self, dice: Random, number: int) -> Iterator[Callable[[], str]]:
        """Ask for an order meanwhile, with one key throughout; what is given back waits for it."""
        found: list[Any] = []
        thread = threading.Thread(target=lambda: found.append(self._order(dice, number, keys=1)))
        thread.start()

        def asked() -> str:
            thread.join(PATIENCE)
            order: str = found[0]["order_id"]
            return order

        yield asked
        thread.join(PATIENCE)

    def _order(self, dice: Random, number: int, *, keys: int = 20) -> Any:
        items = [
            {"product_id": product, "quantity": dice.randint(1, 2)}
            for product in dice.sample(self.shop.products, dice.randint(1, 2))
        ]
        customer = {"name": f"Buyer {number}", "email": f"buyer{number}@example.com"}
        body = json.dumps({"items": items, "customer": customer})
        url = f"{self.shop.address}/api/storefront/order"
        for attempt in range(PER_KEY * keys):
            key = f"{self._seed}-{number}-{attempt % keys}"
            status, answer, took = self._insist("POST", url, {201, 409}, body=body, key=key)
            if status == 201:
                found = json.loads(answer)
                with self._lock:
                    self.told.orders[found["order_id"]] = found["checkout_url"]
                    self.told.times.append((time.time(), took))
                return found
            if status == 0:
                break
            # The request with this key was cut off; who does not want to wait asks anew.
            assert b"idempotency_in_progress" in answer, answer
            time.sleep(PAUSE)
        with self._lock:
            self.told.left += 1
        return None

    def _insist(
        self,
        method: str,
        url: str,
        wanted: set[int],
        *,
        body: str = "",
        form: str = "",
        key: str = "",
    ) -> tuple[int, bytes, float]:
        """Ask until the answer is one of `wanted`; status 0 once the patience is gone."""
        kind = "application/json" if body else "application/x-www-form-urlencoded"
        headers = {"Content-Type": kind, "X-Synqro-Store": self.shop.key}
        headers |= {"Idempotency-Key": key} if key else {}
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            begun = time.monotonic()
            with suppress(OSError, HTTPException):
                given = (body or form).encode()
                status, answer = call(method, url, given or None, headers, timeout=PATIENCE)
                with self._lock:
                    self.told.statuses[status] += 1
                    if status not in CLEAN | wanted:
                        say = f"{method} {url} {form}: {status} {answer[:300]!r}"
                        self.told.unclean.append(say)
                        return 0, answer, 0.0
                if status in wanted:
                    return status, answer, time.monotonic() - begun
                time.sleep(PAUSE)
                continue
            with self._lock:
                self.told.broken += 1
            time.sleep(PAUSE)
        with self._lock:
            self.told.left += 1
        return 0, b"", 0.0
