"""Whatever is killed while orders are being paid: no payment, no piece, no message is lost."""

import time
from collections.abc import Callable
from random import Random

import pytest

from tests.boot.test_running import alive
from tests.chaos import books
from tests.chaos.buyers import Buyers
from tests.chaos.clerk import Clerk
from tests.chaos.killing import PARTS, WORKERS, Killer, freeze, kill
from tests.chaos.shop import Shop
from tests.makers import wait_for

Say = Callable[[str], None]


def test_anything_is_killed_at_any_time(shop: Shop, seed: str, dice: Random, measured: Say) -> None:
    buyers = Buyers(shop, seed, count=240, think=0.2)
    clerk = Clerk(shop, Random(f"{seed}:clerk"))
    with Killer(shop, dice, *PARTS, every=(0.2, 1.0)) as killer, buyers, clerk:
        told = buyers.wait()
    took = books.come_to_rest(shop, after_kill=True)
    books.balanced(shop, told, kills=sum(killer.killed.count(name) for name in WORKERS))
    again, _ = books.duplicates(shop)
    refunds = "SELECT count(*) FROM refunds WHERE status = 'succeeded'"
    given_back = shop.count(refunds)
    assert given_back
    measured(
        f"{told}, {given_back} refunds, {len(killer.killed)} killed, {again} messages twice, "
        f"at rest after {took:.1f} s"
    )


def test_web_is_killed_again_and_again(shop: Shop, seed: str, dice: Random, measured: Say) -> None:
    """Fault 1: each order that was answered has its event, and no event lacks its order."""
    buyers = Buyers(shop, seed, count=200)
    with Killer(shop, dice, "web", every=(0.2, 0.6)) as killer, buyers:
        told = buyers.wait()
        wait_for(lambda: len(killer.killed) >= 20)
    took = books.come_to_rest(shop, after_kill=True)
    books.balanced(shop, told)
    measured(
        f"{len(told.orders)} orders, web killed {len(killer.killed)} times, "
        f"{told.broken} requests cut off, at rest after {took:.1f} s"
    )


@pytest.mark.parametrize("names", [WORKERS, ("web",), ("sandbox",), PARTS], ids="-".join)
def test_the_pay_page_is_open_when_a_part_dies(
    shop: Shop, seed: str, dice: Random, names: tuple[str, ...], measured: Say
) -> None:
    buyers = Buyers(shop, seed)
    order = buyers.buy(dice, 1, ())
    assert order
    assert kill(shop, *names)
    buyers.pay(order)
    begun = time.monotonic()
    wait_for(lambda: status(shop, order) == "paid")
    measured(f"paid after {time.monotonic() - begun:.1f} s")
    books.come_to_rest(shop, after_kill=True)
    books.balanced(shop, buyers.wait(), kills=1)


def test_the_job_of_an_event_is_lost_with_worker_and_queue(
    shop: Shop, seed: str, dice: Random, measured: Say
) -> None:
    buyers = Buyers(shop, seed)
    stopped = freeze(shop, *WORKERS)
    order = buyers.buy(dice, 1, ())
    assert order
    buyers.pay(order)
    wait_for(lambda: shop.count("SELECT count(*) FROM stripe_events") and not shop.unsent())
    with shop.redis() as connection:
        connection.flushall()
    assert status(shop, order) == "awaiting_payment"
    for process in stopped:
        process.kill()
    begun = time.monotonic()
    wait_for(lambda: status(shop, order) == "paid")
    measured(f"paid after {time.monotonic() - begun:.1f} s")
    books.come_to_rest(shop)
    books.balanced(shop, buyers.wait())


def test_a_worker_dies_while_stripe_is_asked(shop: Shop, seed: str, dice: Random) -> None:
    """What it had taken is its own for a while; then another does it."""
    buyers = Buyers(shop, seed)
    slow = {"kind": "slow", "method": "GET", "path": "/v1/checkout/sessions", "seconds": 9}
    order = buyers.buy(dice, 1, ())
    assert order
    shop.at_stripe("switches", faults=[slow])
    buyers.pay(order)
    taken = "SELECT count(*) FROM stripe_events WHERE attempts > 0 AND done_at IS NULL"
    wait_for(lambda: shop.count(taken))
    kill(shop, *WORKERS)
    books.come_to_rest(shop, after_kill=True)
    assert status(shop, order) == "paid"
    books.balanced(shop, buyers.wait())


def test_web_dies_while_a_page_is_opened_and_the_buyer_asks_again(
    shop: Shop, seed: str, dice: Random
) -> None:
    """The same key finds the order of the dead request, and one page."""
    buyers = Buyers(shop, seed)
    slow = {"kind": "slow", "method": "POST", "path": "/v1/checkout/sessions", "seconds": 3}
    shop.at_stripe("switches", faults=[slow])
    with buyers.begin(dice, 1) as asked:
        wait_for(lambda: shop.count("SELECT count(*) FROM orders"))
        kill(shop, "web")
        shop.move_clock(books.CLAIMED)
        order = asked()
    assert shop.count("SELECT count(*) FROM orders") == 1
    buyers.pay(order)
    wait_for(lambda: status(shop, order) == "paid")
    books.balanced(shop, buyers.wait())


def test_the_supervisor_is_killed_while_orders_are_paid(
    shop: Shop, seed: str, measured: Say
) -> None:
    """Fault 5: its parts go with it, and the next start serves at once."""
    buyers = Buyers(shop, seed, count=120)
    with buyers:
        wait_for(lambda: len(buyers.told.orders) > 40)
        parts = shop.machine.parts()
        shop.machine.running[-1].kill()
        begun = time.monotonic()
        wait_for(lambda: not alive(parts))
        gone = time.monotonic() - begun
        begun = time.monotonic()
        shop.machine.start()
        assert shop.ready()
        back = time.monotonic() - begun
        told = buyers.wait()
    took = books.come_to_rest(shop, after_kill=True)
    books.balanced(shop, told)
    measured(f"parts gone after {gone:.1f} s, back after {back:.1f} s, at rest after {took:.1f} s")


def status(shop: Shop, order: str) -> str:
    return str(shop.rows("SELECT status FROM orders WHERE id = :id", id=order)[0]["status"])
