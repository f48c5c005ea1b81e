"""Webhooks under fire: the workers that send them die, receivers hang, refuse and come back."""

import signal
import time
from collections.abc import Callable
from random import Random
from threading import Event as Flag

import pytest

from synqro import events
from synqro.core.db import transaction
from tests.boot.conftest import LATE
from tests.boot.test_running import alive
from tests.chaos import books
from tests.chaos.buyers import Told
from tests.chaos.killing import WORKERS, Killer
from tests.chaos.shop import Shop
from tests.makers import wait_for

Say = Callable[[str], None]
DEADLINE = 10.0  # seconds for one POST
SOON = 30.0  # seconds, of a busy machine
DOWN = 7.0  # seconds: four, and as many as a busy machine may add before a try ends
ENDPOINTS, EVENTS, KILLS = 2, 500, 15


@pytest.fixture
def shop(opened: Callable[..., Shop]) -> Shop:
    return opened()


def test_workers_are_killed_while_deliveries_flow(shop: Shop, dice: Random, measured: Say) -> None:
    """Fault 2: none is missing, hardly one comes twice, the backlog is gone soon after."""
    for number in range(ENDPOINTS):
        shop.add_endpoint(f"/ok/{number}")
    with Killer(shop, dice, *WORKERS, every=(0.2, 0.6)) as killer:
        emit(shop, EVENTS, pause=0.01)
        wait_for(lambda: len(killer.killed) >= KILLS)
    took = books.come_to_rest(shop, seconds=DEADLINE + SOON)
    again, all_of_them = books.duplicates(shop)
    measured(
        f"{all_of_them} deliveries, {len(killer.killed)} killed, {again} twice, "
        f"at rest after {took:.1f} s"
    )
    books.balanced(shop, Told())
    assert again < books.DUPLICATES * all_of_them


def test_order_holds_through_failures_and_kills(shop: Shop, dice: Random, measured: Say) -> None:
    """Fault 13: what is seen first is seen in order, without a gap."""
    failing = sorted(dice.sample(range(1, 200), 3))
    path = f"/flaky/{','.join(map(str, failing))}"
    shop.add_endpoint(path)
    with Killer(shop, dice, *WORKERS, every=(0.5, 1.5)) as killer:
        emit(shop, 200, pause=0.02)
        wait_for(lambda: len(killer.killed) >= 5)
    took = books.come_to_rest(shop, seconds=DEADLINE + SOON)
    first: dict[str, None] = {}
    for record in shop.receiver.records(path):
        first.setdefault(record["id"])
    sent = [row["id"] for row in shop.rows("SELECT id FROM events ORDER BY id")]
    assert list(first) == sent
    measured(f"{failing} refused, {len(killer.killed)} killed, at rest after {took:.1f} s")
    books.balanced(shop, Told(), kills=len(killer.killed))


def test_one_of_twenty_never_answers(shop: Shop, measured: Say) -> None:
    """Fault 7: the others do not notice, and it has one connection at a time."""
    shop.add_endpoint("/hang/all")
    for number in range(19):
        shop.add_endpoint(f"/ok/{number}")
    begun = emit(shop, 40, pause=0.3)
    healthy = [path for path in shop.endpoints.values() if path.startswith("/ok")]
    wait_for(lambda: all(len(shop.receiver.seen(path)) == 40 for path in healthy), 30)
    took = sorted(r["at"] - begun[r["id"]] for path in healthy for r in shop.receiver.records(path))
    p95 = took[int(len(took) * 0.95)]
    measured(f"the others: {1000 * took[len(took) // 2]:.0f} ms, p95 {1000 * p95:.0f} ms")
    hung = shop.receiver.records("/hang/all")
    assert len(hung) >= 1
    assert max(record["side_by_side"] for record in hung) == 1
    assert p95 < 0.8 * DEADLINE  # who waits for the one that hangs waits as long as that may


def test_what_answers_410_429_and_302(shop: Shop) -> None:
    """Fault 10: one is over, one is left alone as long as it asked, one is not followed."""
    gone, busy, moved = (shop.add_endpoint(f"/status/{code}/here") for code in (410, 429, 302))
    emit(shop, 2)
    disabled = "SELECT count(*) FROM webhook_endpoints WHERE status = 'disabled'"
    wait_for(lambda: shop.count(disabled) == 1)
    wait_for(lambda: len(shop.receiver.records("/status/302/here")) >= 3)
    time.sleep(5)
    assert len(shop.receiver.records("/status/429/here")) == 1
    assert len(shop.receiver.records("/status/410/here")) == 1
    assert not shop.receiver.records("/moved")
    row = shop.rows("SELECT status FROM webhook_endpoints WHERE id = :id", id=gone)[0]
    assert row["status"] == "disabled"
    told = "SELECT count(*) FROM mail_messages WHERE template LIKE 'webhooks/%'"
    wait_for(lambda: shop.count(told) == 1)
    assert busy and moved
    shop.move_clock(121)
    wait_for(lambda: len(shop.receiver.records("/status/429/here")) == 2)


def test_it_is_stopped_while_a_receiver_hangs(shop: Shop, measured: Say) -> None:
    """Fault 6: all is down before the try would end, and what was cut off is sent afterwards."""
    shop.add_endpoint("/hang/1")
    emit(shop, 1)
    wait_for(lambda: shop.receiver.records("/hang/1"))
    parts = shop.machine.parts()
    process = shop.machine.running[-1]
    begun = time.monotonic()
    process.send_signal(signal.SIGINT)
    assert process.wait(LATE) == 0
    down = time.monotonic() - begun
    assert not alive(parts)
    shop.machine.start()
    took = books.come_to_rest(shop)
    measured(f"down after {down:.1f} s, sent {took:.1f} s after the start")
    assert down < DOWN
    books.balanced(shop, Told())


def emit(
    shop: Shop, count: int, *, pause: float = 0.0, over: Flag | None = None
) -> dict[str, float]:
    """Let numbered things happen, until it is `over`; give back when each was committed."""
    begun = {}
    with shop.app() as app, app.app_context():
        for number in range(count):
            with transaction():
                facts = {"number": number}
                event = events.emit(shop.store_id, "order.updated", facts, mode="live")
            begun[event.id] = time.time()
            time.sleep(pause)
            if over and over.is_set():
                break
    return begun
