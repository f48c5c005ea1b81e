"""Ends parts of a running shop the hard way."""

import fcntl
import threading
import time
from contextlib import suppress
from pathlib import Path
from random import Random

import psutil

from tests.chaos.shop import Shop
from tests.makers import wait_for

VALKEY = "valkey-server"
WORKERS = ("worker 1", "worker 2")
PARTS = ("web", *WORKERS, "scheduler", "sandbox", VALKEY)


def kill(shop: Shop, *names: str) -> int:
    """kill -9 every process of the parts called `names`; give back how many there were."""
    found = [process for name in names for process in shop.parts(name)]
    for process in found:
        with suppress(psutil.NoSuchProcess):  # it went with its parent
            process.kill()
    return len(found)


def freeze(shop: Shop, *names: str) -> list[psutil.Process]:
    """Stop parts where they are. Nobody starts another, for they have not ended.

    Never with the right to write in hand: one that stops for good gives it back, as it ends.
    """
    found: list[psutil.Process] = []
    for name in names:  # one that has just begun bears its name in a moment
        found += wait_for(lambda name=name: shop.parts(name))
    while True:
        for process in found:
            process.suspend()
        if _anybody_may_write(shop):
            return found
        for process in found:
            process.resume()


def _anybody_may_write(shop: Shop) -> bool:
    with Path(f"{shop.database}.writer").open() as turn:
        deadline = time.monotonic() + 1  # longer than any write of those that still run
        while time.monotonic() < deadline:
            with suppress(BlockingIOError):
                fcntl.flock(turn, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return True
            time.sleep(0.02)
    return False


class Killer:
    """Kills one process after another while the block runs, as the dice fall."""

    def __init__(self, shop: Shop, dice: Random, *names: str, every: tuple[float, float]) -> None:
        self.shop, self.dice, self.names, self.every = shop, dice, names, every
        self.killed: list[str] = []
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._live, name="killer", daemon=True)

    def __enter__(self) -> "Killer":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _live(self) -> None:
        while not self._over.wait(self.dice.uniform(*self.every)):
            name = self.dice.choice(self.names)
            which = self.dice.random()
            there = self.shop.parts(name)
            if there:
                with suppress(psutil.NoSuchProcess):
                    there[int(which * len(there))].kill()
                    self.killed.append(name)
