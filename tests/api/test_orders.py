"""/v1/orders read: one of them, all of them, and those that changed."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, update

from synqro import catalogue, orders, stores
from synqro.core.clock import now
from synqro.core.db import db
from synqro.orders import Address, Customer, Status, Tracking
from synqro.web.api.orders import OrderOut
from tests import makers
from tests.api.conftest import Call
from tests.api.selling import differences, paid, placed, written
from tests.conftest import Clock
from tests.makers import refusal
from tests.orders import shop
from tests.orders.bank import Bank


@pytest.fixture
def store(store: stores.Store) -> stores.Store:
    shop.set_up_payments(store)
    return store


@pytest.fixture
def vase(store: stores.Store) -> catalogue.Product:
    return makers.product(store, stock=10_000, sku="VASE-1")


def listed(call: Call, query: str = "") -> list[str]:
    """The ids of all pages of a list, two at a time."""
    found: list[str] = []
    cursor = ""
    while True:
        answer = call("GET", f"/orders?limit=2&{query}{cursor}")
        assert answer.status_code == 200, answer.text
        page = answer.get_json()
        found += [order["id"] for order in page["data"]]
        assert page["has_more"] is (page["next_cursor"] is not None)
        if not page["has_more"]:
            return found
        cursor = f"&cursor={page['next_cursor']}"


def wire(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def test_an_order_is_shown_with_all_that_belongs_to_it(
    call: Call, store: stores.Store, vase: catalogue.Product
) -> None:
    address = Address("1 High Street", city="York", country="GB")
    sam = Customer("Sam Field", "sam@example.com", "+44 20 7946 0000", address)
    placed_order = placed(
        store, vase, quantity=2, customer=sam, note="Blue, please.", metadata={"campaign": "May"}
    )
    orders.mark_paid(placed_order.id, reference="pi_1", amount=5600, currency="EUR")
    orders.ship(store.id, placed_order.id, Tracking("DHL", "JD014600003SE"))
    found = call("GET", f"/orders/{placed_order.id}").get_json()
    assert found["id"] == placed_order.id and found["object"] == "order"
    assert (found["number"], found["marketplace"], found["status"]) == (
        "1001",
        "storefront",
        "shipped",
    )
    assert (found["total"], found["subtotal"], found["shipping"]) == (56.0, 56.0, 0)
    assert (found["refunded"], found["balance_due"], found["currency"]) == (0, 0, "EUR")
    assert found["customer"] == {
        "name": "Sam Field",
        "email": "sam@example.com",
        "phone": "+44 20 7946 0000",
    }
    assert found["shipping_address"]["text"] == "1 High Street\nYork\nGB"
    assert found["tracking"] == {"carrier": "DHL", "tracking_number": "JD014600003SE"}
    assert (found["note"], found["metadata"]) == ("Blue, please.", {"campaign": "May"})
    assert found["external_id"] is found["quote_id"] is found["cancelled_at"] is None
    assert found["oversold"] is False
    assert found["shipped_at"].endswith("Z") and found["paid_at"] and found["created_at"]
    [line] = found["lines"]
    assert line == {
        "product_id": vase.id,
        "variant_id": vase.variants[0].id,
        "title": "Ripple vase",
        "sku": "VASE-1",
        "options": {},
        "quantity": 2,
        "unit_price": 28.0,
        "amount": 56.0,
    }


def test_the_answer_has_the_fields_of_the_webhooks_and_no_others(
    call: Call, store: stores.Store, vase: catalogue.Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = paid(store, vase)
    bank = Bank(order)
    bank.serve(monkeypatch)
    orders.ship(store.id, order.id, Tracking("DHL", "JD014600003SE"))
    orders.refund(store.id, order.id, amount=500)
    bank.contest(inquiry=False)
    orders.follow_money(bank.read())
    wired = orders.as_wire(shop.fresh(order))
    assert wired["refunds"] and wired["disputes"] and wired["shipping_address"]
    assert differences(OrderOut, wired) == []
    assert call("GET", f"/orders/{order.id}").get_json() == wired


@pytest.mark.parametrize("id", ["ord_unknown", "%00", "x%00y", "ord_" + "1" * 3000, "%F0%9F%8E"])
def test_what_is_no_order_is_not_found(call: Call, id: str) -> None:
    assert refusal(call("GET", f"/orders/{id}")) == (404, "not_found")
    for step in ("start", "ship", "cancel", "refund"):
        assert refusal(call("POST", f"/orders/{id}/{step}")) == (404, "not_found")


def test_nobody_sees_that_another_store_has_an_order(
    call: Call, store: stores.Store, vase: catalogue.Product
) -> None:
    order = paid(store, vase)
    _, other = stores.create_key(store.twin_id, name="Test")
    assert refusal(call("GET", f"/orders/{order.id}", key=other)) == (404, "not_found")
    assert call("GET", "/orders", key=other).get_json()["data"] == []
    for step in ("start", "ship", "cancel", "refund"):
        answer = call("POST", f"/orders/{order.id}/{step}", key=other)
        assert refusal(answer) == (404, "not_found")


def test_reading_needs_orders_read_and_steps_need_orders_write(
    call: Call, store: stores.Store, vase: catalogue.Product
) -> None:
    order = paid(store, vase)
    _, reads = stores.create_key(store.id, name="Reads", scopes=("orders:read", "quotes:write"))
    _, writes = stores.create_key(store.id, name="Writes", scopes=("orders:write",))
    for path in ("/orders", f"/orders/{order.id}"):
        assert call("GET", path, key=reads).status_code == 200
        assert refusal(call("GET", path, key=writes)) == (403, "missing_scope")
    for step in ("start", "ship", "cancel", "refund"):
        answer = call("POST", f"/orders/{order.id}/{step}", key=reads)
        assert refusal(answer) == (403, "missing_scope")
    assert call("POST", f"/orders/{order.id}/start", key=writes).status_code == 200


def test_orders_are_listed_the_newest_first_whatever_comes_meanwhile(
    call: Call, store: stores.Store, vase: catalogue.Product
) -> None:
    made = [placed(store, vase).id for _ in range(5)]
    first = call("GET", "/orders?limit=2").get_json()
    assert first["object"] == "list"
    placed(store, vase)
    rest = call("GET", f"/orders?limit=100&cursor={first['next_cursor']}").get_json()
    found = [order["id"] for order in first["data"] + rest["data"]]
    assert found == made[::-1]
    assert first["data"][0] == call("GET", f"/orders/{made[-1]}").get_json()


def test_a_list_is_narrowed_by_status_marketplace_and_time(
    call: Call, store: stores.Store, vase: catalogue.Product, clock: Clock
) -> None:
    old, older = paid(store, vase), placed(store, vase)
    written(old, marketplace="ebay")
    clock.forward(3600)
    between = now()
    clock.forward(3600)
    new, newer = paid(store, vase), paid(store, vase)
    written(newer, marketplace="ebay")
    assert listed(call, "status=paid") == [newer.id, new.id, old.id]
    assert listed(call, "status=shipped") == []
    assert listed(call, "marketplace=ebay") == [newer.id, old.id]
    assert listed(call, "marketplace=etsy") == []
    assert listed(call, "marketplace=ebay&status=awaiting_payment") == []
    assert listed(call, f"created_after={wire(between)}") == [newer.id, new.id]
    assert listed(call, f"created_before={wire(between)}") == [older.id, old.id]
    both = f"created_before={wire(between)}&marketplace=ebay&status=paid"
    assert listed(call, both) == [old.id]
    assert listed(call, f"updated_after={wire(between)}") == [newer.id, new.id]
    orders.start(store.id, old.id)
    assert listed(call, f"updated_after={wire(between)}") == [newer.id, new.id, old.id]
    changed = f"updated_after={wire(between)}&created_before={wire(between)}"
    assert listed(call, changed) == [old.id]
    assert listed(call, f"{changed}&status=in_progress&marketplace=ebay") == [old.id]
    assert listed(call, f"{changed}&status=in_progress&order=updated_at") == [old.id]


def test_after_is_inclusive_and_before_is_not(
    call: Call, store: stores.Store, vase: catalogue.Product
) -> None:
    order = placed(store, vase)
    at = wire(order.created_at)
    later = wire(order.created_at + timedelta(microseconds=1))
    assert listed(call, f"created_after={at}") == [order.id]
    assert listed(call, f"created_after={later}") == []
    assert listed(call, f"created_before={at}") == []
    assert listed(call, f"created_before={later}") == [order.id]
    for order_by in ("", "&order=updated_at"):
        assert listed(call, f"updated_after={wire(order.updated_at)}{order_by}") == [order.id]
        just_after = wire(order.updated_at + timedelta(microseconds=1))
        assert listed(call, f"updated_after={just_after}{order_by}") == []


@pytest.mark.parametrize("order", ["", "&order=updated_at"])
def test_filters_say_the_same_where_many_fit_as_where_few_do(
    call: Call, store: stores.Store, vase: catalogue.Product, monkeypatch: Any, order: str
) -> None:
    made = [paid(store, vase) for _ in range(6)]
    for one in made[::2]:
        written(one, marketplace="ebay", status=Status.SHIPPED, updated_at=now())
    start = wire(made[1].created_at)
    words = ["status=shipped", "marketplace=ebay", f"updated_after={start}"]
    times = [f"created_after={start}", f"created_before={wire(made[5].created_at)}"]
    queries = ["&".join(words), "&".join([*words, *times]), "&".join(words[:2]), words[2]]
    few = [listed(call, query + order) for query in queries]
    monkeypatch.setattr("synqro.orders.sifting.FEW", 0)
    assert [listed(call, query + order) for query in queries] == few
    shipped = [made[index].id for index in (4, 2, 0)]
    assert [sorted(found) for found in few[:3]] == [sorted(ids) for ids in (
        shipped, shipped[:2], shipped)]  # fmt: skip


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("status=eaten", "status"),
        ("status=paid,shipped", "status"),
        ("order=created_at", "order"),
        ("created_after=yesterday", "created_after"),
        ("created_before=2026-11-23", "created_before"),
        ("updated_after=2026-11-23T10:00:00", "updated_after"),
        ("updated_after=1764000000", "updated_after"),
        ("updated_after=2026-02-30T10:00:00Z", "updated_after"),
        ("updated_after=0001-01-01T00:00:00%2B10:00", "updated_after"),
        ("marketplace=%00", "marketplace"),
        ("page=2", "page"),
        ("limit=101", "limit"),
    ],
)
def test_a_parameter_that_cannot_be_is_named(call: Call, query: str, field: str) -> None:
    answer = call("GET", f"/orders?{query}")
    assert refusal(answer) == (400, "invalid_parameter")
    assert [wrong["field"] for wrong in answer.get_json()["error"]["fields"]] == [field]


def test_times_are_read_in_any_offset(
    call: Call, store: stores.Store, vase: catalogue.Product, clock: Clock
) -> None:
    order = placed(store, vase)
    clock.forward(7200)
    later = placed(store, vase)
    at = order.created_at + timedelta(hours=1)
    here = f"{at + timedelta(hours=9, minutes=30):%Y-%m-%dT%H:%M:%S}"
    west = f"{at - timedelta(hours=3):%Y-%m-%dT%H:%M:%S}"
    for sent in (f"{here}%2B09:30", f"{here}+09:30", f"{west}-03:00", f"{at:%Y-%m-%dt%H:%M:%Sz}"):
        assert listed(call, f"created_after={sent}") == [later.id]
    for end in ("0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z"):
        for name in ("created_after", "created_before", "updated_after"):
            for order_by in ("", "&order=updated_at"):
                assert call("GET", f"/orders?{name}={end}{order_by}").status_code == 200


def test_a_cursor_of_another_list_is_refused(
    call: Call, store: stores.Store, vase: catalogue.Product
) -> None:
    for _ in range(2):
        placed(store, vase)
    by_id, by_change = (
        call("GET", f"/orders?limit=1{order}").get_json()["next_cursor"]
        for order in ("", "&order=updated_at")
    )
    for query in (f"cursor={by_change}", f"order=updated_at&cursor={by_id}", "cursor=%F0%9F"):
        assert refusal(call("GET", f"/orders?{query}")) == (400, "invalid_parameter")


def test_a_copy_that_is_kept_by_updated_at_misses_nothing(
    call: Call, store: stores.Store, vase: catalogue.Product
) -> None:
    made = [paid(store, vase) for _ in range(5)]
    first = call("GET", "/orders?order=updated_at&limit=2").get_json()
    assert [order["id"] for order in first["data"]] == [order.id for order in made[:2]]
    orders.start(store.id, made[0].id)  # was seen, and comes again
    orders.ship(store.id, made[3].id)  # was not yet
    query = f"order=updated_at&limit=100&cursor={first['next_cursor']}"
    rest = call("GET", f"/orders?{query}").get_json()
    found = [(order["id"], order["status"]) for order in rest["data"]]
    assert found == [
        (made[2].id, "paid"),
        (made[4].id, "paid"),
        (made[0].id, "in_progress"),
        (made[3].id, "shipped"),
    ]
    # The next round begins at the last time that was seen.
    orders.start(store.id, made[2].id)
    seen = rest["data"][-1]["updated_at"]
    again = listed(call, f"order=updated_at&updated_after={seen}")
    assert again[-1] == made[2].id and made[3].id in again


def test_a_copy_waits_for_a_write_that_may_yet_come_before(
    call: Call, store: stores.Store, vase: catalogue.Product
) -> None:
    """PostgreSQL has many writers: one that began earlier may be done later."""
    slow, quick, seen = (paid(store, vase) for _ in range(3))
    since = f"order=updated_at&updated_after={wire(slow.updated_at)}"
    if db.engine.dialect.name == "sqlite":
        return  # where nobody else can write meanwhile
    with db.engine.connect() as other:
        at = now()
        change = update(orders.Order).where(orders.Order.id == slow.id)
        other.execute(change.values(note="slow", updated_at=at))
        orders.start(store.id, quick.id)
        assert listed(call, since) == [slow.id, seen.id]
        other.commit()
    assert listed(call, since) == [seen.id, slow.id, quick.id]


def test_a_copy_waits_for_writes_though_it_is_held_up_itself(
    app: Flask, call: Call, store: stores.Store, vase: catalogue.Product, clock: Clock
) -> None:
    """Whatever happens between the question who writes and the one for the orders."""
    if db.engine.dialect.name == "sqlite":
        return  # where nobody else can write meanwhile
    slow, quick = (paid(store, vase) for _ in range(2))
    since = f"order=updated_at&updated_after={wire(now())}"
    change = update(orders.Order).where(orders.Order.id == slow.id)
    meanwhile: list[Callable[[], None]] = []

    def held_up(*given: Any) -> None:
        if "pg_stat_activity" in given[2]:
            clock.forward(3600)
            while meanwhile:
                meanwhile.pop()()

    event.listen(db.engine, "after_cursor_execute", held_up)
    with db.engine.connect() as other:

        def write() -> None:
            other.execute(change.values(note="slow", updated_at=now()))
            with app.app_context():
                orders.start(store.id, quick.id)

        meanwhile.append(write)
        assert listed(call, since) == listed(call, since) == []
        other.commit()
    assert listed(call, since) == [slow.id, quick.id]
    event.remove(db.engine, "after_cursor_execute", held_up)


def test_a_copy_by_status_waits_for_what_gets_it_meanwhile(
    app: Flask, call: Call, store: stores.Store, vase: catalogue.Product
) -> None:
    if db.engine.dialect.name == "sqlite":
        return  # where a request sees one moment
    first, second = (paid(store, vase) for _ in range(2))
    orders.start(store.id, first.id)
    since = f"order=updated_at&status=in_progress&updated_after={wire(now())}"
    changes = [
        lambda: written(first, note="A gift", updated_at=now()),
        lambda: orders.start(store.id, second.id),
    ]

    def held_up(*given: Any) -> None:
        while given[2].startswith("SELECT orders.id \n") and changes:
            with app.app_context():
                changes.pop()()

    event.listen(db.engine, "after_cursor_execute", held_up)
    assert listed(call, since) == []
    event.remove(db.engine, "after_cursor_execute", held_up)
    assert changes == [] and listed(call, since) == [second.id, first.id]


def test_orders_that_changed_at_one_moment_all_come(
    call: Call, store: stores.Store, vase: catalogue.Product
) -> None:
    made = [placed(store, vase) for _ in range(5)]
    for order in made:
        written(order, updated_at=made[0].updated_at)
    assert listed(call, "order=updated_at") == [order.id for order in made]
    since = wire(made[0].updated_at)
    assert listed(call, f"order=updated_at&updated_after={since}") == [o.id for o in made]


def test_every_change_that_is_shown_moves_updated_at(
    store: stores.Store, vase: catalogue.Product, monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    order = paid(store, vase)
    bank = Bank(order, away=True)
    bank.serve(monkeypatch)

    def asks() -> None:
        orders.refund(store.id, order.id, amount=500)

    def answers() -> None:
        bank.away = False
        orders.send_refund(orders.due_refunds()[0])

    def contests() -> None:
        bank.contest(inquiry=False)
        orders.follow_money(bank.read())

    for change in (lambda: orders.start(store.id, order.id), asks, answers, contests):
        before = orders.as_wire(shop.fresh(order))
        clock.forward(3600)
        change()
        after = orders.as_wire(shop.fresh(order))
        assert after["updated_at"] > before["updated_at"], change
        assert {**after, "updated_at": 0} != {**before, "updated_at": 0}, change


def test_a_page_of_any_length_takes_as_many_queries(
    call: Call, store: stores.Store, vase: catalogue.Product
) -> None:
    for _ in range(12):
        paid(store, vase)

    def asked(limit: int) -> list[str]:
        found: list[str] = []

        def note(*args: Any) -> None:
            found.append(args[2])

        event.listen(db.engine, "before_cursor_execute", note)
        call("GET", f"/orders?limit={limit}")
        event.remove(db.engine, "before_cursor_execute", note)
        return found

    asked(1)
    assert len(asked(1)) == len(asked(12)) <= 9
