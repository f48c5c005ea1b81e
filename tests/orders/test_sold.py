"""What was sold of each variant, for prices that follow it."""

from datetime import timedelta

from synqro import catalogue, orders
from synqro.core.clock import now
from synqro.core.db import db, transaction
from synqro.orders import Order, Status
from tests import makers
from tests.api.many import statements
from tests.orders.shop import place, session


def variant(product: catalogue.Product) -> str:
    [only] = product.variants
    return only.id


def test_pieces_since_a_time_and_the_last_sale(store, twin, clock):
    vase, bowl = makers.product(store, stock=None), makers.product(store, stock=None)
    orders.follow(session(place(store, vase, 2).order))
    clock.forward(86400)
    since = now()
    orders.follow(session(place(store, vase, 3).order))
    clock.forward(60)
    before = now()
    orders.follow(session(place(store, vase, 1).order))
    orders.follow(session(place(store, bowl, 1).order))
    place(store, bowl, 9)
    found = orders.sold(store.id, since)
    assert {id: one.pieces for id, one in found.items()} == {variant(vase): 4, variant(bowl): 1}
    assert before <= found[variant(vase)].last <= now()
    assert orders.sold(store.id, since - timedelta(days=2))[variant(vase)].pieces == 6
    assert orders.sold(store.id, now() + timedelta(hours=1)) == {}
    assert orders.sold(twin.id, since) == {}


def test_what_was_called_off_was_not_sold(store):
    vase = makers.product(store, stock=None)
    paid = [place(store, vase, pieces).order for pieces in (1, 2, 4)]
    for order in paid:
        orders.follow(session(order))
    with transaction():
        for order, status in zip(paid, (Status.CANCELLED, Status.REFUNDED), strict=False):
            db.session.get_one(Order, order.id).status = status
    assert orders.sold(store.id, now() - timedelta(days=1))[variant(vase)].pieces == 4


def test_one_query_finds_them_by_the_day_they_were_paid(store):
    vase = makers.product(store, stock=None)
    orders.follow(session(place(store, vase).order))
    asked = statements(lambda: orders.sold(store.id, now() - timedelta(days=1)))
    assert len(asked) == 1
    if db.engine.dialect.name == "sqlite":
        connection = db.session.connection()
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {asked[0][0]}", asked[0][1])
        assert any("ix_orders_paid" in row[3] for row in plan)
