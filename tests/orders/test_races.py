"""Many at once: the last piece is sold once, an order is paid once, numbers do not repeat."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import Context
from threading import Barrier
from typing import Any

from flask import Flask

from synqro import catalogue, events, orders
from synqro.core.db import db
from synqro.core.errors import Changed
from tests import makers
from tests.orders.shop import fresh, place, session, stock

AT_ONCE = 8


def together(app: Flask, *steps: Callable[[], Any]) -> list[Any]:
    """Run every step in a thread of its own, all let go at the same moment."""
    gate = Barrier(len(steps))

    def run(step: Callable[[], Any]) -> Any:
        with app.app_context():
            gate.wait()
            try:
                return step()
            except (catalogue.OutOfStock, Changed) as error:
                return error

    with ThreadPoolExecutor(len(steps)) as pool:
        return [f.result() for f in [pool.submit(Context().run, run, step) for step in steps]]


def test_the_last_pieces_are_held_once(app, store):
    product = makers.product(store, stock=3)
    found = together(app, *[lambda: place(store, product)] * AT_ONCE)
    placed = [each for each in found if isinstance(each, orders.Placed)]
    assert len(placed) == 3
    assert sorted(each.order.number for each in placed) == [1001, 1002, 1003]
    assert stock(product) == (3, 3)


def test_an_order_is_paid_once_however_often_it_is_told(app, store):
    product = makers.product(store, stock=3)
    order = place(store, product).order
    together(app, *[lambda: orders.follow(session(order))] * AT_ONCE)
    assert fresh(order).status == "paid"
    assert stock(product) == (2, 0)
    assert len(orders.ledger(order)) == 1
    assert db.session.scalar(db.select(db.func.count()).select_from(events.Event)) == 1


def test_money_and_expiry_at_once_leave_a_paid_order(app, store):
    product = makers.product(store, stock=AT_ONCE)
    made = [place(store, product).order for _ in range(AT_ONCE // 2)]
    steps: list[Callable[[], Any]] = []
    for order in made:
        steps.append(lambda order=order: orders.follow(session(order)))
        steps.append(lambda order=order: orders.give_up(order.id))
    together(app, *steps)
    assert {fresh(order).status for order in made} == {"paid"}
    assert not any(fresh(order).oversold for order in made)
    assert stock(product) == (AT_ONCE // 2, 0)


def test_two_clicks_at_once_ship_once(app, store):
    order = place(store, makers.product(store)).order
    orders.follow(session(order))

    def click() -> Any:
        try:
            return orders.ship(store.id, order.id)
        except orders.NotShippable as error:
            return error

    found = together(app, *[click] * 4)
    assert sum(isinstance(each, orders.Order) for each in found) == 1
