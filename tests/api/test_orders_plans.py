"""Lists of orders read no more of them than they show, however many there are."""

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from synqro import orders, stores
from synqro.core.db import db
from synqro.orders import Sought, Status, changed_first, newest_first
from tests import makers
from tests.api import many
from tests.api.selling import placed
from tests.orders import shop

COUNT = 2_000
NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
LATELY = NOW - timedelta(minutes=1)
FEW = {
    "ebay": Sought(marketplace="ebay", status=Status.SHIPPED),
    "nowhere": Sought(marketplace="etsy", status=Status.SHIPPED),
    "paid": Sought(marketplace="storefront", status=Status.PAID),
    "changed": Sought(updated_after=LATELY),
    "changed and shipped": Sought(status=Status.SHIPPED, updated_after=LATELY),
    "all": Sought(Status.SHIPPED, "storefront", NOW - timedelta(days=9), NOW, LATELY),
}
DIRECT = {
    "everything": Sought(),
    "shipped": Sought(status=Status.SHIPPED),
    "storefront": Sought(marketplace="storefront"),
    "made lately": Sought(created_after=LATELY - timedelta(hours=1)),
    "made before": Sought(status=Status.SHIPPED, created_before=LATELY - timedelta(days=1)),
}


@pytest.fixture
def store(store: stores.Store) -> stores.Store:
    shop.set_up_payments(store)
    like = placed(store, makers.product(store))
    many.written(like, COUNT, NOW)
    if db.engine.dialect.name != "sqlite":
        with db.engine.connect() as connection:
            connection.exec_driver_sql("ANALYZE orders")
    return store


def test_no_list_walks_past_orders_to_find_a_few(store: stores.Store) -> None:
    lists: list[tuple[str, Any, Sought]] = [
        *((name, newest_first, sought) for name, sought in (DIRECT | FEW).items()),
        *((name, changed_first, sought) for name, sought in FEW.items()),
        ("everything by change", changed_first, Sought()),
        ("since by change", changed_first, Sought(updated_after=LATELY)),
    ]
    for name, find, sought in lists:
        first = partial(find, store.id, sought, limit=5)
        second = partial(first, cursor=first().next_cursor)
        for asked in many.statements(first), many.statements(second):
            assert 1 <= len(asked) <= 6, name
            pages = [one for one in asked if "ORDER BY" in one[0]]
            for one in pages if db.engine.dialect.name != "sqlite" else asked:
                assert many.walks(one) == [], (name, one, many.plan(one))


def test_what_is_found_is_what_is_there(store: stores.Store) -> None:
    every = list(
        db.session.scalars(db.select(orders.Order).where(orders.Order.store_id == store.id))
    )
    for name, sought in (FEW | DIRECT).items():
        there = {one.id for one in every if fits(one, sought)}
        for find in (newest_first, changed_first):
            found: list[orders.Order] = []
            cursor = None
            while True:
                page = find(store.id, sought, cursor=cursor, limit=1_500)
                found += page.data
                cursor = page.next_cursor
                if cursor is None:
                    break
            assert {one.id for one in found} == there and len(found) == len(there), name
            by = "id" if find is newest_first else "updated_at"
            in_order = sorted(found, key=lambda one: getattr(one, by))
            assert [getattr(one, by) for one in found] == [
                getattr(one, by) for one in (in_order[::-1] if by == "id" else in_order)
            ]


def fits(order: orders.Order, sought: Sought) -> bool:
    return all(
        (
            sought.status in (None, order.status),
            sought.marketplace in (None, order.marketplace),
            sought.created_after is None or order.created_at >= sought.created_after,
            sought.created_before is None or order.created_at < sought.created_before,
            sought.updated_after is None or order.updated_at >= sought.updated_after,
        )
    )
