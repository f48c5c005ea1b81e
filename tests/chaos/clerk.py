"""A merchant who gives money back in the console, and presses the button again when cut off."""

import threading
import time
from collections import Counter
from contextlib import suppress
from http.client import HTTPConnection, HTTPException
from random import Random
from urllib.parse import urlencode

from sqlalchemy.exc import OperationalError

from tests.chaos.shop import Shop
from tests.makers import EMAIL, PASSWORD

PATIENCE = 60.0  # seconds
AMOUNTS = ("10.00", "28.00", "5.50")
PAID = (
    "SELECT id, total FROM orders WHERE status = 'paid'"
    " AND id NOT IN (SELECT order_id FROM refunds) ORDER BY id DESC LIMIT 1"
)


class Clerk:
    """Refunds a part of one order after another while the block runs."""

    def __init__(self, shop: Shop, dice: Random) -> None:
        self.shop, self.dice = shop, dice
        self.statuses: Counter[int] = Counter()
        self._cookie = ""
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._live, name="clerk", daemon=True)

    def __enter__(self) -> "Clerk":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join(2 * PATIENCE)
        assert not self._thread.is_alive()
        assert 500 not in self.statuses, self.statuses

    def _live(self) -> None:
        self._insist("/login", email=EMAIL, password=PASSWORD)
        number = 0
        while not self._over.wait(0.5):
            with suppress(OperationalError):
                for row in self.shop.rows(PAID):
                    number += 1
                    amount, page = self.dice.choice(AMOUNTS), f"/console/orders/{row['id']}/refund"
                    seen = str(row["total"])
                    self._insist(page, amount=amount, seen=seen, key=f"key-{number}")

    def _insist(self, path: str, **fields: str) -> None:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            with suppress(OSError, HTTPException):
                if self._post(path, urlencode(fields)) < 500:
                    return
            time.sleep(0.2)

    def _post(self, path: str, form: str) -> int:
        connection = HTTPConnection("127.0.0.1", self.shop.machine.port, timeout=PATIENCE)
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Sec-Fetch-Site": "same-origin",
            "Cookie": self._cookie,
        }
        try:
            connection.request("POST", path, form, headers)
            answer = connection.getresponse()
            answer.read()
        finally:
            connection.close()
        given = answer.getheader("Set-Cookie")
        self._cookie = given.partition(";")[0] if given else self._cookie
        self.statuses[answer.status] += 1
        return answer.status
