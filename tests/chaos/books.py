"""What must hold after every fault: money, orders, pieces and messages agree."""

import json
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import suppress

from sqlalchemy.exc import OperationalError

from tests.chaos.buyers import Told
from tests.chaos.shop import STOCK, Shop

PAID = {"paid", "in_progress", "shipped", "refunded", "cancelled"}
DUPLICATES = 0.01
LAPSES = 34 * 60.0  # seconds after which no order is held any more
CLAIMED = 61.0  # seconds that work of a killed process stays its own


def come_to_rest(shop: Shop, *, seconds: float = 60, after_kill: bool = False) -> float:
    """Wait until nothing is under way any more; give back how many seconds that took.

    After a kill the work of the dead process is its own for a while: that while is skipped.
    """
    if after_kill:
        shop.move_clock(CLAIMED)
    return until(lambda: restless(shop), seconds)


def until(restless: Callable[[], str], seconds: float) -> float:
    """Wait until `restless` has nothing to say any more; give back how many seconds that took."""
    begun = time.monotonic()
    while said := restless():
        assert time.monotonic() < begun + seconds, f"after {seconds} s still {said}"
        time.sleep(0.1)
    return time.monotonic() - begun


def balanced(shop: Shop, told: Told, *, kills: int = 0) -> None:
    """Let unpaid orders lapse, and see that everything is accounted for.

    Each of the `kills` of a sender may cut off what it was sending to an endpoint.
    """
    shop.move_clock(LAPSES)
    waiting = "SELECT count(*) FROM orders WHERE status = 'awaiting_payment'"
    until(lambda: "some unpaid" if shop.count(waiting) else "", 60)
    come_to_rest(shop)
    assert not shop.crashes()
    wrong = [*_money(shop), *_answered(shop, told), *_pieces(shop), *_messages(shop)]
    again, all_of_them = duplicates(shop)
    if again > max(DUPLICATES * all_of_them, kills * len(shop.endpoints)):
        wrong.append(f"{again} of {all_of_them} messages came more than once")
    assert not wrong, wrong[:10]
    checked = shop.command("check", "--ledger")
    assert checked.returncode == 0 or "unrecognized" in checked.stderr, (
        checked.stdout + checked.stderr
    )


def duplicates(shop: Shop) -> tuple[int, int]:
    """How many deliveries were answered 2xx more than once, and how many there were."""
    seen = [shop.receiver.seen(path) for path in shop.endpoints.values()]
    return sum((found.total() - len(found)) for found in seen), sum(len(found) for found in seen)


def restless(shop: Shop, *, stripe: bool = True) -> str:
    """What is still under way, in words; without what waits for Stripe if that is left out."""
    with suppress(OperationalError):
        looks = {
            "events at Stripe": shop.unsent() if stripe else 0,
            "events in the inbox": shop.count(
                "SELECT count(*) FROM stripe_events WHERE done_at IS NULL"
            ),
            "deliveries": shop.count(
                "SELECT count(*) FROM webhook_deliveries d JOIN webhook_endpoints e"
                " ON e.id = d.endpoint_id"
                " WHERE d.status = 'pending' AND e.status = 'enabled'"
            ),
            "settling": shop.count("SELECT count(*) FROM orders WHERE settling") if stripe else 0,
            "refunds": shop.count("SELECT count(*) FROM refunds WHERE status = 'requested'"),
        }
        return ", ".join(f"{count} {name}" for name, count in looks.items() if count)
    return "the database does not answer"


def _money(shop: Shop) -> Iterator[str]:
    """Every captured payment has one paid order, one row in the ledger, one event."""
    captured = shop.captured()
    orders = {row["id"]: row["status"] for row in shop.rows("SELECT id, status FROM orders")}
    entries = Counter(
        (row["order_id"], row["reference"])
        for row in shop.rows(
            "SELECT order_id, reference FROM ledger_entries WHERE kind = 'payment'"
        )
    )
    told = Counter(
        json.loads(bytes(row["body"]))["data"]["id"]
        for row in shop.rows("SELECT body FROM events WHERE type = 'order.created'")
    )
    for payment, order in captured.items():
        if orders.get(order) not in PAID:
            yield f"{payment} is captured, and its order {order} is {orders.get(order)}"
        if entries[order, payment] != 1:
            yield f"{payment} stands {entries[order, payment]} times in the ledger"
        if told[order] != 1:
            yield f"{order} was announced {told[order]} times"
    for order, count in Counter(captured.values()).items():
        if count != 1:
            yield f"{order} was paid {count} times"
    known = set(captured.values())
    for order, status in orders.items():
        if status in PAID - {"cancelled"} and order not in known:
            yield f"{order} is {status} without a payment"
    if stray := (set(told) | {order for order, _ in entries}) - known:
        yield f"announced or booked without a payment: {stray}"


def _answered(shop: Shop, told: Told) -> Iterator[str]:
    there = {row["id"] for row in shop.rows("SELECT id FROM orders")}
    for order in set(told.orders) - there:
        yield f"{order} was answered with 201 and is gone"


def _pieces(shop: Shop) -> Iterator[str]:
    """What was on the shelf is there, or was taken by an order."""
    taken: defaultdict[str, int] = defaultdict(int)
    for row in shop.rows(
        "SELECT variant_id, quantity - returned AS kept, state FROM stock_holds"
        " WHERE state <> 'released'"
    ):
        taken[row["variant_id"]] += row["kept"]
        if row["state"] == "held":
            yield f"{row['variant_id']} is still held"
    for row in shop.rows("SELECT id, stock, held FROM variants"):
        if row["held"] or row["stock"] + taken[row["id"]] != STOCK:
            yield f"{row['id']}: {row['stock']} left, {taken[row['id']]} taken, {row['held']} held"


def _messages(shop: Shop) -> Iterator[str]:
    """Every event reached every endpoint, signed, and nothing is called delivered that is not."""
    events = {row["id"] for row in shop.rows("SELECT id FROM events")}
    rows = shop.rows("SELECT event_id, endpoint_id, status FROM webhook_deliveries")
    for endpoint, path in shop.endpoints.items():
        mine = [row for row in rows if row["endpoint_id"] == endpoint]
        owed = Counter(row["event_id"] for row in mine)
        done = {row["event_id"] for row in mine if row["status"] == "succeeded"}
        seen = set(shop.receiver.seen(path))
        faults = {
            "are owed to nobody": events - set(owed),
            "are owed twice": {event for event, count in owed.items() if count > 1},
            "never arrived": events - seen,
            "are called delivered and never arrived": done - seen,
            "are not called delivered": set(owed) - done,
            "arrived of which we know nothing": seen - events,
            "are signed wrongly": {r["id"] for r in shop.receiver.records(path) if r["wrong"]},
        }
        yield from (
            f"{path}: {len(found)} of {len(events)} events {what}"
            for what, found in faults.items()
            if found
        )
