"""Many at once: one order, one end, and money is never lost sight of."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import Context
from threading import Barrier
from typing import Any

from flask import Flask

from synqro import orders, quotes
from synqro.core.db import db
from synqro.core.errors import DomainError
from tests import makers
from tests.quotes.desk import fresh, kinds, money_comes, told


def together(app: Flask, *steps: Callable[[], Any]) -> list[Any]:
    """Run every step in a thread of its own, all let go at the same moment."""
    gate = Barrier(len(steps))

    def run(step: Callable[[], Any]) -> Any:
        with app.app_context():
            gate.wait()
            try:
                return step()
            except DomainError as error:
                return error

    with ThreadPoolExecutor(len(steps)) as pool:
        return [f.result() for f in [pool.submit(Context().run, run, step) for step in steps]]


def orders_of(quote: quotes.Quote) -> list[orders.Order]:
    db.session.rollback()
    mine = db.select(orders.Order).filter_by(quote_id=quote.id)
    return list(db.session.scalars(mine.execution_options(populate_existing=True)))


def accepting(store, asked):
    return lambda: quotes.accept(store, asked.token, version=1)


def sending(store, asked):
    return lambda: quotes.send(store.id, asked.quote.id, makers.offer(2000))


def declining(store, asked):
    return lambda: quotes.decline_by_customer(store, asked.token)


def cancelling(store, asked):
    return lambda: quotes.cancel_by_customer(store, asked.token)


def test_requests_at_once_get_numbers_of_their_own(app, store):
    found = together(app, *[lambda: makers.quote(store)] * 6)
    assert sorted(asked.quote.number for asked in found) == [*range(1001, 1007)]


def test_two_clicks_accept_once(app, store):
    asked = makers.quoted(store)
    found = together(app, *[lambda: quotes.accept(store, asked.token, version=1)] * 6)
    assert len({each.order.id for each in found}) == len(orders_of(asked.quote)) == 1
    assert told().count("quote.accepted") == 1


def test_accepting_against_a_newer_price_leaves_no_order_of_the_old_one(app, store):
    for _ in range(4):
        asked = makers.quoted(store)
        together(app, accepting(store, asked), sending(store, asked))
        now = fresh(asked.quote)
        assert (now.status, now.offered) == ("quoted", 2)
        assert {order.status for order in orders_of(now)} <= {"cancelled"}


def test_of_all_ends_at_once_there_is_one(app, store):
    for _ in range(4):
        asked = makers.quoted(store)
        ends = declining(store, asked), cancelling(store, asked)
        found = together(app, accepting(store, asked), *ends)
        now = fresh(asked.quote)
        assert {"declined", "cancelled"} & {*kinds(now)} == {now.status.value}
        assert any(isinstance(each, DomainError) for each in found)
        assert {order.status for order in orders_of(now)} <= {"cancelled"}


def test_money_against_cancelling_is_paid_or_shown(app, store):
    for _ in range(4):
        asked = makers.quoted(store)
        order = quotes.accept(store, asked.token, version=1).order
        together(app, lambda order=order: money_comes(order), cancelling(store, asked))
        now = fresh(asked.quote)
        if now.status == "paid":
            assert [each.status for each in orders_of(now)] == ["paid"]
        else:
            assert now.status == "cancelled" and now.problem
