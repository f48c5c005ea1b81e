"""Refunds asked for at the same moment: never more goes back than came in."""

from contextlib import suppress

from synqro import orders
from synqro.core.errors import Conflict, Invalid
from tests import makers
from tests.orders.bank import Bank
from tests.orders.shop import fresh, place, session, stock
from tests.orders.test_races import AT_ONCE, together


def paid(store, monkeypatch, quantity=1):
    product = makers.product(store, stock=5)
    order = place(store, product, quantity).order
    orders.follow(session(order))
    bank = Bank(fresh(order))
    bank.serve(monkeypatch)
    return product, order, bank


def trying(work):
    def run():
        with suppress(Conflict, Invalid):
            return work()

    return run


def test_two_tabs_and_more(app, store, monkeypatch):
    product, order, bank = paid(store, monkeypatch)
    ids = store.id, order.id
    asks = [
        trying(lambda n=n: orders.refund(*ids, amount=1500, restock=True, key=f"tab {n}"))
        for n in range(AT_ONCE)
    ]
    together(app, *asks)
    assert orders.sums(fresh(order)).refunded == bank.refunded() == 1500
    assert stock(product) == (5, 0)


def test_the_same_tab_twice(app, store, monkeypatch):
    product, order, bank = paid(store, monkeypatch)
    ids = store.id, order.id
    ask = trying(lambda: orders.refund(*ids, amount=700, restock=True, key="one tab"))
    together(app, *[ask] * AT_ONCE)
    assert orders.sums(fresh(order)).refunded == bank.refunded() == 700
    assert len(orders.refunds(order)) == 1
    assert stock(product) == (5, 0)


def test_a_refund_and_a_cancellation_and_a_parcel(app, store, monkeypatch):
    product, order, bank = paid(store, monkeypatch, 2)
    ids = store.id, order.id
    together(
        app,
        trying(lambda: orders.refund(*ids, restock=True)),
        trying(lambda: orders.cancel(*ids)),
        trying(lambda: orders.ship(*ids)),
    )
    assert orders.sums(fresh(order)).refunded == bank.refunded() <= order.total
    assert stock(product)[0] in (3, 5)
    assert list(orders.audit()) == []


def test_the_news_many_times_at_once(app, store, monkeypatch):
    _, order, bank = paid(store, monkeypatch)
    bank.give_back(700)
    bank.contest(False)
    told = bank.read()
    together(app, *[trying(lambda: orders.follow_money(told))] * AT_ONCE)
    assert orders.sums(fresh(order))[:3] == (2800, 700, 2100)
    assert (len(orders.refunds(order)), len(orders.disputes(order))) == (1, 1)
