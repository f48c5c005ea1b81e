"""Valkey is wiped or away: a bell is silent, nothing is lost."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from redis import RedisError

from tests.chaos import books
from tests.chaos.buyers import Buyers
from tests.chaos.killing import VALKEY, freeze
from tests.chaos.shop import Shop
from tests.makers import wait_for

Say = Callable[[str], None]
WIPED = 20.0  # seconds
AWAY, STUCK = 20.0, 12.0
MOST = 0.8  # of the orders; a busy machine keeps a few waiting, whatever is away
UNNOTICED = 0.5  # seconds; whoever waits for Valkey waits twice as long
SOON = 30.0  # seconds


def test_everything_in_valkey_is_wiped_every_second(shop: Shop, seed: str, measured: Say) -> None:
    """Fault 3."""
    buyers = Buyers(shop, seed, threads=2, think=0.3)
    with buyers, shop.redis() as connection:
        for _ in range(int(WIPED)):
            connection.flushall()
            time.sleep(1)
        told = buyers.finish()
    took = books.come_to_rest(shop)
    books.balanced(shop, told)
    measured(f"{len(told.orders)} orders, at rest after {took:.1f} s")


def test_valkey_is_away_for_a_while(shop: Shop, seed: str, measured: Say) -> None:
    """Fault 4, with nobody at its socket."""
    with _sold(shop, seed, measured):
        (process,) = freeze(shop, VALKEY)
        (shop.machine.data / "redis.sock").unlink()
        time.sleep(AWAY)
        process.kill()


def test_valkey_hangs_for_a_while(shop: Shop, seed: str, measured: Say) -> None:
    """Fault 4, with a Valkey that takes connections and does not answer."""
    with _sold(shop, seed, measured):
        (stuck,) = freeze(shop, VALKEY)
        time.sleep(STUCK)
        stuck.resume()


@contextmanager
def _sold(shop: Shop, seed: str, measured: Say) -> Iterator[None]:
    """Sell before, during and after the fault; nobody waits longer for an order meanwhile."""
    buyers = Buyers(shop, seed, threads=2, think=0.4)
    with buyers:
        time.sleep(1)  # until everything is warm
        begun = time.time()
        time.sleep(6)
        before = buyers.told.took(MOST, begun)
        begun = time.time()
        yield
        over = time.time()
        during = buyers.told.took(MOST, begun, over)
        wait_for(lambda: _answers(shop))
        back = time.monotonic()
        told = buyers.finish()
    sold = sum(begun <= at < over for at, _ in told.times)
    books.come_to_rest(shop)
    took = time.monotonic() - back
    measured(
        f"{sold} orders meanwhile, most {1000 * before:.0f} → {1000 * during:.0f} ms, "
        f"at rest {took:.1f} s after its return; {told}"
    )
    books.balanced(shop, told)
    assert sold > 20
    assert not {502, 503} & set(told.statuses), told.statuses
    assert during < max(2 * before, UNNOTICED)
    assert took < SOON


def _answers(shop: Shop) -> bool:
    with suppress(RedisError), shop.redis() as connection:
        return bool(connection.ping())
    return False
