"""What the shop stands on gives way: the database is locked, the disk is full, the clock jumps."""

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.chaos import books
from tests.chaos.buyers import Buyers
from tests.chaos.shop import Shop
from tests.makers import wait_for

Say = Callable[[str], None]
LOCKED = 10.0  # seconds
JUMPS = (2, -2, -1, 26, -25)  # hours
HOLD = """
import sqlite3, sys, time
other = sqlite3.connect(sys.argv[1], timeout=60, isolation_level=None)
other.execute("BEGIN IMMEDIATE")
time.sleep(float(sys.argv[2]))
other.execute("ROLLBACK")
"""


def test_another_process_holds_the_database(shop: Shop, seed: str, measured: Say) -> None:
    """Fault 15: whoever writes waits or is told to come again, and whoever reads is answered."""
    buyers = Buyers(shop, seed, threads=8, think=0.2)
    with buyers:
        wait_for(lambda: len(buyers.told.orders) > 20)
        hold = [sys.executable, "-c", HOLD, str(shop.database), str(LOCKED)]
        with subprocess.Popen(hold) as holder:
            time.sleep(1)
            begun = time.monotonic()
            assert shop.machine.get(f"/api/storefront/config?key={shop.key}")[0] == 200
            read = time.monotonic() - begun
            assert holder.wait() == 0
        begun = time.monotonic()
        before = len(buyers.told.orders)
        wait_for(lambda: len(buyers.told.orders) > before + 20)
        back = time.monotonic() - begun
        told = buyers.finish()
    took = books.come_to_rest(shop)
    books.balanced(shop, told)
    measured(
        f"read in {1000 * read:.0f} ms meanwhile; 20 orders {back:.1f} s after; "
        f"at rest after {took:.1f} s; {told}"
    )
    assert read < LOCKED / 2  # who waits for the lock waits for the rest of it


@pytest.fixture
def full(tmp_path: Path) -> Path:
    return tmp_path / "full"


def test_the_disk_is_full_for_a_while(
    opened: Callable[..., Shop], full: Path, seed: str, measured: Say
) -> None:
    """Fault 15: the refusals are clean, and what was answered is there."""
    shop = opened(PYTHONPATH=str(Path(__file__).parent / "full_disk"), FULL=str(full))
    shop.add_endpoint("/ok/all")
    buyers = Buyers(shop, seed, think=0.1)
    with buyers:
        wait_for(lambda: len(buyers.told.orders) > 20)
        full.touch()
        wait_for(lambda: buyers.told.statuses[503] > 20)
        assert shop.machine.get(f"/api/storefront/config?key={shop.key}")[0] == 200
        time.sleep(5)
        begun = time.monotonic()
        before = len(buyers.told.orders)
        full.unlink()
        wait_for(lambda: len(buyers.told.orders) > before + 20)
        back = time.monotonic() - begun
        told = buyers.finish()
    took = books.come_to_rest(shop, after_kill=True)
    books.balanced(shop, told)
    measured(f"20 orders {back:.1f} s after there was room, at rest after {took:.1f} s; {told}")


def test_the_clock_jumps_forward_and_back(shop: Shop, seed: str, measured: Say) -> None:
    """What has come in is worked on, whatever the clock said then."""
    buyers = Buyers(shop, seed, think=0.2)
    with buyers:
        for hours in JUMPS:
            time.sleep(2)
            shop.move_clock(hours * 3600)
        time.sleep(2)
        told = buyers.finish()
    took = books.until(lambda: books.restless(shop, stripe=False), 30)
    shop.move_clock(26 * 3600)  # the sandbox keeps what it has put off until then
    books.come_to_rest(shop)
    books.balanced(shop, told)
    measured(f"{told}; at rest after {took:.1f} s")
